"""Bring a client to Telegram: a link to pass on, and the chat that becomes theirs by it."""

from bot.dialog.handler import action
from bot.dialog.screen import Screen, say
from bot.domain.ids import ClientId
from bot.domain.message import Style
from bot.domain.text import plain, t
from bot.handlers.client_card import card_screen
from bot.handlers.client_talk import with_buttons
from bot.handlers.desk import Desk
from bot.services.client_doors import OPEN_FOR
from bot.services.ports.house import BusinessView
from bot.services.ports.people import PersonView


@action()
async def invite_client(desk: Desk, client: int) -> Screen:
    """The link in a message of its own, so that it can be passed on as it is."""
    door = await desk.client_doors.invite(ClientId(client), by=desk.me)
    screen = say("invite.ready", name=plain(door.name), days=OPEN_FOR.days)
    if door.may_send:
        screen = screen.offer("invite.send", send_invitation, None, Style.PRIMARY, client=client)
    screen = screen.offer("invite.back", "client_card", client=client)
    to_pass_on = say(
        "invite.to_client",
        name=plain(door.name),
        business=desk.signature,
        link=plain(door.link),
    )
    return screen.followed_by(to_pass_on)


@action()
async def send_invitation(desk: Desk, client: int) -> Screen:
    """Send it for them, as long as the client wrote to us lately and wants to hear from us."""
    card = await desk.clients.card(ClientId(client))
    if card.opted_out:
        return card_screen(card, t("invite.muted", name=plain(card.name)))
    name = await desk.client_doors.send(ClientId(client), by=desk.me)
    return say("invite.sent", name=plain(name)).offer("invite.back", "client_card", client=client)


def welcomed(client: PersonView, house: BusinessView) -> Screen:
    """Thank whoever opened their link, and say how it ends."""
    screen = say("invite.welcome", name=plain(client.name), business=plain(house.name))
    return with_buttons(screen.add("invite.how_to_stop"), house)
