"""What is watched day and night: from which figure on, and for how long, it is trouble.

``deploy/prometheus/rules.yml`` says the same to a Prometheus; a test keeps the two equal.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.service_level import ANSWER_S, p95

MINUTE = timedelta(minutes=1)
LATE_S = 900  # a due message that has waited longer wants a look
SILENT_S = 900  # a chat that tells of arrivals has said nothing for so long after a message
_FEW_SENT, _FEW_ASKED = 10, 20  # of fewer than these no share is worth a word
_CALM = 2  # minutes without trouble, after which it is over


@dataclass(frozen=True, slots=True)
class Sample:
    """What one process saw in the minute that ended here, as plain figures by name.

    ``answers``: how many requests were answered within each of ``ANSWER_S``, and slower;
    ``errors`` of them by a failure of ours. ``failed`` of the tries to send were not taken.
    """

    minute: datetime
    process: str
    figures: Mapping[str, float] = field(default_factory=dict)
    answers: Sequence[int] = (0,) * (len(ANSWER_S) + 1)
    errors: int = 0
    tried: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Condition:
    """Trouble is beyond ``limit`` for ``minutes`` on end; ``urgent`` may wake the owner.

    ``figure`` names it in a sample, or begins the names of several: ``breaker.telegram``.
    ``window``: over so many minutes a share is counted. ``sends``: what it is about still takes
    what we send.
    """

    name: str
    figure: str
    limit: float
    minutes: int
    below: bool = False
    urgent: bool = False
    window: int = 1
    sends: bool = False

    def is_trouble(self, value: float) -> bool:
        """Whether a figure is beyond the limit."""
        return value < self.limit if self.below else value > self.limit

    def worse(self, values: Iterable[float]) -> float:
        """Of what several processes saw, what matters."""
        return min(values) if self.below else max(values)


AWAY = Condition("away", "", 0, 2)
SENDS_FAILING = Condition("sends_failing", "tried.", 0.1, 5, window=15)
ANSWERS_FAILING = Condition("answers_failing", "", 0.05, 2, urgent=True, window=5)
ANSWERS_SLOW = Condition("answers_slow", "", 0.5, 5, window=5)
CONDITIONS = (
    AWAY,
    Condition("queue_late", "queue.oldest_s", LATE_S, 2),
    SENDS_FAILING,
    Condition("breaker_open", "breaker.", 0, 5),
    Condition("dependency_away", "away.", 0, 5),
    Condition("disk_short", "disk.free_bytes", 1_000_000_000, 5, below=True, urgent=True),
    Condition("memory_short", "memory.left_share", 0.05, 5, below=True, urgent=True),
    ANSWERS_FAILING,
    ANSWERS_SLOW,
    Condition("work_late", "work.late_s", 300, 2, urgent=True),
    Condition("clock_wrong", "clock.apart_s", 30, 5, urgent=True),
    Condition("backup_old", "backup.age_s", 36 * 3600, 5),
    Condition("webhooks_silent", "silent.", SILENT_S, 5, sends=True),
)
# What somebody else's rule found, in its own words; it is urgent if that rule says so.
FOREIGN = Condition("foreign", "foreign.", 0, 0)
FOREIGN_URGENT = Condition("foreign_urgent", "foreign.", 0, 0, urgent=True)
BY_NAME = {condition.name: condition for condition in (*CONDITIONS, FOREIGN, FOREIGN_URGENT)}
LOOKED_BACK = MINUTE * max(one.minutes + one.window for one in CONDITIONS)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A condition that holds; ``about`` is the part it holds of, if there are several."""

    condition: Condition
    about: str = ""


def troubles(samples: Sequence[Sample], now: datetime) -> Iterator[Trouble]:
    """Those that have lasted long enough."""
    for condition in CONDITIONS[1:]:
        course = _course(condition, samples, now, condition.minutes)
        for about in course[0]:
            if all(about in one and condition.is_trouble(one[about]) for one in course):
                yield Trouble(condition, about)


def is_over(trouble: Trouble, samples: Sequence[Sample], now: datetime) -> bool:
    """Whether nothing has been seen of it for some minutes."""
    course = _course(trouble.condition, samples, now, _CALM)
    seen = (one[trouble.about] for one in course if trouble.about in one)
    return not any(trouble.condition.is_trouble(value) for value in seen)


def is_gap(before: datetime, after: datetime) -> bool:
    """Whether nobody was there between two samples."""
    return after - before > MINUTE * (AWAY.minutes + 1)


def minute_of(moment: datetime) -> datetime:
    """The minute an instant lies in."""
    return moment.replace(second=0, microsecond=0)


def _course(
    condition: Condition, samples: Sequence[Sample], now: datetime, minutes: int
) -> list[dict[str, float]]:
    """The figures of the last minutes, the newest first, by what they are about."""
    end = minute_of(now)
    return [_reading(condition, samples, end - MINUTE * back) for back in range(minutes)]


def _reading(condition: Condition, samples: Sequence[Sample], end: datetime) -> dict[str, float]:
    begin = end - MINUTE * condition.window
    window = [sample for sample in samples if begin < sample.minute <= end]
    if condition is SENDS_FAILING:
        return _shares_failed(window)
    if condition is ANSWERS_FAILING or condition is ANSWERS_SLOW:
        counts = [sum(column) for column in zip(*(one.answers for one in window), strict=True)]
        asked = sum(counts)
        if asked < _FEW_ASKED:
            return {}
        if condition is ANSWERS_SLOW:
            return {"": p95(counts) or 0.0}
        return {"": sum(one.errors for one in window) / asked}
    return _worst(condition, window)


def _worst(condition: Condition, window: Sequence[Sample]) -> dict[str, float]:
    seen: dict[str, list[float]] = {}
    for sample in window:
        for name, value in sample.figures.items():
            if name == condition.figure or (
                condition.figure.endswith(".") and name.startswith(condition.figure)
            ):
                seen.setdefault(name.removeprefix(condition.figure), []).append(value)
    return {about: condition.worse(values) for about, values in seen.items()}


def _shares_failed(window: Sequence[Sample]) -> dict[str, float]:
    tried: dict[str, float] = {}
    failed: dict[str, float] = {}
    for sample in window:
        for name, value in sample.figures.items():
            kind, _, channel = name.partition(".")
            if kind == "tried":
                tried[channel] = tried.get(channel, 0) + value
            elif kind == "failed":
                failed[channel] = failed.get(channel, 0) + value
    return {
        channel: failed.get(channel, 0) / number
        for channel, number in tried.items()
        if number >= _FEW_SENT
    }
