"""What happened with one client: charges, payments, what they said, what we sent."""

from typing import Any

from bot.dialog.handler import action
from bot.dialog.screen import Screen, say
from bot.domain.ids import ClientId
from bot.domain.role import Role
from bot.domain.text import Text, t
from bot.handlers.client_card import what_was_sent
from bot.handlers.desk import Desk
from bot.services.ports.clients import HistoryLine


@action(needs=Role.VIEWER)
async def client_history(desk: Desk, client: int, after: dict[str, Any] | None = None) -> Screen:
    """A page of it, the latest first."""
    number = ClientId(client)
    card = await desk.clients.card(number)
    found = await desk.clients.history(number, after=after)
    screen = say("history.title", name=card.name)
    if not found.items:
        screen = screen.add("history.none")
    for line in found.items:
        screen = screen.add("history.line", at=line.at, what=_happened(line))
    if found.next is not None:
        screen = screen.offer("list.more", client_history, client=client, after=dict(found.next))
    return screen.offer("client.open", "client_card", client=client).offer("go.home", "home")


def _happened(line: HistoryLine) -> Text:
    if line.kind == "message":
        state = t(f"message_state.{line.state}")
        return t("history.message", what=what_was_sent(line.purpose), state=state)
    if line.kind == "claim":
        return t(f"history.claim.{line.state}")
    assert line.amount is not None  # charges and payments have one
    assert line.day is not None
    return t(f"history.{line.kind}", amount=line.amount, day=line.day)
