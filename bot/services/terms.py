"""The terms on which somebody is billed: from which day, which cycle first, counted from where."""

from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.days import DueDay
from bot.domain.errors import Unreadable
from bot.domain.plan import Period, cycle_from, due

# Further off it is a slip of the pen, and would open dozens of charges, or none for years.
_PAST, _AHEAD = timedelta(days=366), timedelta(days=2 * 366)


@dataclass(frozen=True, slots=True)
class Terms:
    """Where a subscription's due dates are counted from, and the next to be charged."""

    anchor: date
    day_of_month: int | None
    next_cycle: int
    next_due: date


def likely(first_due: DueDay, today: date) -> None:
    """Refuse a first due date that nobody can have meant."""
    if not today - _PAST <= first_due.on <= today + _AHEAD:
        raise Unreadable("errors.day.unlikely", field="first_due", day=first_due.on)


def begun(first_due: DueDay, period: Period, *, paid_up_to: date | None = None) -> Terms:
    """The terms of somebody new; cycles due up to ``paid_up_to`` are settled and never charged."""
    day = first_due.day_of_month if period.months else None
    cycle = 0
    if paid_up_to is not None and first_due.on <= paid_up_to:
        cycle = cycle_from(first_due.on, period, paid_up_to + timedelta(days=1), day)
    return Terms(first_due.on, day, cycle, due(first_due.on, period, cycle, day))


def moved(next_due: DueDay, period: Period, cycle: int) -> Terms:
    """The terms by which ``cycle`` falls due on a new day, and all later ones count from it.

    Cycles are numbered on, for a number is charged once; so the anchor is set back to where the
    count would have begun.
    """
    day = next_due.day_of_month if period.months else None
    return Terms(due(next_due.on, period, -cycle, day), day, cycle, next_due.on)


def resumed(terms: Terms, period: Period, today: date) -> Terms:
    """The same terms after a pause: what fell into it is skipped, the days stay as agreed."""
    cycle = max(terms.next_cycle, cycle_from(terms.anchor, period, today, terms.day_of_month))
    on = due(terms.anchor, period, cycle, terms.day_of_month)
    return Terms(terms.anchor, terms.day_of_month, cycle, on)
