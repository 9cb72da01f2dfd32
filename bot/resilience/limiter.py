"""How often somebody may ask: so many times in any minute. In memory, for one process."""

import math
import time
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from limits import RateLimitItemPerMinute
from limits.aio.storage import MovingWindowSupport, Storage
from limits.aio.strategies import MovingWindowRateLimiter

from bot.domain.clock import Clock, SystemClock

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of one kind of question ``a_minute``, for each who asks."""

    name: str
    a_minute: int


class Limiter(Protocol):
    """Counts questions. Whoever is told to wait is not counted for it."""

    async def hit(self, rate: Rate, who: str) -> float:
        """Count one question; 0, or after how many seconds another would be answered."""
        ...

    async def wait(self, rate: Rate, who: str) -> float:
        """The same, counting nothing."""
        ...


class WindowLimiter:
    """A moving window over a store of the library's, by the machine's own time."""

    def __init__(self, store: Storage) -> None:
        assert isinstance(store, MovingWindowSupport)
        self._window = MovingWindowRateLimiter(store)

    async def hit(self, rate: Rate, who: str) -> float:
        """See ``Limiter``."""
        item = RateLimitItemPerMinute(rate.a_minute)
        if await self._window.hit(item, rate.name, who):
            return 0.0
        return await self._left(item, rate.name, who)

    async def wait(self, rate: Rate, who: str) -> float:
        """See ``Limiter``."""
        item = RateLimitItemPerMinute(rate.a_minute)
        if await self._window.test(item, rate.name, who):
            return 0.0
        return await self._left(item, rate.name, who)

    async def _left(self, item: RateLimitItemPerMinute, *who: str) -> float:
        stats = await self._window.get_window_stats(item, *who)
        return max(stats.reset_time - time.time(), math.ulp(1.0))


class OwnLimiter:
    """For this process alone, by its own clock. Whoever has been silent for a minute is forgotten.

    At most ``Rate.a_minute`` moments are kept for each who asks, however often they ask.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._asked: dict[tuple[str, str], deque[datetime]] = {}
        self._tidied = self._clock.now()

    async def hit(self, rate: Rate, who: str) -> float:
        """See ``Limiter``."""
        now = self._clock.now()
        self._tidy(now)
        left = self._left(rate, who, now)
        if not left:
            self._asked[rate.name, who].append(now)
        return left

    async def wait(self, rate: Rate, who: str) -> float:
        """See ``Limiter``."""
        return self._left(rate, who, self._clock.now())

    def _left(self, rate: Rate, who: str, now: datetime) -> float:
        asked = self._asked.setdefault((rate.name, who), deque())
        while asked and asked[0] <= now - _MINUTE:
            asked.popleft()
        if len(asked) < rate.a_minute:
            return 0.0
        # A clock that was put back must not make anybody wait for longer than a window.
        return min(asked[0] + _MINUTE - now, _MINUTE).total_seconds()

    def _tidy(self, now: datetime) -> None:
        if abs(now - self._tidied) < _MINUTE:
            return
        self._tidied = now
        lately = now - _MINUTE
        # Nor may what it counted before it was put back stay for ever.
        self._asked = {
            key: asked for key, asked in self._asked.items() if asked and lately < asked[-1] <= now
        }
