"""What is owed: opened by the calendar, asked for by whoever collects it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.calendar import Calendar
from bot.domain.clock import Clock
from bot.domain.ids import ClientId
from bot.domain.money import Money
from bot.domain.payment import payable
from bot.services.ports.billing import LEAD_DAYS, ChargeStore, ChargeView, Debtor
from bot.services.ports.house import BusinessView

MOST_DEBTORS = 7  # as many as a page has rows


@dataclass(frozen=True, slots=True)
class Owed:
    """What a client is asked for now: what has fallen due, else what falls due first."""

    charges: tuple[ChargeView, ...]
    amount: Money


class Charges:
    """Charges of the one business."""

    def __init__(
        self,
        *,
        charges: ChargeStore,
        house: BusinessView,
        calendar: Calendar,
        clock: Clock,
        lead: int = LEAD_DAYS,
    ) -> None:
        self._charges = charges
        self._house = house
        self._calendar = calendar
        self._clock = clock
        self._lead = lead

    async def open_due(self) -> int:
        """Open whatever the calendar asks for now; how many charges that made."""
        now = self._clock.now()
        return await self._charges.open_due(self._calendar.today(now), self._lead, now)

    async def debtors(self, limit: int = MOST_DEBTORS) -> Sequence[Debtor]:
        """Clients with something open, the longest overdue first."""
        return await self._charges.debtors(limit)

    async def owed_by(self, client: ClientId) -> Money:
        """All that a client has open."""
        opened = await self._charges.open_of(client)
        return Money.total((charge.left for charge in opened), self._house.currency)

    async def payable_by(self, client: ClientId) -> Owed:
        """What a client is asked for now."""
        opened = await self._charges.open_of(client)
        today = self._calendar.today(self._clock.now())
        asked = opened[: payable([charge.due_on for charge in opened], today)]
        amount = Money.total((charge.left for charge in asked), self._house.currency)
        return Owed(asked, amount)

    async def usual_amounts(self, client: ClientId) -> Sequence[Money]:
        """What a client may well have paid: what is asked for now, all they owe, the next cycle."""
        asked = (await self.payable_by(client)).amount
        amounts = [asked, await self.owed_by(client)]
        if not asked:
            amounts += [one.amount for one in await self._charges.upcoming(client, 1)]
        return [amount for amount in dict.fromkeys(amounts) if amount]
