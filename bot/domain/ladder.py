"""The ladder: which reminder a charge has reached, and until when it may go (decision 0007).

A step's day counts from the due date as agreed. If its hour is not allowed it moves forward, and
it is open until the next step's day begins; so a ladder that slept catches up with one reminder,
never with all it missed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.domain.calendar import Calendar
from bot.domain.ids import StepId

LAST_STEP_DAYS = 7

_MORNING = time(9)
# Days from the due date, local time, template: what a business starts with.
DEFAULT_STEPS: tuple[tuple[int, time, str], ...] = (
    (-3, _MORNING, "reminder_before"),
    (0, _MORNING, "reminder_today"),
    (1, _MORNING, "reminder_late"),
    (3, _MORNING, "reminder_late"),
    (7, _MORNING, "reminder_last"),
    (15, _MORNING, "reminder_last"),
)


@dataclass(frozen=True, slots=True)
class Step:
    """A rung: so many days from the due date, at a local time, with this template."""

    id: StepId
    offset_days: int
    at: time
    template: str


@dataclass(frozen=True, slots=True)
class Opening:
    """When a step may go out for one due date: from ``opens_at`` until just before ``closes_at``.

    Empty where the first is not before the second (nothing was allowed in time): never sent.
    """

    step: Step
    opens_at: datetime
    closes_at: datetime

    def is_open(self, now: datetime) -> bool:
        """Whether it may go out at this instant, as far as the ladder is concerned."""
        return self.opens_at <= now < self.closes_at


@dataclass(frozen=True, slots=True)
class Due:
    """What the charges due on one date have reached now.

    ``overtaken`` are the steps before it, lowest first: done, or not to be sent any more.
    """

    due_on: date
    step: Step
    closes_at: datetime
    overtaken: tuple[Step, ...]


def openings(due_on: date, steps: Iterable[Step], calendar: Calendar) -> tuple[Opening, ...]:
    """The opening of every step for charges due on a date, lowest step first."""
    rungs = _in_order(steps)
    return tuple(_opening(due_on, rungs, place, calendar) for place in range(len(rungs)))


def newest_open(
    due_on: date, steps: Iterable[Step], now: datetime, calendar: Calendar
) -> Opening | None:
    """The one step that may go out now for charges due on a date, if any."""
    opened = (opening for opening in openings(due_on, steps, calendar) if opening.is_open(now))
    return max(opened, key=lambda opening: _rank(opening.step), default=None)


def due_now(steps: Iterable[Step], now: datetime, calendar: Calendar) -> tuple[Due, ...]:
    """Every due date for which a step is open now, for planning in bulk; a few dozen at most."""
    rungs = _in_order(steps)
    if not rungs:
        return ()
    today = calendar.today(now)
    # A step opens on its day at the earliest, and the last one ends LAST_STEP_DAYS after its own.
    latest = today - timedelta(days=rungs[0].offset_days)
    span = rungs[-1].offset_days - rungs[0].offset_days + LAST_STEP_DAYS
    dates = (latest - timedelta(days=back) for back in range(span, -1, -1))
    found = []
    for due_on in dates:
        # Of the steps whose day has come only the last can be open: its day closed the others.
        place = sum(rung.offset_days <= (today - due_on).days for rung in rungs) - 1
        opening = _opening(due_on, rungs, place, calendar)
        if opening.is_open(now):
            found.append(Due(due_on, opening.step, opening.closes_at, tuple(rungs[:place])))
    return tuple(found)


def _opening(due_on: date, rungs: list[Step], place: int, calendar: Calendar) -> Opening:
    step = rungs[place]
    last = place == len(rungs) - 1
    ends = step.offset_days + LAST_STEP_DAYS if last else rungs[place + 1].offset_days
    wanted = calendar.at(due_on + timedelta(days=step.offset_days), step.at)
    closes_at = calendar.at(due_on + timedelta(days=ends), time.min)
    return Opening(step, calendar.next_allowed(wanted), closes_at)


def _in_order(steps: Iterable[Step]) -> list[Step]:
    """Lowest first. Offsets are unique in a ladder; of two alike only the later could go out."""
    return sorted(steps, key=_rank)


def _rank(step: Step) -> tuple[int, time, int]:
    return step.offset_days, step.at, step.id
