"""Why a client did or did not get a message: the trace of the last days, and what comes next."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.dialog.handler import action, listing
from bot.dialog.screen import Deed, Page, Row, Screen, say
from bot.domain.ids import ClientId
from bot.domain.ladder_words import shown_offset
from bot.domain.role import Role
from bot.domain.text import Text, plain, t
from bot.forms.filters import ClientSearch
from bot.handlers.clients import hint_of
from bot.handlers.desk import Desk
from bot.handlers.queue_words import reason
from bot.services.explanations import DAYS, Explained
from bot.services.ports.delivery import ChannelView
from bot.services.ports.why import TraceLine

_WORDS_OF_THE_DIARY = frozenset(
    {"accepted", "sent", "delivered", "read", "failed", "try_later", "snoozed", "given_up"}
    | {"uncertain", "cancelled", "resent", "dismissed", "unheard"}
)
_WORDS = 60  # letters of a message that are looked for


@action("why", needs=Role.VIEWER)
async def why(desk: Desk, typed: str = "") -> Screen | Deed:
    """Of the one who is meant; of several, the list of them."""
    words = typed.strip()[:_WORDS]
    if not words:
        return say("why.ask").expecting(why).offer("go.home", "home")
    some = await desk.clients.find(words, after=None)
    if len(some.items) == 1:
        return Deed("client_why", {"client": some.items[0].id})
    return Deed("why_whom", {"typed": words})


@listing(ClientSearch, typed="text")
async def why_whom(wanted: ClientSearch, after: Mapping[str, Any] | None, desk: Desk) -> Page:
    """Several may be meant."""
    some = await desk.clients.find(wanted.text or "", after=after)
    rows = tuple(
        Row(plain(one.name), Deed("client_why", {"client": one.id}), hint_of(one))
        for one in some.items
    )
    return Page(t("why.whom"), rows, some.next, t("find.none"))


@action(needs=Role.VIEWER)
async def client_why(desk: Desk, client: int) -> Screen:
    """One client's trace, the earliest first."""
    card = await desk.clients.card(ClientId(client))
    told = await desk.explanations.of(card)
    screen = say("why.title", name=plain(card.name), count=DAYS)
    if not told.lines:
        screen = screen.add("why.none")
    for line in told.lines:
        screen = screen.add("why.line", at=line.at, what=_happened(line))
    for coming in _next(told, desk.clock.now()):
        screen = screen.add(coming)
    return screen.offer("client.open", "client_card", client=client).offer("go.home", "home")


def _happened(line: TraceLine) -> Text:
    match line.kind:
        case "payment":
            assert line.amount is not None
            return t("why.paid", amount=line.amount)
        case "message":
            what = t(f"why.message.{line.what if line.what in _WORDS_OF_THE_DIARY else 'other'}")
            reason = t(f"reason.{line.reason}") if line.reason else None
            return t("why.because", what=what, why=reason) if reason else what
    assert line.due_on is not None
    step = t("why.by_hand") if line.offset is None else shown_offset(line.offset)
    about = t("why.step", step=step, due=line.due_on)
    if line.kind == "hold":
        return t("why.held", step=about, why=t(f"reason.{line.reason}"))
    return t(f"why.step.{line.what}", step=about)


def _shut(chat: ChannelView, now: datetime) -> Text:
    name = t(f"channel.{chat.channel}")
    if chat.held_at:
        return t("why.chat_held", channel=name, since=chat.held_at)
    if not chat.is_paused(now) and chat.starts_rest_until:
        why = reason(chat.starts_trouble)
        return t("why.starts_rest", channel=name, until=chat.starts_rest_until, why=why)
    why = reason(chat.trouble)
    assert chat.paused_until is not None
    return t("why.chat_stopped", channel=name, until=chat.paused_until, why=why)


def _next(told: Explained, now: datetime) -> list[Text]:
    lines = [_shut(chat, now) for chat in told.shut]
    if told.coming:
        day = shown_offset(told.coming.step.offset_days)
        step = t("why.step", step=day, due=told.coming.due_on)
        lines.append(t("why.next", step=step, at=told.coming.at))
    else:
        lines.append(t("why.nothing_comes"))
    if told.stopped:
        lines.append(t("why.stopped", why=t(f"reason.{told.stopped}")))
    elif told.held:
        lines.append(t("why.held_now", why=t(f"reason.{told.held.reason}"), until=told.held.until))
    return lines
