"""The sandbox's time: the real one, plus what somebody moved it by, and what is due in it."""

import asyncio
import heapq
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Deed = Callable[[], None]

_SOONEST_S = 0.001


class SandboxClock:
    """Real time plus an offset that only grows: time in the box never runs back."""

    def __init__(self) -> None:
        self.offset = timedelta()
        self.on_moved: list[Deed] = []

    @property
    def offset_seconds(self) -> float:
        """How far this clock is ahead of the real one."""
        return self.offset.total_seconds()

    def now(self) -> datetime:
        """The time in the box."""
        return datetime.now(UTC) + self.offset

    def advance(self, by: timedelta) -> None:
        """Move ahead, and tell everybody who asked to know."""
        if by < timedelta():
            raise ValueError("the clock of the sandbox only moves ahead")
        self.offset += by
        for deed in tuple(self.on_moved):
            deed()


class Agenda:
    """Does things at a time of the sandbox's clock, whether it came by waiting or by a jump."""

    def __init__(self, clock: SandboxClock) -> None:
        self._clock = clock
        self._due: list[tuple[datetime, int, Deed]] = []
        self._order = itertools.count()
        self._timer: asyncio.TimerHandle | None = None
        clock.on_moved.append(self._run_due)

    def after(self, wait: timedelta, deed: Deed) -> None:
        """Do it so much later; deeds of one moment keep the order they were given in."""
        heapq.heappush(self._due, (self._clock.now() + wait, next(self._order), deed))
        self._arm()

    def stop(self) -> None:
        """Forget everything that was still to be done."""
        self._due.clear()
        self._disarm()

    def _run_due(self) -> None:
        while self._due and self._due[0][0] <= self._clock.now():
            _, _, deed = heapq.heappop(self._due)
            deed()
        self._arm()

    def _arm(self) -> None:
        self._disarm()
        if self._due:
            wait = (self._due[0][0] - self._clock.now()).total_seconds()
            self._timer = asyncio.get_running_loop().call_later(
                max(wait, _SOONEST_S), self._run_due
            )

    def _disarm(self) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = None
