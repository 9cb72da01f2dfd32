"""Which charges an amount settles: the oldest first, then cycles whose time has not come yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate
from typing import TypeAlias

from bot.domain.calendar import Calendar
from bot.domain.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.ids import ChargeId, ClientId
from bot.domain.money import Money
from bot.domain.payment import MOST_AHEAD, spread
from bot.services.ports.billing import ChargeStore, ChargeView, Part, Upcoming
from bot.services.ports.house import BusinessView

# A charge, none if it is yet to open; its due date; what is left of it.
Debt: TypeAlias = tuple[ChargeId | None, date, Money]


@dataclass(frozen=True, slots=True)
class Settlement:
    """What an amount settles, and how things stand after it.

    ``late`` is what is then still overdue or due today, ``next_due`` the day of what comes after.
    """

    parts: tuple[Part, ...]
    late: Money
    next_due: date | None


class Settlements:
    """How an amount is spread over what a client owes and will owe."""

    def __init__(
        self, *, charges: ChargeStore, house: BusinessView, calendar: Calendar, clock: Clock
    ) -> None:
        self._charges = charges
        self._currency = house.currency
        self._calendar = calendar
        self._clock = clock

    async def foresee(self, client: ClientId, amount: Money) -> Settlement:
        """What an amount would settle; nothing is written."""
        opened = await self._charges.open_of(client)
        coming = await self._charges.upcoming(client, MOST_AHEAD + 1)
        ahead = _ahead(opened, coming, amount)
        debts: list[Debt] = [(charge.id, charge.due_on, charge.left) for charge in opened]
        debts += [(None, one.due_on, one.amount) for one in coming[:ahead]]
        return self._spread(amount, debts, coming[ahead:])

    async def prepare(self, client: ClientId, amount: Money, now: datetime) -> Settlement:
        """The same, with the charges opened that it takes; the client must be locked."""
        opened = await self._charges.open_of(client)
        coming = await self._charges.upcoming(client, MOST_AHEAD + 1)
        if ahead := _ahead(opened, coming, amount):
            await self._charges.open_ahead(client, coming[:ahead], now)
            opened = await self._charges.open_of(client)
        debts: list[Debt] = [(charge.id, charge.due_on, charge.left) for charge in opened]
        return self._spread(amount, debts, coming[ahead:])

    async def standing(self, client: ClientId, parts: Sequence[Part]) -> Settlement:
        """How things stand now that these parts have been paid."""
        opened = await self._charges.open_of(client)
        coming = await self._charges.upcoming(client, 1)
        return self._after(parts, [(one.due_on, one.left) for one in opened], coming)

    def _spread(
        self,
        amount: Money,
        debts: Sequence[Debt],
        coming: Sequence[Upcoming],
    ) -> Settlement:
        given = spread(amount.minor, [left.minor for _charge, _due, left in debts])
        parts, left_open = [], []
        for (charge, due_on, left), minor in zip(debts, given, strict=True):
            part = Money(minor, amount.currency)
            rest = left - part
            if part:
                parts.append(Part(charge, due_on, part, rest))
            if rest:
                left_open.append((due_on, rest))
        return self._after(parts, left_open, coming)

    def _after(
        self,
        parts: Sequence[Part],
        left_open: Sequence[tuple[date, Money]],
        coming: Sequence[Upcoming],
    ) -> Settlement:
        today = self._calendar.today(self._clock.now())
        late = (left for due_on, left in left_open if due_on <= today)
        later = [due_on for due_on, _left in left_open if due_on > today]
        later += [one.due_on for one in coming[:1]]
        return Settlement(tuple(parts), Money.total(late, self._currency), min(later, default=None))


def _ahead(opened: Sequence[ChargeView], coming: Sequence[Upcoming], amount: Money) -> int:
    """How many cycles must open before their time for an amount to find its place."""
    owed = sum(charge.left.minor for charge in opened)
    reached = list(accumulate((one.amount.minor for one in coming[:MOST_AHEAD]), initial=owed))
    most = Money(reached[-1], amount.currency)
    if most.is_zero:
        raise Refusal("errors.payment.nothing_to_pay")
    if amount > most:
        raise Refusal("errors.payment.too_much", field="amount", most=most)
    return next(count for count, minor in enumerate(reached) if minor >= amount.minor)
