"""Limits that several processes share, kept by a Redis; while it is away each keeps its own."""

from collections.abc import Awaitable, Callable
from typing import Any

from limits.aio.storage import RedisStorage

from bot.resilience.limiter import Limiter, OwnLimiter, Rate, WindowLimiter
from bot.storage.pace_redis import PaceServer

_PREFIX = "emdia:limit:"


class SharedLimiter:
    """Fills ``resilience.limiter.Limiter``; it goes over the connections of the shared pace.

    ``house`` keeps the counts of two houses apart that share a Redis: their people have the same
    numbers.
    """

    def __init__(self, server: PaceServer, own: Limiter | None = None, house: str = "") -> None:
        self._server = server
        self._own = own or OwnLimiter()
        # The address is not used where there are connections already.
        ours: dict[str, Any] = {"connection_pool": server.redis.connection_pool}
        store = RedisStorage(
            "async+redis://", implementation="redispy", key_prefix=_PREFIX + house, **ours
        )
        self._shared = WindowLimiter(store)

    async def hit(self, rate: Rate, who: str) -> float:
        """See ``Limiter``."""
        return await self._asked(lambda limiter: limiter.hit(rate, who))

    async def wait(self, rate: Rate, who: str) -> float:
        """See ``Limiter``."""
        return await self._asked(lambda limiter: limiter.wait(rate, who))

    async def _asked(self, question: Callable[[Limiter], Awaitable[float]]) -> float:
        said = await self._server.said(lambda: question(self._shared))
        return await question(self._own) if said is None else said
