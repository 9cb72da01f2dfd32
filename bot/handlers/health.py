"""How the house itself is: a verdict, what it rests on, and how well it served this month."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal

from bot.dialog.handler import action
from bot.dialog.screen import Deed, Screen, say
from bot.domain.role import Role
from bot.domain.text import Text, t
from bot.handlers.desk import Desk
from bot.handlers.queue_words import chat_lines
from bot.services.ports.delivery import QueueView
from bot.services.ports.watch import Vitals
from bot.services.watch import part_of, todo_of, what_of

_LEVEL = frozenset({"sla", "nivel", "level", "mes", "mês", "month"})
_GIGABYTE = 1_000_000_000
_HUNDREDTH = Decimal("0.01")
_OPEN = 2


@action("health", needs=Role.MANAGER)
async def health(desk: Desk, typed: str = "") -> Screen | Deed:
    """Everything at a glance; each trouble with what to do about it."""
    if typed.strip().lower() in _LEVEL:
        return Deed("service_level")
    vitals = await desk.watch.vitals()
    queue = await desk.delivery.queue()
    stopped = _stopped(queue, desk)
    screen = say("health.title").add(t(f"health.{_verdict(vitals, queue, stopped)}"))
    for line in (*_troubles(vitals), *stopped, *_parts(vitals), *_queue(queue, desk)):
        screen = screen.add(line)
    for line in (*_machine(vitals), *_backup(vitals), *_heard(queue)):
        screen = screen.add(line)
    if vitals.seen_at:
        screen = screen.add("health.seen_at", at=vitals.seen_at)
    else:
        screen = screen.add("health.not_seen")
    return (
        screen.offer("health.go.level", service_level)
        .offer("health.go.queue", "queue")
        .offer("health.look_again", health)
        .offer("go.home", "home")
    )


@action(needs=Role.MANAGER)
async def service_level(desk: Desk) -> Screen:
    """How well the house served this month, from what it saw of itself minute by minute."""
    level = await desk.watch.month()
    screen = say("health.level.title", since=desk.today.replace(day=1))
    if level.availability is None:
        return screen.add("health.not_seen").offer("health.go.back", health)
    away = max(level.minutes - level.served, 0)
    screen = screen.add("health.level.there", share=_percent(level.availability), count=away)
    if level.p95_s is not None:
        screen = screen.add("health.level.p95", count=_milliseconds(level.p95_s))
    if level.success is not None:
        screen = screen.add("health.level.sent", share=_percent(level.success), count=level.tried)
    if level.mean_recovery is None:
        screen = screen.add("health.level.no_trouble")
    else:
        minutes = max(round(level.mean_recovery / timedelta(minutes=1)), 1)
        number = len(level.recoveries)
        screen = screen.add("health.level.recovery", count=number, minutes=minutes)
    return screen.offer("health.go.back", health).offer("go.home", "home")


def _verdict(vitals: Vitals, queue: QueueView, stopped: Sequence[Text]) -> str:
    """Well, worth a look, or time to act."""
    if stopped or any(one.trouble.condition.urgent for one in vitals.troubles):
        return "act"
    return "look" if vitals.troubles or queue.troubled else "well"


def _troubles(vitals: Vitals) -> Iterator[Text]:
    for one in vitals.troubles:
        yield t("watch.began", what=what_of(one.trouble), at=one.began_at)
        yield todo_of(one.trouble)


def _stopped(queue: QueueView, desk: Desk) -> list[Text]:
    now = desk.clock.now()
    return [line for channel in queue.channels for line in chat_lines(channel, now)]


def _parts(vitals: Vitals) -> Iterator[Text]:
    """What we lean on, each with how long its answer took."""
    figures = vitals.figures
    for figure, away in sorted(figures.items()):
        kind, _, name = figure.partition(".")
        part = part_of(name)
        if kind == "away" and away:
            yield t("health.part.away", part=part)
        elif kind == "away":
            took = figures.get(f"took_s.{name}", 0.0)
            yield t("health.part.there", part=part, count=_milliseconds(took))
        elif kind == "breaker" and away:
            yield t("health.breaker.open" if away == _OPEN else "health.breaker.tries", part=part)


def _queue(queue: QueueView, desk: Desk) -> Iterator[Text]:
    if queue.oldest_at:
        waited = max((desk.clock.now() - queue.oldest_at) // timedelta(minutes=1), 0)
        yield t("health.queue.due", count=queue.due, minutes=waited)
    else:
        yield t("health.queue.empty")
    if queue.troubled:
        yield t("health.queue.troubled", count=queue.troubled)


def _machine(vitals: Vitals) -> Iterator[Text]:
    figures = vitals.figures
    if "disk.free_bytes" in figures:
        free = Decimal(int(figures["disk.free_bytes"]) * 10 // _GIGABYTE) / 10
        yield t("health.disk", free=free)
    if "memory.left_share" in figures:
        yield t("health.memory", count=int(figures["memory.left_share"] * 100))
    if "clock.apart_s" in figures:
        yield t("health.clock", count=round(figures["clock.apart_s"]))
    if looks := figures.get("cache.looks"):
        yield t("health.cache", share=_percent(figures["cache.found"] / looks))


def _backup(vitals: Vitals) -> Iterator[Text]:
    age = vitals.figures.get("backup.age_s")
    if vitals.seen_at and age is not None:
        yield t("health.backup", at=vitals.seen_at - timedelta(seconds=age))
    elif vitals.seen_at:
        yield t("health.no_backup")


def _heard(queue: QueueView) -> Iterator[Text]:
    for channel in queue.channels:
        if channel.heard_at:
            name = t(f"channel.{channel.channel}")
            yield t("health.heard", channel=name, at=channel.heard_at)


def _milliseconds(seconds: float) -> int:
    return max(round(seconds * 1000), 1)


def _percent(share: float) -> Decimal:
    """Rounded down: what was not all is never called all."""
    return (Decimal(int(share * 10_000)) * _HUNDREDTH).normalize()
