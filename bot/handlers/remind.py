"""``/cobrar``: remind now, one client, some, or all who are late, after seeing how it will read."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeAlias

from bot.dialog.handler import action
from bot.dialog.screen import Deed, Screen, say
from bot.domain.charge import Standing
from bot.domain.ids import ClientId, PlanId
from bot.domain.message import Style
from bot.domain.text import Text, plain, t
from bot.handlers.desk import Desk
from bot.services.ports.by_hand import Whom
from bot.services.ports.delivery import ChannelView

_STANDINGS = (Standing.LATE, Standing.DUE)
_PLANS = 20
_WORDS = 60  # letters of a message that are looked for

Meant: TypeAlias = dict[str, Any]  # a Whom, as a button carries it


@action("remind")
async def remind(desk: Desk, typed: str = "") -> Screen | Deed:
    """Ask whom, or go straight to who was named."""
    if words := typed.strip()[:_WORDS]:
        return await _named(desk, words)
    return (
        say("by_hand.whom")
        .offer("by_hand.all_late", remind_preview, meant=_kept(Whom()))
        .offer("by_hand.one", remind_one)
        .offer("by_hand.by_standing", remind_standing)
        .offer("by_hand.by_plan", remind_plan)
        .offer("go.home", "home")
    )


@action()
async def remind_one(desk: Desk, typed: str = "") -> Screen | Deed:
    """Ask for the name."""
    if words := typed.strip()[:_WORDS]:
        return await _named(desk, words)
    return say("by_hand.which").expecting(remind_one).offer("by_hand.back", remind)


@action()
async def remind_standing(desk: Desk) -> Screen:
    """Those who are late, or those whose charge is open."""
    del desk
    screen = say("by_hand.which_standing")
    for standing in _STANDINGS:
        screen = screen.offer(standing.shown, remind_preview, meant=_kept(Whom(standing=standing)))
    return screen.offer("by_hand.back", remind)


@action()
async def remind_plan(desk: Desk) -> Screen:
    """Those who owe something on one plan."""
    screen = say("by_hand.which_plan")
    for plan in (await desk.plans.all())[:_PLANS]:
        screen = screen.offer(plain(plan.name), remind_preview, meant=_kept(Whom(plan=plan.id)))
    return screen.offer("by_hand.back", remind)


@action()
async def remind_client(desk: Desk, client: int) -> Screen:
    """The button on a client's card."""
    return await _preview(desk, Whom(client=ClientId(client)))


@action()
async def remind_preview(desk: Desk, meant: Meant) -> Screen:
    """How many, how it reads, who is kept back and why; nothing has been sent."""
    return await _preview(desk, _read(meant))


@action()
async def remind_now(desk: Desk, meant: Meant) -> Screen:
    """Queue it; a second tap finds nobody left to remind."""
    count = await desk.by_hand.send(_read(meant), by=desk.me)
    return (
        say("by_hand.queued", count=count)
        .offer("by_hand.go.queue", "queue")
        .offer("go.home", "home")
    )


@action()
async def remind_held(desk: Desk, meant: Meant, after: Mapping[str, Any] | None = None) -> Screen:
    """Who is kept back, each with the rule; a tap opens the card."""
    found = await desk.by_hand.held(_read(meant), after)
    screen = say("by_hand.held_list") if found.items else say("by_hand.none_held")
    for one in found.items:
        why = t(f"reason.{one.reason}")
        screen = screen.add("by_hand.held_row", name=plain(one.name), why=why)
        screen = screen.offer(plain(one.name), "client_card", client=one.client)
    if found.next is not None:
        screen = screen.offer("list.more", remind_held, meant=meant, after=dict(found.next))
    return screen.offer("by_hand.back_to_preview", remind_preview, meant=meant)


async def _named(desk: Desk, words: str) -> Screen | Deed:
    some = await desk.clients.find(words, after=None)
    if len(some.items) == 1:
        return await _preview(desk, Whom(client=some.items[0].id))
    if not some.items:
        return say("by_hand.nobody_called", words=plain(words)).offer("by_hand.back", remind)
    screen = say("by_hand.several", words=plain(words))
    for one in some.items:
        screen = screen.offer(plain(one.name), remind_client, client=one.id)
    return screen.offer("by_hand.back", remind)


async def _preview(desk: Desk, whom: Whom) -> Screen:
    view = await desk.by_hand.preview(whom)
    about = _kept(whom)
    screen = say("by_hand.ready", count=view.ready) if view.ready else say("by_hand.nobody")
    for example in view.examples:
        screen = screen.add("by_hand.example", name=plain(example.name))
        for line in await desk.by_hand.reads(example):
            screen = screen.add(line)
    if view.ready and view.opens_at:
        screen = screen.add("by_hand.opens", at=view.opens_at)
    stopped = await _stopped(desk) if view.ready else ()
    screen = replace(screen, body=(*screen.body, *stopped))
    if view.held:
        screen = screen.add("by_hand.held", count=sum(held.count for held in view.held))
    for held in view.held:
        screen = screen.add(
            "by_hand.held_because", count=held.count, why=t(f"reason.{held.reason}")
        )
    if view.ready:
        label = t("by_hand.send", count=view.ready)
        screen = screen.offer(label, remind_now, None, Style.PRIMARY, meant=about)
    if view.held:
        screen = screen.offer("by_hand.see_held", remind_held, meant=about)
    if stopped:
        screen = screen.offer("by_hand.go.queue", "queue")
    return screen.offer("by_hand.back", remind).offer("go.home", "home")


async def _stopped(desk: Desk) -> Sequence[Text]:
    """Over which chats nothing that we start leaves now: what is sent waits there."""
    now = desk.clock.now()
    chats = (await desk.delivery.channels()).values()
    return [_waits(chat, now) for chat in chats if chat.keeps_back(now)]


def _waits(chat: ChannelView, now: datetime) -> Text:
    name = t(f"channel.{chat.channel}")
    if chat.held_at:
        return t("by_hand.waits_held", channel=name)
    if chat.is_paused(now) or chat.starts_rest_until is None:
        return t("by_hand.waits", channel=name)
    return t("by_hand.waits_rest", channel=name, until=chat.starts_rest_until)


def _kept(whom: Whom) -> Meant:
    standing = whom.standing.value if whom.standing else None
    return {"client": whom.client, "standing": standing, "plan": whom.plan}


def _read(meant: Meant) -> Whom:
    return Whom(
        client=None if meant["client"] is None else ClientId(meant["client"]),
        standing=Standing(meant["standing"]) if meant["standing"] else None,
        plan=None if meant["plan"] is None else PlanId(meant["plan"]),
    )
