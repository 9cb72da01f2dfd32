"""Every client in one go, as a list that goes out needs them: read a bearable number at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from bot.domain.money import Money
from bot.domain.phone import Phone
from bot.domain.plan import Period


@dataclass(frozen=True, slots=True)
class ExportedClient:
    """One client. ``subscription`` is its stored word: active, paused, cancelled.

    ``oldest_open`` is the due date of the oldest charge that is open, ``next_due`` of the next
    that will be opened.
    """

    key: tuple[str, int]
    name: str
    phone: Phone
    plan: str
    price: Money
    note: str
    subscription: str
    claimed: bool
    oldest_open: date | None
    next_due: date
    period: Period
    anchor: date
    day_of_month: int | None


class ExportStore(Protocol):
    """The tables of clients, read from end to end."""

    async def clients(self, after: tuple[str, int] | None, most: int) -> Sequence[ExportedClient]:
        """The next ones by name, after the key of the last."""
        ...
