"""Every charge there is or was, a page at a time, for whoever keeps books elsewhere."""

from bot.domain.calendar import Calendar
from bot.domain.clock import Clock
from bot.domain.errors import Unreadable
from bot.services.ports.charge_list import ChargeDirectory, ChargeFilter, ChargeRow
from bot.services.ports.paging import Found, Key


class ChargeList:
    """One transaction's look at the charges, as they stand today."""

    def __init__(self, *, charges: ChargeDirectory, calendar: Calendar, clock: Clock) -> None:
        self._charges = charges
        self._calendar = calendar
        self._clock = clock

    async def listed(self, wanted: ChargeFilter, *, after: Key | None) -> Found[ChargeRow]:
        """By due date, the oldest first."""
        if wanted.due_from and wanted.due_to and wanted.due_from > wanted.due_to:
            raise Unreadable("errors.filter.days", field="due_to")
        today = self._calendar.today(self._clock.now())
        return await self._charges.listed(wanted, today, after)
