"""Whose a chat is, by the house's tap alone: a new number, an id without one, two it could be."""

from bot.dialog.handler import action
from bot.dialog.screen import Screen, say
from bot.domain.errors import Conflict
from bot.domain.ids import ClientId, PersonId
from bot.domain.phone import Phone
from bot.domain.text import plain
from bot.handlers.desk import Desk


@action()
async def client_moves(desk: Desk, client: int, phone: str, old: str = "") -> Screen:
    """The new number is this client's; reminders go there from now on.

    A tap that comes late undoes nothing: what the house typed since then stays.
    """
    new = Phone.read(phone)
    card = await desk.clients.card(ClientId(client))
    if card.phone.key != new.key:
        if old and card.phone.key != Phone.read(old).key:
            raise Conflict("errors.client.moved_since", name=plain(card.name))
        card = await desk.clients.change_phone(ClientId(client), new, by=desk.me)
    moved = say("number.moved", name=plain(card.name), phone=card.phone.shown)
    return moved.offer("client.open", "client_card", client=client)


@action()
async def tie_chat(desk: Desk, client: int, stranger: int) -> Screen:
    """Whoever wrote is this client, and is told that we know them now."""
    name = await desk.identities.tie(ClientId(client), PersonId(stranger), by=desk.me)
    return say("who.tied", name=plain(name)).offer("client.open", "client_card", client=client)
