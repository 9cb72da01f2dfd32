"""What happened over the year, day by day, out of what the cast says of each client.

Only decided here, nothing is done: each line says when, who and what. Whoever plays it needs the
lines in their order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum, auto

from bot.composition.demo.cast import CAST, PLANS, Member
from bot.domain.calendar import Calendar
from bot.domain.days import DueDay
from bot.domain.payment import Method
from bot.domain.plan import due

_PERIODS = {name: period for name, _price, period in PLANS}
_JOINS_BEFORE = 6  # days before the first due date
_BY = (*(Method.PIX,) * 5, Method.CASH, Method.PIX, Method.CARD)


class What(Enum):
    """The kinds of lines."""

    JOINS = auto()
    PAYS = auto()
    PAYS_A_PART = auto()
    STOPS = auto()


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: somebody, by their place in the cast, does something at a moment."""

    at: datetime
    what: What
    place: int
    due: DueDay
    method: Method = Method.PIX

    @property
    def member(self) -> Member:
        """Whose line it is."""
        return CAST[self.place]


def due_days(member: Member, today: date) -> Sequence[DueDay]:
    """Every due date of a member, from the first to the one that the cast names."""
    last = today + timedelta(days=member.due)
    period = _PERIODS[member.plan]
    # Counted back from the last as the product counts ahead from the first.
    dates = [due(last, period, back, last.day) for back in range(-member.since, 1)]
    return [DueDay(on, last.day) for on in dates]


def diary(today: date, calendar: Calendar) -> list[Entry]:
    """Every line up to today's opening hour, in order."""
    entries = [entry for place in range(len(CAST)) for entry in _life(place, today, calendar)]
    entries.sort(key=lambda entry: (entry.at, entry.place))
    return entries


def _life(place: int, today: date, calendar: Calendar) -> Iterator[Entry]:
    member = CAST[place]
    days = due_days(member, today)
    joins = min(days[0].on, today) - timedelta(days=_JOINS_BEFORE if member.since else 1)
    yield Entry(_moment(calendar, joins, place), What.JOINS, place, days[0])
    if member.ended:
        stops = days[-1].on + timedelta(days=1)
        yield Entry(_moment(calendar, stops, place), What.STOPS, place, days[-1])
    fallen = [day for day in days if day.on <= today]
    unpaid = fallen[len(fallen) - member.owes :]
    for cycle, day in enumerate(days):
        paid = day.on + timedelta(days=member.pays[(place + cycle) % len(member.pays)])
        what = What.PAYS
        if day in unpaid:
            if not member.part or day != unpaid[0]:
                continue
            paid, what = day.on + timedelta(days=2), What.PAYS_A_PART
        # What is due from today on is still to come when the curtain rises.
        if day.on < today and paid < today:
            at = _moment(calendar, paid, place + cycle)
            yield Entry(at, what, place, day, _BY[(place + cycle) % len(_BY)])


def _moment(calendar: Calendar, day: date, spread: int) -> datetime:
    """Some time in the day, never the same for long."""
    return calendar.at(day, time(9 + spread * 5 % 11, 7 + spread * 13 % 50))
