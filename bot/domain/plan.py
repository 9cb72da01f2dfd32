"""Plans: how often a charge falls due, and on which days."""

import re
from calendar import monthrange
from datetime import date, timedelta
from enum import StrEnum
from typing import Self

from bot.domain.names import fold
from bot.domain.text import Text, t


class Period(StrEnum):
    """The time from one due date to the next; the value is stored."""

    WEEKLY = "weekly"
    BIWEEKLY = "biweekly"  # every 14 days, so that it stays on its weekday
    MONTHLY = "monthly"
    BIMONTHLY = "bimonthly"
    QUARTERLY = "quarterly"
    SEMIANNUAL = "semiannual"
    ANNUAL = "annual"

    @property
    def months(self) -> int:
        """Its length in months; 0 for those that count in days."""
        return _MONTHS.get(self, 0)

    @property
    def days(self) -> int:
        """Its length in days; 0 for those that count in months."""
        return _DAYS.get(self, 0)

    @property
    def shown(self) -> Text:
        """As a person reads it."""
        return t(f"period.{self.value}")

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The period that a few words name: ``mensal``, ``3 meses``, ``plan anual premium``.

        None where they name none, or two at once.
        """
        words = _LETTERS.sub(" ", _bare_name(text)).split()
        if period := _only_period(words):
            return cls(period)
        named = {period for word in words if (period := _NAMED.get(word))}
        return cls(named.pop()) if len(named) == 1 else None


_DAYS = {Period.WEEKLY: 7, Period.BIWEEKLY: 14}
_MONTHS = {
    Period.MONTHLY: 1,
    Period.BIMONTHLY: 2,
    Period.QUARTERLY: 3,
    Period.SEMIANNUAL: 6,
    Period.ANNUAL: 12,
}
_NAMES = {
    Period.WEEKLY: "semanal semanais semanalmente weekly",
    Period.BIWEEKLY: "quinzenal quinzenais quinzenalmente quincenal biweekly fortnightly",
    Period.MONTHLY: "mensal mensais mensalmente mensalidade monthly mensual mensualidad",
    Period.BIMONTHLY: "bimestral bimestrais bimestre bimonthly",
    Period.QUARTERLY: "trimestral trimestrais trimestre quarterly",
    Period.SEMIANNUAL: "semestral semestrais semestre semiannual biannual halfyearly",
    Period.ANNUAL: "anual anuais anualmente anuidade anualidad annual annually yearly",
}
_NAMED = {name: period for period, names in _NAMES.items() for name in names.split()}
_COUNTED = re.compile(
    r"(?:a cada |cada |por |every |per |each )?(?:(?P<number>[0-9]{1,3}|[a-z]+) ?)??"
    r"(?P<unit>dias?|days?|semanas?|weeks?|mes|meses|months?|anos?|years?)"
)
_LETTERS = re.compile(r"[^a-z0-9 ]+")
_NUMBERS = {"um": 1, "uma": 1, "un": 1, "uno": 1, "una": 1, "one": 1, "a": 1}
_NUMBERS |= {"dois": 2, "duas": 2, "dos": 2, "two": 2, "tres": 3, "three": 3}
_NUMBERS |= {"seis": 6, "six": 6, "doze": 12, "doce": 12, "twelve": 12}
_DAYS_OF_UNIT = {"d": 1, "s": 7, "w": 7}
_MONTHS_OF_UNIT = {"m": 1, "a": 12, "y": 12}


def _only_period(words: list[str]) -> Period | None:
    """The period of words that name one and nothing besides."""
    counted = _COUNTED.fullmatch(" ".join(words))
    if counted:
        return _counted(counted["number"], counted["unit"])
    return _NAMED.get(words[0]) if len(words) == 1 else None


def _counted(number: str | None, unit: str) -> Period | None:
    if number is None:
        count: int | None = 1
    else:
        count = int(number) if number.isdigit() else _NUMBERS.get(number)
    if count is None:
        return None
    if months := _MONTHS_OF_UNIT.get(unit[0]):
        return {length: period for period, length in _MONTHS.items()}.get(count * months)
    days = count * _DAYS_OF_UNIT[unit[0]]
    # People say fifteen days for a fortnight, and thirty for a month.
    spoken = {7: Period.WEEKLY, 14: Period.BIWEEKLY, 15: Period.BIWEEKLY, 30: Period.MONTHLY}
    return spoken.get(days)


def due(anchor: date, period: Period, cycle: int, day_of_month: int | None) -> date:
    """The due date of a cycle, always counted from the anchor, which is cycle 0.

    ``day_of_month`` is kept beside the dates, not read from the last one: who agreed on the 31st
    is due on 28 February, and on 31 March again.
    """
    if period.days:
        return anchor + timedelta(days=period.days * cycle)
    if cycle == 0:
        return anchor
    month = anchor.year * 12 + anchor.month - 1 + period.months * cycle
    return on_day(month // 12, month % 12 + 1, day_of_month or anchor.day)


def cycle_from(anchor: date, period: Period, on: date, day_of_month: int | None) -> int:
    """The first cycle that falls due on ``on`` or later."""
    if on <= anchor:
        return 0
    if period.days:
        return -((anchor - on).days // period.days)
    months = (on.year - anchor.year) * 12 + on.month - anchor.month
    cycle = months // period.months
    return cycle if due(anchor, period, cycle, day_of_month) >= on else cycle + 1


def on_day(year: int, month: int, day: int) -> date:
    """That day of a month, or the last day that the month has."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def plan_key(name: str) -> str:
    """What a plan is known by: ``Plano Ouro``, ``OURO`` and ``plan ouro`` are one plan.

    So are ``Trimestral`` and ``3 meses``: a name that says only how often is known by its period.
    """
    bare = _bare_name(name)
    only = _only_period(_LETTERS.sub(" ", bare).split())
    return only.value if only else bare


def _bare_name(name: str) -> str:
    return re.sub(r"^(?:plano|plan) (?=.)", "", fold(name))
