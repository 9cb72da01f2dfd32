"""So many questions a minute: in memory, or shared through a real Redis while that is there."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from bot.domain.clock import FrozenClock
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


async def test_a_question_counts_for_a_minute_by_the_house_s_own_clock() -> None:
    clock = FrozenClock(datetime(2026, 11, 25, 12, tzinfo=UTC))
    limiter = OwnLimiter(clock)
    await hits(limiter, FEW, "ana", 2)
    clock.advance(seconds=20)
    assert await hits(limiter, FEW, "ana", 2) == [True, False]
    assert await limiter.hit(FEW, "ana") == 40
    clock.advance(seconds=40)
    assert await hits(limiter, FEW, "ana", 3) == [True, True, False]


async def test_a_clock_put_back_keeps_nobody_waiting_for_longer_than_a_minute() -> None:
    clock = FrozenClock(datetime(2026, 11, 25, 12, tzinfo=UTC))
    limiter = OwnLimiter(clock)
    await hits(limiter, FEW, "ana", 3)
    clock.advance(hours=-5)
    assert await limiter.wait(FEW, "ana") == 60
    clock.advance(minutes=1)
    assert await hits(limiter, FEW, "bia", 1) == [True]
    assert await hits(limiter, FEW, "ana", 1) == [True], "what it counted in the future is gone"


async def test_two_houses_that_share_a_redis_count_apart(redis_url: str) -> None:
    server = PaceServer(redis_url)
    ours, theirs = (SharedLimiter(server, house=house) for house in ("77/1", "88/2"))
    assert await hits(ours, FEW, "person 1", 4) == [True, True, True, False]
    assert await hits(theirs, FEW, "person 1", 1) == [True]
    await server.close()


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
