"""Kept answers that several processes share, in a Redis; without it each keeps its own.

Only figures and our own state come here, never a client's name or phone. A Redis that is away or
hangs is asked once every few seconds, and then for a moment only.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import structlog
from pydantic import TypeAdapter
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.domain.clock import Clock, SystemClock
from bot.resilience.breaker import Breaker, State
from bot.resilience.cache import Cache, Entry, Kind, Load
from bot.storage.pace_redis import PaceServer
from bot.telemetry.metrics import CACHE_FAILURES, cache_read

log = structlog.get_logger(__name__)
T = TypeVar("T")

WITHIN_S = 0.05  # reading it from the database takes hardly longer
REST = timedelta(seconds=3)
LOADING_MS = 2000  # for so long one who loads keeps the others from loading the same
_LOOK_EVERY_S, _LOOKS = 0.02, 15
_PREFIX = "emdia:kept:"


class SharedCache:
    """Fills ``resilience.cache.Shared``, over the connections of the shared pace."""

    def __init__(self, redis: Redis, clock: Clock, within_s: float = WITHIN_S) -> None:
        self._redis = redis
        self._clock = clock
        self._within_s = within_s
        # Of its own: that an answer was not there in a moment says nothing about the pace, whose
        # breaker is the one that is shown.
        self._breaker = Breaker("cache", SystemClock(), 1, REST, _turned)
        self._shapes: dict[str, TypeAdapter[Any]] = {}

    async def get(self, kind: Kind[T], name: str, load: Load[T]) -> tuple[Entry[T], str]:
        """What is kept under the name, else what ``load`` brings; and which of the two."""
        place = _PREFIX + hashlib.blake2b(name.encode(), digest_size=16).hexdigest()
        if found := await self._found(kind, place):
            return found, "redis"
        ours = await self._said(
            lambda: self._redis.set(f"{place}:loading", "1", nx=True, px=LOADING_MS)
        )
        if ours is False and (found := await self._awaited(kind, place)):
            return found, "waited"
        made_at = self._clock.now()
        value = await load()
        if ours is not None:
            await self._said(lambda: self._keep(kind, place, Entry(value, made_at)))
        return Entry(value, made_at), "loaded"

    async def _awaited(self, kind: Kind[T], place: str) -> Entry[T] | None:
        """What another process is loading just now; none if that takes too long."""
        for _ in range(_LOOKS):
            await asyncio.sleep(_LOOK_EVERY_S)
            if found := await self._found(kind, place):
                return found
            if self._breaker.state is State.OPEN:
                break
        return None

    async def _found(self, kind: Kind[T], place: str) -> Entry[T] | None:
        kept = await self._said(lambda: self._redis.get(place))
        if not kept:
            return None
        made_at, _, value = kept.partition(b" ")
        try:
            read: T = self._shape(kind).validate_json(value)
            entry = Entry(read, datetime.fromtimestamp(float(made_at), UTC))
        except ValueError:  # of another version of this program
            return None
        return entry if entry.holds(kind.seconds, self._clock.now()) else None

    async def _keep(self, kind: Kind[T], place: str, entry: Entry[T]) -> bool:
        told = self._shape(kind).dump_json(entry.value)
        line = f"{entry.made_at.timestamp()} ".encode() + told
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.set(place, line, px=int(kind.seconds * 1000))
            pipe.delete(f"{place}:loading")
            await pipe.execute()
        return True

    def _shape(self, kind: Kind[T]) -> TypeAdapter[Any]:
        if kind.name not in self._shapes:
            self._shapes[kind.name] = TypeAdapter(kind.shape)
        return self._shapes[kind.name]

    async def _said(self, question: Callable[[], Awaitable[Any]]) -> Any:
        """Its answer, nothing as ``False``; none if it has none in time, or is left alone."""
        if not self._breaker.allows():
            return None
        try:
            async with asyncio.timeout(self._within_s):
                answer = await question()
        except (RedisError, OSError, TimeoutError) as error:
            log.debug("redis.unanswered", why=type(error).__name__)
            CACHE_FAILURES.inc()
            self._breaker.failed()
            return None
        self._breaker.succeeded()
        return answer or False


def _turned(_name: str, state: State) -> None:
    log.debug("cache.shared", state=state)


def new_cache(clock: Clock, server: PaceServer | None) -> Cache:
    """One process's memory, with the Redis behind it where there is one."""
    shared = SharedCache(server.redis, clock) if server else None
    return Cache(clock, shared, cache_read)
