"""Ticks: what is done every so often. They decide nothing; the clock that they ask does.

APScheduler counts real seconds. Whether a reminder is due is for our own clock to say, and when
that one is moved (the demo's "+1 day"), everything is looked at anew at once.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.jobs.crew import Crew, OneProcess
from bot.jobs.punctual import Punctuality
from bot.telemetry.origin import begun

log = structlog.get_logger(__name__)

PLAN_EVERY = timedelta(seconds=20)
SWEEP_EVERY = timedelta(seconds=5)
DETOUR_EVERY = timedelta(seconds=10)
ALERT_EVERY = timedelta(seconds=15)
TOMORROW_EVERY = timedelta(seconds=60)
RECOVER_EVERY = timedelta(minutes=3)
ARRIVALS_EVERY = timedelta(minutes=5)
OPEN_EVERY = timedelta(seconds=60)
TEMPLATES_EVERY = timedelta(seconds=20)  # a look at our own table; the account is asked rarely
NUMBER_EVERY = timedelta(seconds=20)  # likewise
_TO_FINISH_S = 5


@dataclass(frozen=True, slots=True)
class Tick:
    """One thing done every so often; it says whether it did anything."""

    name: str
    every: timedelta
    run: Callable[[], Awaitable[object]]


class Ticks:
    """All ticks of a process, in the order in which they build on one another.

    ``after`` is called when one has done something: there may be something to send. Of the
    ``crew``'s processes only one does the same thing at a time.
    """

    def __init__(
        self, ticks: Sequence[Tick], after: Callable[[], None], crew: Crew | None = None
    ) -> None:
        self._ticks = ticks
        self._after = after
        self._crew = crew or OneProcess()
        self._in_turn = {tick.name: asyncio.Lock() for tick in ticks}
        self.punctuality = Punctuality({tick.name: tick.every for tick in ticks})
        self._scheduler: AsyncIOScheduler | None = None
        self._at_once: asyncio.Task[None] | None = None
        self._again = False
        self._stopping = False
        self._running = 0
        self._quiet = asyncio.Event()

    def start(self) -> None:
        """Do everything once, and begin to tick."""
        scheduler = AsyncIOScheduler(timezone="UTC")
        for tick in self._ticks:
            scheduler.add_job(
                self.once,
                "interval",
                seconds=tick.every.total_seconds(),
                args=[tick],
                id=tick.name,
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,
            )
        self._stopping = False
        self.punctuality.begin()
        scheduler.start()
        self._scheduler = scheduler
        self.all_at_once()

    async def stop(self) -> None:
        """Begin nothing more, and let what has begun come to its end."""
        self._stopping = True
        self.punctuality.end()
        if self._running:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._quiet.wait(), _TO_FINISH_S)
        if self._at_once:
            self._at_once.cancel()
        if self._scheduler:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None

    def all_at_once(self) -> None:
        """Look at everything anew, soon: at the start, and when our clock was moved."""
        self._again = True
        if self._at_once is None or self._at_once.done():
            self._at_once = asyncio.create_task(self._until_quiet())

    async def all_once(self) -> None:
        """One of each, in order."""
        for tick in self._ticks:
            await self.once(tick)

    async def once(self, tick: Tick) -> None:
        """One tick; a failure is told, and the next one tries again."""
        if self._stopping:
            return
        self._running += 1
        self._quiet.clear()
        try:
            with begun("job"):
                await self._safely(tick)
        finally:
            self._running -= 1
            if not self._running:
                self._quiet.set()

    async def _safely(self, tick: Tick) -> None:
        try:
            async with self._in_turn.setdefault(tick.name, asyncio.Lock()):
                await self._in_our_turn(tick)
        except Exception:
            # The store or the network is away; whatever is due stays due.
            log.exception("tick.failed", tick=tick.name)

    async def _in_our_turn(self, tick: Tick) -> None:
        """Do it, unless another process is at it this very moment."""
        name = f"tick {tick.name}"
        if not await self._crew.take([name]):
            self.punctuality.done(tick.name)
            return
        try:
            with self.punctuality.timing(tick.name):
                something = await tick.run()
            if something:
                self._after()
        finally:
            await self._crew.give_back([name])

    async def _until_quiet(self) -> None:
        # A clock that is moved while we look is looked at once more.
        while self._again and not self._stopping:
            self._again = False
            await self.all_once()
