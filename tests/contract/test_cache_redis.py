"""Answers shared through a real Redis; while it hangs or is gone each process does without."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from bot.domain.clock import FrozenClock
from bot.domain.money import Money
from bot.resilience.cache import Cache, Kind
from bot.services.figures import Count, Glance, MonthSum, Numbers, Reminders
from bot.services.stats import GLANCE, NUMBERS, REMINDERS
from bot.storage.cache_redis import SharedCache
from bot.telemetry.metrics import CACHE_FAILURES
from tests.support.books import NOON, TODAY
from tests.support.redis_server import RedisServer, running_redis
from tests.support.waiting import until

FIRST, SECOND = (7, 1), (7, 2)
BUSY_S = 5.0  # the machine that tests is slow, and that is not what is tested
REAIS = Money(123_45)
COUNT = Count(3, REAIS)
TOLD: list[tuple[Kind[Any], Any]] = [
    (GLANCE, Glance(1, REAIS, 2, 3, more=True)),
    (REMINDERS, Reminders(4, 3, 2, 1)),
    (
        NUMBERS,
        Numbers(
            today=TODAY,
            active_clients=9,
            months=(MonthSum(TODAY, REAIS, REAIS),),
            open=COUNT,
            late=COUNT,
            ages=(REAIS, Money(0)),
            due_today=COUNT,
            soon=COUNT,
            reminders=Reminders(0, 0, 0, 0),
            rate=Decimal("99.9"),
        ),
    ),
]


class Process:
    """One of several, with a memory of its own."""

    def __init__(self, redis: Redis, within_s: float) -> None:
        self.clock = FrozenClock(NOON)
        self.looks: Counter[str] = Counter()
        self.redis = redis
        shared = SharedCache(redis, self.clock, within_s)
        self.cache = Cache(self.clock, shared, lambda _kind, where: self.looks.update([where]))
        self.loads = 0
        self.may_load = asyncio.Event()
        self.may_load.set()

    async def asks(self, key: str = "a", version: tuple[int, ...] = FIRST) -> Glance:
        return await self.cache.get(GLANCE, key, version, self._load)

    async def _load(self) -> Glance:
        self.loads += 1
        await self.may_load.wait()
        return Glance(self.loads, REAIS, 0, 0)


@asynccontextmanager
async def a_process(url: str, within_s: float = BUSY_S) -> AsyncIterator[Process]:
    # Not the product's own: that gives up after a quarter of a second, which is short here.
    redis = Redis.from_url(url, retry=Retry(NoBackoff(), 0))
    yield Process(redis, within_s)
    await redis.aclose()


@pytest.fixture
def shaky() -> Iterator[RedisServer]:
    with running_redis() as server:
        yield server


def failures() -> float:
    return sum(
        sample.value
        for family in CACHE_FAILURES.collect()
        for sample in family.samples
        if sample.name.endswith("_total")
    )


async def test_what_one_process_loaded_the_other_has(redis_url: str) -> None:
    async with a_process(redis_url) as one, a_process(redis_url) as other:
        assert await one.asks() == await other.asks()
        assert await other.asks() == await one.asks()
        assert (one.loads, other.loads) == (1, 0)
        assert other.looks == {"redis": 1, "memory": 1}


@pytest.mark.parametrize(("kind", "told"), TOLD, ids=lambda one: getattr(one, "name", ""))
async def test_an_answer_reads_back_as_it_was(
    redis_url: str, kind: Kind[object], told: object
) -> None:
    async def load() -> object:
        return told

    async def must_not_be_asked() -> object:
        raise AssertionError

    async with a_process(redis_url) as one, a_process(redis_url) as other:
        await one.cache.get(kind, "a", FIRST, load)
        assert await other.cache.get(kind, "a", FIRST, must_not_be_asked) == told


async def test_a_change_makes_it_another_answer_for_all(redis_url: str) -> None:
    async with a_process(redis_url) as one, a_process(redis_url) as other:
        await one.asks()
        await other.asks(version=SECOND)
        assert (one.loads, other.loads) == (1, 1)


async def test_nobody_has_an_answer_for_longer_than_its_time(redis_url: str) -> None:
    async with a_process(redis_url) as one, a_process(redis_url) as other:
        await one.asks()
        other.clock.advance(seconds=119)
        await other.asks()
        assert other.loads == 0
        other.clock.advance(seconds=1)
        await other.asks()
        assert other.loads == 1


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits for another's load waits as long as a slow machine needs."""
    monkeypatch.setattr("bot.storage.cache_redis._LOOKS", 1500)


async def waits(process: Process, monkeypatch: pytest.MonkeyPatch) -> asyncio.Task[Glance]:
    """A process that has seen that another is loading."""
    seen, ask = asyncio.Event(), process.redis.set

    async def noted(*about: Any, **more: Any) -> Any:
        answer = await ask(*about, **more)
        seen.set()
        return answer

    monkeypatch.setattr(process.redis, "set", noted)
    waiting = asyncio.create_task(process.asks())
    await seen.wait()
    return waiting


@pytest.mark.usefixtures("patient")
async def test_of_several_processes_one_loads_while_the_others_wait(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_process(redis_url) as one, a_process(redis_url) as other:
        one.may_load.clear()
        first = asyncio.create_task(one.asks())
        await until(lambda: one.loads == 1)
        second = await waits(other, monkeypatch)
        one.may_load.set()
        assert await first == await second
        assert (other.loads, other.looks) == (0, {"waited": 1})


async def test_nobody_waits_for_ever_for_a_process_that_died_loading(redis_url: str) -> None:
    async with a_process(redis_url) as one, a_process(redis_url) as other:
        one.may_load.clear()
        first = asyncio.create_task(one.asks())
        await until(lambda: one.loads == 1)
        assert await other.asks() == Glance(1, REAIS, 0, 0)
        first.cancel()
        assert other.loads == 1


async def test_an_answer_in_an_older_programs_words_is_loaded_anew(redis_url: str) -> None:
    older: Kind[int] = Kind(GLANCE.name, GLANCE.seconds, GLANCE.rests_on, int)

    async def load() -> int:
        return 1

    async with a_process(redis_url) as one, a_process(redis_url) as other:
        await one.cache.get(older, "a", FIRST, load)
        await other.asks()
        assert other.loads == 1


@pytest.mark.parametrize("trouble", ["hang", "die"])
async def test_a_redis_in_trouble_is_asked_once_and_then_left_alone(
    shaky: RedisServer, trouble: str
) -> None:
    async with a_process(shaky.url, 2) as one:
        await one.asks()
        getattr(shaky, trouble)()
        before = failures()
        for number in range(50):
            await one.asks(f"{number}")
        assert one.loads == 51
        assert failures() == before + 1
        assert await one.asks("49") == Glance(51, REAIS, 0, 0)  # its own memory goes on
        assert one.loads == 51


@pytest.mark.usefixtures("patient")
async def test_who_waits_for_another_while_the_redis_dies_loads_himself(
    shaky: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_process(shaky.url) as one, a_process(shaky.url) as other:
        one.may_load.clear()
        first = asyncio.create_task(one.asks())
        await until(lambda: one.loads == 1)
        second = await waits(other, monkeypatch)
        shaky.die()
        await second
        assert other.loads == 1
        one.may_load.set()
        await first


async def test_after_its_trouble_it_is_used_again(shaky: RedisServer) -> None:
    async with a_process(shaky.url, 0.2) as one, a_process(shaky.url) as other:
        shaky.hang()
        await one.asks("before")
        shaky.go_on()

        async def shared_again() -> bool:
            one.clock.advance(seconds=int(GLANCE.seconds))
            other.clock.set(one.clock.now())
            await one.asks()
            loads = other.loads
            await other.asks()
            return other.loads == loads

        await until(shared_again, 30)
