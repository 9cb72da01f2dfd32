"""The pace of the number as the house sees it, and what it may decide about it."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.calendar import Calendar
from bot.domain.clock import Clock
from bot.domain.contact import DAY, WEEK, ContactRules
from bot.domain.errors import Conflict
from bot.domain.ids import PersonId
from bot.domain.number_pace import DAYS
from bot.domain.pace_state import HOLDS
from bot.services.ports.house import Audit
from bot.services.ports.pace import PaceStore, PaceView

_MOST = 2000  # starts that a week can hold, and more


class PaceDesk:
    """One transaction's look at the number."""

    def __init__(
        self,
        *,
        store: PaceStore,
        audit: Audit,
        rules: ContactRules,
        calendar: Calendar,
        clock: Clock,
    ) -> None:
        self._store = store
        self._audit = audit
        self._rules = rules
        self._calendar = calendar
        self._clock = clock

    async def go_on(self, by: PersonId) -> None:
        """Somebody of the house saw to it, and bears what follows."""
        pace = await self._store.get()
        if pace is None or not pace.held_why:
            raise Conflict("errors.pace.not_held")
        now = self._clock.now()
        await self._store.keep(replace(pace.released(), proved_at=now))
        await self._store.wake(HOLDS, now)
        await self._audit.note("pace.released", by, now, {})

    async def view(self) -> PaceView | None:
        """The pace at a glance; none if nobody has to care."""
        pace = await self._store.seen()
        if pace is None:
            return None
        now = self._clock.now()
        today, wish = self._calendar.today(now), self._rules.people_a_day
        starts = await self._store.starts(now - WEEK, _MOST)
        return PaceView(
            pace,
            pace.day(today),
            DAYS,
            allowed=pace.allowed(today, wish),
            tomorrow=pace.allowed(today + timedelta(days=1), wish),
            used=len(await self._store.reached(now - DAY)),
            waiting=await self._store.waiting(now + DAY),
            started=len(starts),
            arrived=sum(start.has_arrived for start in starts),
            answered=sum(start.answered for start in starts),
        )
