"""What leaves the house: how much waits and why, what did not go, and what is done about it."""

from collections.abc import Mapping
from typing import Any

from bot.dialog.handler import action, listing
from bot.dialog.screen import Deed, Page, Row, Screen, say
from bot.domain.errors import Conflict
from bot.domain.ids import OutboxId
from bot.domain.message import ChannelName, Style
from bot.domain.role import Role
from bot.domain.text import Text, plain, t
from bot.forms.filters import Everything
from bot.handlers.desk import Desk
from bot.services.ports.delivery import ChannelView, QueueView, TroubledView


@action("queue", needs=Role.VIEWER)
async def queue(desk: Desk, typed: str = "") -> Screen:
    """Everything at a glance, and a button for each thing that wants a decision."""
    del typed
    view = await desk.delivery.queue()
    screen = say("queue.title")
    if asked := await desk.big_days.pending():
        day = asked.day.isoformat()
        screen = screen.add("big_day.asks", count=asked.people, usual=asked.usual)
        screen = screen.offer("big_day.send", "big_day_send", None, Style.PRIMARY, day=day)
        screen = screen.offer("big_day.hold", "big_day_hold", day=day)
    for line in _lines_of(view):
        screen = screen.add(line)
    for channel in view.channels:
        if trouble := channel_line(channel, paused=_is_paused(channel, desk)):
            screen = screen.add(trouble)
        if _is_paused(channel, desk):
            label = t("queue.resume", channel=t(f"channel.{channel.channel}"))
            screen = screen.offer(label, resume_channel, channel=channel.channel.value)
    if view.troubled:
        screen = screen.offer(t("queue.go.troubled", count=view.troubled), queue_failed)
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
    return Page(t("queue.troubled"), rows, found.next, t("queue.none_troubled"))


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
        sent = await desk.delivery.send_again(OutboxId(row))
    except Conflict as conflict:
        return await _as_it_stands(desk, row, conflict)
    name = plain(sent.person_name)
    return say("queue.sent_again", name=name).offer("queue.go.list", queue_failed)


@action()
async def drop_message(desk: Desk, row: int) -> Screen:
    """Let it be, and take it off the list."""
    try:
        dropped = await desk.delivery.drop(OutboxId(row))
    except Conflict as conflict:
        return await _as_it_stands(desk, row, conflict)
    name = plain(dropped.person_name)
    return say("queue.dropped", name=name).offer("queue.go.list", queue_failed)


@action()
async def resume_channel(desk: Desk, channel: str) -> Screen:
    """Try a stopped chat again at once."""
    name = ChannelName(channel)
    await desk.delivery.resume(name)
    return say("queue.resumed", channel=t(f"channel.{name}")).offer("queue.look_again", queue)


def about(found: TroubledView) -> Screen:
    """What there is to say about one message."""
    screen = say(
        "queue.message",
        name=plain(found.person_name),
        channel=t(f"channel.{found.channel}"),
        at=found.created_at,
    ).add(t(f"queue.state.{found.state}"))
    return screen.add(t(f"reason.{found.reason}")) if found.reason else screen


def channel_line(channel: ChannelView, *, paused: bool) -> Text | None:
    """What ails a chat; none if nothing does."""
    name = t(f"channel.{channel.channel}")
    why = t(f"reason.{channel.trouble}") if channel.trouble else t("queue.unknown_trouble")
    if paused and channel.paused_until:
        return t("queue.paused", channel=name, why=why, until=channel.paused_until)
    return t("queue.troubled_channel", channel=name, why=why) if channel.trouble else None


def _is_paused(channel: ChannelView, desk: Desk) -> bool:
    return channel.paused_until is not None and channel.paused_until > desk.clock.now()


def _lines_of(view: QueueView) -> list[Text]:
    lines: list[Text] = []
    if view.due:
        lines.append(t("queue.due", count=view.due))
    if view.due and view.oldest_at:
        lines.append(t("queue.oldest", at=view.oldest_at))
    if view.on_the_way:
        lines.append(t("queue.on_the_way", count=view.on_the_way))
    if view.in_doubt:
        lines.append(t("queue.in_doubt", count=view.in_doubt))
    for put_off in view.put_off:
        why = t(f"reason.{put_off.reason}") if put_off.reason else t("queue.later")
        lines.append(t("queue.put_off", count=put_off.count, why=why))
    for failed in view.failed:
        why = t(f"reason.{failed.reason}") if failed.reason else t("queue.unknown_trouble")
        lines.append(t("queue.failed", count=failed.count, why=why))
    return lines or [t("queue.all_well")]


async def _as_it_stands(desk: Desk, row: int, conflict: Conflict) -> Screen:
    """Somebody was quicker: say so, and show how it stands."""
    found = await desk.delivery.get(OutboxId(row))
    shown = say(conflict.text)
    for line in about(found).body:
        shown = shown.add(line)
    return shown.offer("queue.go.list", queue_failed)
