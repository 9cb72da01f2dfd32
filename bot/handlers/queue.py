"""What leaves the house: how much waits and why, what did not go, and what is done about it."""

from collections.abc import Mapping
from typing import Any

from bot.dialog.handler import action, listing
from bot.dialog.screen import Choice, Deed, Page, Row, Screen, say
from bot.domain.errors import Conflict
from bot.domain.ids import OutboxId
from bot.domain.message import ChannelName, Style
from bot.domain.role import Role
from bot.domain.text import plain, t
from bot.forms.filters import Everything
from bot.handlers.desk import Desk
from bot.handlers.queue_words import chat_lines, lines_of
from bot.services.ports.delivery import ChannelView, TroubledView


@action("queue", needs=Role.VIEWER)
async def queue(desk: Desk, typed: str = "") -> Screen:
    """Everything at a glance, and a button for each thing that wants a decision."""
    del typed
    view = await desk.delivery.queue()
    screen = await _with_big_day(say("queue.title"), desk)
    for line in lines_of(view, desk.clock.now()):
        screen = screen.add(line)
    if view.troubled:
        screen = screen.offer(t("queue.go.troubled", count=view.troubled), queue_failed)
    for channel in view.channels:
        screen = _with(screen, channel, desk)
    return screen.offer("queue.look_again", queue).offer("go.home", "home")


@listing(Everything)
async def queue_failed(wanted: Everything, after: Mapping[str, Any] | None, desk: Desk) -> Page:
    """What did not go or may not have arrived, the newest first."""
    del wanted
    found = await desk.delivery.troubled(after)
    rows = tuple(
        Row(
            plain(one.person_name or one.purpose),
            Deed("troubled_message", {"row": one.id}),
            t(f"queue.state.{one.state}"),
        )
        for one in found.items
    )
    many = len(rows) > 1
    extra = (Choice(t("queue.go.piles"), Deed("queue_piles")),) if many else ()
    return Page(t("queue.troubled"), rows, found.next, t("queue.none_troubled"), extra)


@action(needs=Role.VIEWER)
async def troubled_message(desk: Desk, row: int) -> Screen:
    """One message: to whom, what became of it and why."""
    found = await desk.delivery.get(OutboxId(row))
    screen = about(found)
    if found.is_troubled:
        screen = screen.offer("queue.send_again", send_again, style=Style.PRIMARY, row=row)
        screen = screen.offer("queue.drop", drop_message, row=row)
    return screen.offer("queue.go.list", queue_failed)


@action()
async def send_again(desk: Desk, row: int) -> Screen:
    """Queue it once more; whoever taps has decided that it may arrive twice."""
    try:
        sent = await desk.delivery.send_again(OutboxId(row), by=desk.me)
    except Conflict as conflict:
        return await _as_it_stands(desk, row, conflict)
    name = plain(sent.person_name)
    return say("queue.sent_again", name=name).offer("queue.go.list", queue_failed)


@action()
async def drop_message(desk: Desk, row: int) -> Screen:
    """Let it be, and take it off the list."""
    try:
        dropped = await desk.delivery.drop(OutboxId(row), by=desk.me)
    except Conflict as conflict:
        return await _as_it_stands(desk, row, conflict)
    name = plain(dropped.person_name)
    return say("queue.dropped", name=name).offer("queue.go.list", queue_failed)


@action()
async def pause_channel(desk: Desk, channel: str) -> Screen:
    """Start nothing over a chat until somebody says otherwise; whoever asks is answered."""
    name = ChannelName(channel)
    await desk.delivery.pause(name, by=desk.me)
    return (
        say("queue.held_now", channel=t(f"channel.{name}"))
        .offer(t("queue.let_go", channel=t(f"channel.{name}")), resume_channel, channel=channel)
        .offer("queue.look_again", queue)
    )


@action()
async def resume_channel(desk: Desk, channel: str) -> Screen:
    """Start again what was held back, and try a stopped chat at once."""
    name = ChannelName(channel)
    was = (await desk.delivery.channels()).get(name)
    await desk.delivery.resume(name, by=desk.me)
    only_held = was is not None and was.held_at and not was.is_paused(desk.clock.now())
    screen = say("queue.went_on" if only_held else "queue.resumed", channel=t(f"channel.{name}"))
    return await _how_it_stands(screen, name, desk)


@action()
async def warning_seen(desk: Desk, channel: str, reason: str) -> Screen:
    """Hear no more of what a chat's provider warned of."""
    name = ChannelName(channel)
    await desk.delivery.saw(name, reason, by=desk.me)
    return await _how_it_stands(say("queue.seen_now", channel=t(f"channel.{name}")), name, desk)


async def _how_it_stands(screen: Screen, name: ChannelName, desk: Desk) -> Screen:
    """What still ails the chat, below what was done about it."""
    view = (await desk.delivery.channels()).get(name)
    for line in chat_lines(view, desk.clock.now()) if view else ():
        screen = screen.add(line)
    return screen.offer("queue.look_again", queue)


def about(found: TroubledView) -> Screen:
    """What there is to say about one message."""
    screen = say(
        "queue.message",
        name=plain(found.person_name),
        channel=t(f"channel.{found.channel}"),
        at=found.created_at,
    ).add(t(f"queue.state.{found.state}"))
    return screen.add(t(f"reason.{found.reason}")) if found.reason else screen


def _with(screen: Screen, channel: ChannelView, desk: Desk) -> Screen:
    """How a chat stands, where that needs to be said, and what may be done about it."""
    name = t(f"channel.{channel.channel}")
    now = desk.clock.now()
    for line in chat_lines(channel, now):
        screen = screen.add(line)
    if channel.held_at:
        screen = screen.add("queue.held", channel=name, since=channel.held_at)
    if desk.role < Role.MANAGER or channel.channel is ChannelName.TERMINAL:
        return screen
    if channel.trouble and not channel.is_paused(now):
        label = t("queue.seen", channel=name)
        chat, reason = channel.channel.value, channel.trouble
        screen = screen.offer(label, warning_seen, channel=chat, reason=reason)
    if channel.held_at:
        return screen.offer(
            t("queue.let_go", channel=name), resume_channel, channel=channel.channel.value
        )
    if channel.is_paused(now) or channel.starts_rest(now):
        label = t("queue.resume", channel=name)
        screen = screen.offer(label, resume_channel, channel=channel.channel.value)
    return screen.offer(
        t("queue.pause", channel=name), pause_channel, channel=channel.channel.value
    )


async def _with_big_day(screen: Screen, desk: Desk) -> Screen:
    """The reminders that wait for somebody's word, and a place to give it."""
    asked = await desk.big_days.pending()
    if asked is None:
        return screen
    day = asked.day.isoformat()
    screen = screen.add("big_day.asks", count=asked.people, usual=asked.usual)
    screen = screen.offer("big_day.send", "big_day_send", None, Style.PRIMARY, day=day)
    return screen.offer("big_day.hold", "big_day_hold", day=day)


async def _as_it_stands(desk: Desk, row: int, conflict: Conflict) -> Screen:
    """Somebody was quicker: say so, and show how it stands."""
    found = await desk.delivery.get(OutboxId(row))
    shown = say(conflict.text)
    for line in about(found).body:
        shown = shown.add(line)
    return shown.offer("queue.go.list", queue_failed)
