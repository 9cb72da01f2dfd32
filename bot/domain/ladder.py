"""The ladder: which reminder a charge has reached, and until when it may go (decision 0007).

A step's day counts from the due date as agreed. If its hour is not allowed it moves forward, and
it is open until the next step's day begins; so a ladder that slept catches up with one reminder,
never with all it missed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.domain.calendar import Calendar
from bot.domain.ids import PlanId, StepId
from bot.domain.message import ChannelName

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
    """A rung: so many days from the due date, at a local time, with this template.

    With a ``plan_id`` it is only for subscriptions of that plan, and takes the place of a general
    step on the same day. ``channel`` is the chat it would rather go over. Switched off, the
    ladder is as it would be without it.
    """

    id: StepId
    offset_days: int
    at: time
    template: str
    plan_id: PlanId | None = None
    channel: ChannelName | None = None
    on: bool = True


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
    ``plan_id`` is the plan whose charges these are; none: of every plan but ``not_of``, those that
    have steps of their own.
    """

    due_on: date
    step: Step
    closes_at: datetime
    overtaken: tuple[Step, ...]
    plan_id: PlanId | None = None
    not_of: frozenset[PlanId] = frozenset()


def rungs_of(steps: Iterable[Step], plan_id: PlanId | None = None) -> tuple[Step, ...]:
    """The ladder that a plan's charges climb, lowest step first.

    Of two steps on one day the plan's own goes; of two alike only the later could go out.
    """
    rungs = sorted((s for s in steps if s.on and s.plan_id in (None, plan_id)), key=_rank)
    own = {rung.offset_days for rung in rungs if rung.plan_id is not None}
    return tuple(rung for rung in rungs if rung.plan_id is not None or rung.offset_days not in own)


def own_plans(steps: Iterable[Step]) -> frozenset[PlanId]:
    """The plans that have steps of their own."""
    return frozenset(step.plan_id for step in steps if step.on and step.plan_id is not None)


def openings(
    due_on: date, steps: Iterable[Step], calendar: Calendar, plan_id: PlanId | None = None
) -> tuple[Opening, ...]:
    """The opening of every step for a plan's charges due on a date, lowest step first."""
    rungs = rungs_of(steps, plan_id)
    return tuple(_opening(due_on, rungs, place, calendar) for place in range(len(rungs)))


def newest_open(
    due_on: date,
    steps: Iterable[Step],
    now: datetime,
    calendar: Calendar,
    plan_id: PlanId | None = None,
) -> Opening | None:
    """The one step that may go out now for a plan's charges due on a date, if any."""
    every = openings(due_on, steps, calendar, plan_id)
    opened = (opening for opening in every if opening.is_open(now))
    return max(opened, key=lambda opening: _rank(opening.step), default=None)


def due_now(steps: Iterable[Step], now: datetime, calendar: Calendar) -> tuple[Due, ...]:
    """Every due date for which a step is open now, for planning in bulk; a few dozen a plan."""
    every = tuple(steps)
    return tuple(
        due
        for plan_id in (None, *sorted(own_plans(every)))
        for due in _due_of(plan_id, every, now, calendar)
    )


def _due_of(
    plan_id: PlanId | None, steps: Sequence[Step], now: datetime, calendar: Calendar
) -> list[Due]:
    rungs, own = rungs_of(steps, plan_id), own_plans(steps)
    if not rungs:
        return []
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
            overtaken, not_of = rungs[:place], own if plan_id is None else frozenset()
            found.append(Due(due_on, opening.step, opening.closes_at, overtaken, plan_id, not_of))
    return found


def _opening(due_on: date, rungs: Sequence[Step], place: int, calendar: Calendar) -> Opening:
    step = rungs[place]
    last = place == len(rungs) - 1
    ends = step.offset_days + LAST_STEP_DAYS if last else rungs[place + 1].offset_days
    wanted = calendar.at(due_on + timedelta(days=step.offset_days), step.at)
    closes_at = calendar.at(due_on + timedelta(days=ends), time.min)
    return Opening(step, calendar.next_allowed(wanted), closes_at)


def _rank(step: Step) -> tuple[int, time, int]:
    return step.offset_days, step.at, step.id
