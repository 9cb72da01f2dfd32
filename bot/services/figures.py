"""What the figures of the business mean."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.domain.money import Money


@dataclass(frozen=True, slots=True)
class Glance:
    """What the first screen tells. ``late`` counts clients, ``due_today`` charges.

    There may be ``more`` who are late: they are counted no further than anybody reads.
    """

    late: int
    late_amount: Money
    due_today: int
    claims: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """So many charges, and what is left of them."""

    number: int
    left: Money


@dataclass(frozen=True, slots=True)
class Reminders:
    """The month's reminders. ``sent`` were taken by the provider, ``delivered`` and ``read``
    are among them; ``failed`` were refused, then or later, or given up.
    """

    sent: int
    delivered: int
    read: int
    failed: int


@dataclass(frozen=True, slots=True)
class MonthSum:
    """One month: what came in during it, and what was or will be due in it."""

    first: date
    received: Money
    expected: Money


@dataclass(frozen=True, slots=True)
class Numbers:
    """The month so far.

    ``months``: the last six, this one last; ``received`` counts payments by the day they were
    paid, ``expected`` charges by their due date, those not yet opened too, cancelled ones not.
    ``rate``: of the charges due since the first, up to today, the share that is paid, in percent;
    none before anything was due. ``ages``: what is overdue, by ``AGES``. ``soon``: due within the
    seven days after today.
    """

    today: date
    active_clients: int
    months: tuple[MonthSum, ...]
    open: Count
    late: Count
    ages: tuple[Money, ...]
    due_today: Count
    soon: Count
    reminders: Reminders
    rate: Decimal | None

    @property
    def month(self) -> MonthSum:
        """This month."""
        return self.months[-1]
