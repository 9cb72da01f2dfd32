"""How often somebody may ask: so many times in any minute. In memory, for one process."""

import math
import time
from dataclasses import dataclass
from typing import Protocol

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, MovingWindowSupport, Storage
from limits.aio.strategies import MovingWindowRateLimiter


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
    """A moving window over a store of the library's."""

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


class OwnLimiter(WindowLimiter):
    """For this process alone."""

    def __init__(self) -> None:
        super().__init__(MemoryStorage())
