"""Charges in a list: whose, how they stand, due when."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from bot.domain.charge import ChargeState
from bot.domain.ids import ChargeId, ClientId
from bot.domain.money import Money
from bot.services.ports.paging import Found, Key


@dataclass(frozen=True, slots=True)
class ChargeFilter:
    """What narrows the list; nothing of it is everything."""

    state: ChargeState | None = None
    client: ClientId | None = None
    due_from: date | None = None
    due_to: date | None = None


@dataclass(frozen=True, slots=True)
class ChargeRow:
    """One charge, and whose it is."""

    id: ChargeId
    client_id: ClientId
    client_name: str
    due_on: date
    amount: Money
    paid: Money
    state: ChargeState

    @property
    def left(self) -> Money:
        """What is still to be paid of it."""
        return self.amount - self.paid


class ChargeDirectory(Protocol):
    """The table, a page at a time."""

    async def listed(
        self, wanted: ChargeFilter, today: date, after: Key | None
    ) -> Found[ChargeRow]:
        """By due date, the oldest first."""
        ...
