"""Days as people name them: a due day, a day of payment, a month."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from bot.domain.errors import Unreadable
from bot.domain.names import fold
from bot.domain.plan import on_day

_NEAR = {
    **dict.fromkeys(("hoje", "today", "hoy"), 0),
    **dict.fromkeys(("amanha", "tomorrow", "manana"), 1),
}
_PAST = dict.fromkeys(("ontem", "yesterday", "ayer"), -1)

_TIME = r"(?:[t ][0-9]{1,2}:[0-9]{2}[0-9:.+z-]*)?"
_YEAR_FIRST = re.compile(
    rf"(?P<y>[0-9]{{4}})[-/.](?P<m>[0-9]{{1,2}})[-/.](?P<d>[0-9]{{1,2}}){_TIME}"
)
_DAY_FIRST = re.compile(
    rf"(?:dia )?(?P<d>[0-9]{{1,2}})(?P<mark>[-/.])(?P<m>[0-9]{{1,2}})"
    rf"(?:(?P=mark)(?P<y>[0-9]{{4}}|[0-9]{{2}}){_TIME})?"
)
_NAMED = re.compile(
    r"(?:(?:dia|day|el) )?(?P<d>[0-9]{1,2})(?:o|st|nd|rd|th)?(?: de| of)? "
    r"(?P<name>[a-z]{3,10})\.?(?:,?(?: de| del)? (?P<y>[0-9]{4}))?"
)
_NAMED_FIRST = re.compile(
    r"(?P<name>[a-z]{3,10})\.? (?P<d>[0-9]{1,2})(?:st|nd|rd|th)?(?:,? (?P<y>[0-9]{4}))?"
)
_BARE = re.compile(
    r"(?:(?:todo|cada|every|el|on) )?(?:(?:dia|day|the) )?(?P<d>[0-9]{1,2})(?:o|st|nd|rd|th|\.0+)?"
    r"(?: (?:de cada|do|of the|of every) (?:mes|month))?"
)
# Days since the end of 1899, as a spreadsheet keeps a date whose cell is not shown as one.
_SERIAL = re.compile(r"[3-6][0-9]{4}(?:\.[0-9]+)?")
_SERIAL_START = date(1899, 12, 30)
_KEPT = re.compile(r"(?P<on>[0-9]{4}-[0-9]{2}-[0-9]{2})@(?P<d>[0-9]{1,2})")

_MONTHS = (
    "jan ene january janeiro enero",
    "fev feb february fevereiro febrero",
    "mar march marco marzo",
    "abr apr april abril",
    "mai may maio mayo",
    "jun june junho junio",
    "jul july julho julio",
    "ago aug august agosto",
    "set sep sept september setembro septiembre setiembre",
    "out oct october outubro octubre",
    "nov november novembro noviembre",
    "dez dec dic december dezembro diciembre",
)
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_LAST_DAY = 31
_LEAP_YEARS_APART = 8  # at most, around 2100


@dataclass(frozen=True, slots=True)
class DueDay:
    """The first due date, and the day of the month as agreed, which a short month may not have."""

    on: date
    day_of_month: int

    @classmethod
    def read(cls, text: str, today: date) -> Self:
        """Read ``20/12/2026``, ``5/12``, ``dia 5``, ``27``, ``amanhã`` or a spreadsheet's date.

        What names no year or no month is the next such day, today included. The day stands before
        the month. Day 31 is the last of a shorter month, and stays the 31st of the others.
        """
        said = fold(text)
        if kept := _KEPT.fullmatch(said):
            on, day = _whole(kept["on"]), int(kept["d"])
            if on is None or on != on_day(on.year, on.month, day):
                raise Unreadable("errors.day.no_such_day")
            return cls(on, day)
        on = _whole(said, today, _NEAR)
        if on is not None:
            return cls(on, on.day)
        day, month = _partly(said)
        on = _next(day, month, today)
        return cls(on, day)

    @property
    def shown(self) -> date:
        """The date itself."""
        return self.on

    def __str__(self) -> str:
        """What ``read`` gives back equal, whatever day it is then."""
        kept = self.on.isoformat()
        return kept if self.on.day == self.day_of_month else f"{kept}@{self.day_of_month}"


def read_date(text: str, today: date) -> date:
    """Read a day that may be past: of a payment, of a search.

    What names no year or no month is the nearest such day, before or after today.
    """
    said = fold(text)
    on = _whole(said, today, _NEAR | _PAST)
    if on is not None:
        return on
    day, month = _partly(said)
    if month is None:
        months = [first.replace(day=1) for first in _around(today)]
        near = [_dated(first.year, first.month, day) for first in months]
    else:
        years = range(today.year - _LEAP_YEARS_APART, today.year + _LEAP_YEARS_APART + 1)
        near = [_dated(year, month, day) for year in years]
    return min(_existing(near), key=lambda found: (abs(found - today), found))


def month_of(day: date) -> tuple[date, date]:
    """The first and the last day of a day's month."""
    return day.replace(day=1), on_day(day.year, day.month, _LAST_DAY)


def _whole(
    said: str, today: date | None = None, words: dict[str, int] | None = None
) -> date | None:
    """A day that is said in full, or by a word for a day near today; None if it is not."""
    if today and words and said in words:
        return today + timedelta(days=words[said])
    if _SERIAL.fullmatch(said):
        counted = _SERIAL_START + timedelta(days=int(float(said)))
        return _existing([_dated(counted.year, counted.month, counted.day)])[0]
    found = _matched(said)
    if found is None or not found["y"]:
        return None
    year = int(found["y"]) if len(found["y"]) > 2 else 2000 + int(found["y"])  # noqa: PLR2004 - "26"
    return _existing([_dated(year, _month(found), int(found["d"]))])[0]


def _partly(said: str) -> tuple[int, int | None]:
    """The day and, if it is named, the month."""
    if bare := _BARE.fullmatch(said):
        return int(bare["d"]), None
    found = _matched(said)
    if found is None:
        raise Unreadable("errors.day.unreadable")
    return int(found["d"]), _month(found)


def _matched(said: str) -> re.Match[str] | None:
    if _BARE.fullmatch(said):  # "27.0" is a number of a spreadsheet, not day 27 of month 0
        return None
    patterns = (_YEAR_FIRST, _DAY_FIRST, _NAMED, _NAMED_FIRST)
    return next((found for pattern in patterns if (found := pattern.fullmatch(said))), None)


def _month(found: re.Match[str]) -> int:
    parts = found.groupdict()
    if "m" in parts:
        return int(parts["m"])
    if parts["name"] not in _MONTH:
        raise Unreadable("errors.day.unreadable")
    return _MONTH[parts["name"]]


def _next(day: int, month: int | None, today: date) -> date:
    if month is not None:
        years = range(today.year, today.year + _LEAP_YEARS_APART + 1)
        return next(on for on in _existing([_dated(y, month, day) for y in years]) if on >= today)
    if not 1 <= day <= _LAST_DAY:
        raise Unreadable("errors.day.no_such_day")
    on = on_day(today.year, today.month, day)
    following = month_of(today)[1] + timedelta(days=1)
    return on if on >= today else on_day(following.year, following.month, day)


def _around(today: date) -> tuple[date, date, date]:
    first, last = month_of(today)
    return first - timedelta(days=1), today, last + timedelta(days=1)


def _dated(year: int, month: int, day: int) -> date | None:
    if not 2000 <= year <= 2099:  # noqa: PLR2004 - a typing slip outside of this century
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _existing(days: list[date | None]) -> list[date]:
    there = [day for day in days if day is not None]
    if not there:
        raise Unreadable("errors.day.no_such_day")
    return there
