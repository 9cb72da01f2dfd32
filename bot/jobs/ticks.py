"""Ticks: what is done every so often. They decide nothing; the clock that they ask does.

APScheduler counts real seconds. Whether a reminder is due is for our own clock to say, and when
that one jumps (the demo's "+1 day"), everything is looked at anew at once.
"""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.domain.clock import Clock

log = structlog.get_logger(__name__)

PLAN_EVERY = timedelta(seconds=20)
SWEEP_EVERY = timedelta(seconds=5)
OPEN_EVERY = timedelta(seconds=60)
TEMPLATES_EVERY = timedelta(seconds=20)  # a look at our own table; the account is asked rarely
_WATCH_EVERY_S = 1
_A_JUMP = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Tick:
    """One thing done every so often, at once at the start, and after the clock was moved."""

    name: str
    every: timedelta
    run: Callable[[], Awaitable[object]]
    after_jump: bool = True


class Ticks:
    """All ticks of a process. ``after`` is called when one has done something: nudge the worker.

    Ticks that jumps concern run in their order, so name first what others build on.
    """

    def __init__(
        self, ticks: Sequence[Tick], clock: Clock, after: Callable[[], None] = lambda: None
    ) -> None:
        self._ticks = ticks
        self._clock = clock
        self._after = after
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._offset = self._now_offset()

    async def start(self) -> None:
        """Do everything once, then begin to tick."""
        await self.all_once()
        for tick in self._ticks:
            self._add(tick.name, tick.every.total_seconds(), tick)
        self._scheduler.add_job(
            self.watch_clock,
            "interval",
            seconds=_WATCH_EVERY_S,
            id="clock",
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
        self._scheduler.start()

    def stop(self) -> None:
        """Tick no more."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def all_once(self) -> None:
        """One of each, in order."""
        for tick in self._ticks:
            await self.once(tick)

    async def once(self, tick: Tick) -> None:
        """One tick; a failure is told, and the next one tries again."""
        try:
            did = await tick.run()
        except Exception:
            # The store or the network is away; whatever is due stays due.
            log.exception("tick.failed", tick=tick.name)
            return
        if did:
            self._after()

    async def watch_clock(self) -> None:
        """Look at everything anew when our clock was moved."""
        offset = self._now_offset()
        moved = abs(offset - self._offset)
        self._offset = offset
        if moved < _A_JUMP:
            return
        log.info("clock.moved", seconds=round(moved.total_seconds()))
        for tick in self._ticks:
            if tick.after_jump:
                await self.once(tick)
        self._after()

    def _now_offset(self) -> timedelta:
        """Our clock against one that nobody moves."""
        return timedelta(seconds=self._clock.now().timestamp() - time.monotonic())

    def _add(self, name: str, every_s: float, tick: Tick) -> None:
        self._scheduler.add_job(
            self.once,
            "interval",
            seconds=every_s,
            args=[tick],
            id=name,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
