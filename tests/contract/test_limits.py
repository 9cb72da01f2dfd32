"""So many questions a minute: in memory, or shared through a real Redis while that is there."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from bot.resilience.limiter import Limiter, OwnLimiter, Rate
from bot.storage.limits_redis import SharedLimiter
from bot.storage.pace_redis import PaceServer
from tests.support.redis_server import RedisServer, running_redis

FEW = Rate("few", 3)
OTHER = Rate("other", 3)


@asynccontextmanager
async def a_process(url: str) -> AsyncIterator[SharedLimiter]:
    server = PaceServer(url)
    yield SharedLimiter(server)
    await server.close()


async def hits(limiter: Limiter, rate: Rate, who: str, times: int) -> list[bool]:
    return [await limiter.hit(rate, who) == 0 for _ in range(times)]


async def test_each_has_so_many_a_minute() -> None:
    limiter = OwnLimiter()
    assert await hits(limiter, FEW, "ana", 4) == [True, True, True, False]
    assert 0 < await limiter.hit(FEW, "ana") <= 60
    assert await hits(limiter, FEW, "bia", 1) == [True]
    assert await hits(limiter, OTHER, "ana", 1) == [True]


async def test_looking_counts_nothing() -> None:
    limiter = OwnLimiter()
    for _ in range(9):
        assert await limiter.wait(FEW, "ana") == 0
    await hits(limiter, FEW, "ana", 3)
    assert 0 < await limiter.wait(FEW, "ana") <= 60


async def test_processes_share_what_a_redis_keeps(redis_url: str) -> None:
    async with a_process(redis_url) as one, a_process(redis_url) as other:
        assert await hits(one, FEW, "shared", 2) == [True, True]
        assert await hits(other, FEW, "shared", 2) == [True, False]
        assert 0 < await one.wait(FEW, "shared") <= 60


async def test_each_keeps_its_own_while_the_redis_is_away() -> None:
    async with a_process("redis://127.0.0.1:1/0") as one:
        assert await hits(one, FEW, "ana", 4) == [True, True, True, False]
        assert 0 < await one.wait(FEW, "ana") <= 60


@pytest.fixture
def shaky() -> Iterator[RedisServer]:
    with running_redis() as server:
        yield server


async def test_a_frozen_redis_holds_nobody_up(shaky: RedisServer) -> None:
    async with a_process(shaky.url) as one:
        assert await hits(one, FEW, "ana", 1) == [True]
        shaky.hang()
        assert await hits(one, FEW, "ana", 4) == [True, True, True, False]
