"""The figures of the business, counted in the store a set at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Sum:
    """So many, of so much together in minor units; perhaps there are ``more``, not counted."""

    count: int = 0
    minor: int = 0
    more: bool = False


@dataclass(frozen=True, slots=True)
class OpenDay:
    """The open charges due on one day: how many, and what is left of them."""

    due_on: date
    count: int
    left: int


@dataclass(frozen=True, slots=True)
class Billed:
    """The charges due on one day that were not cancelled: their amounts, and what is paid."""

    due_on: date
    amount: int
    paid: int


@dataclass(frozen=True, slots=True)
class Coming:
    """What active subscriptions of one period will next be charged on one day."""

    period: str
    next_due: date
    amount: int


class StatsStore(Protocol):
    """Counting; days are of the business's zone, both ends included, amounts minor units."""

    async def active_clients(self) -> int:
        """Clients with an active subscription."""
        ...

    async def late(self, today: date) -> Sum:
        """Clients with an open charge due before today, counted as far as lists do.

        The amount is all that is left of those charges.
        """
        ...

    async def due_on(self, day: date) -> int:
        """Open charges due that day."""
        ...

    async def pending_claims(self) -> int:
        """Claims that wait for a decision."""
        ...

    async def open_by_day(self) -> Sequence[OpenDay]:
        """All that is open, by due date, the oldest first."""
        ...

    async def billed(self, first: date, last: date) -> Sequence[Billed]:
        """What fell due, by day."""
        ...

    async def coming(self, first: date, last: date) -> Sequence[Coming]:
        """What has no charge yet and will be due, by period and day."""
        ...

    async def received(self, first: date, last: date) -> Mapping[date, int]:
        """What came in and was not taken back, by the day it was paid."""
        ...

    async def reminders(self, since: datetime) -> Mapping[str, int]:
        """Reminders made since then, by their state (``domain.delivery.State``)."""
        ...
