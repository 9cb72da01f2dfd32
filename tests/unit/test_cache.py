"""One process's memory of answers: how long, of which version, and who has to load them."""

import asyncio
from collections import Counter

import pytest

from bot.domain.clock import FrozenClock
from bot.resilience.cache import Cache, Kind
from tests.support.books import NOON
from tests.support.waiting import until

PRICES: Kind[str] = Kind("prices", 60)
NAMES: Kind[str] = Kind("names", 60)
FIRST, SECOND = (1, 10), (1, 11)


class Source:
    """What is loaded from; ``open`` lets a load end."""

    def __init__(self) -> None:
        self.loads = 0
        self.open = asyncio.Event()
        self.open.set()

    async def load(self) -> str:
        self.loads += 1
        told = f"load {self.loads}"
        await self.open.wait()
        return told


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOON)


@pytest.fixture
def looks() -> Counter[tuple[str, str]]:
    return Counter()


@pytest.fixture
def cache(clock: FrozenClock, looks: Counter[tuple[str, str]]) -> Cache:
    return Cache(clock, count=lambda kind, where: looks.update([(kind, where)]), most=3)


async def test_an_answer_is_given_again_until_its_time_is_over(
    cache: Cache, clock: FrozenClock
) -> None:
    source = Source()
    assert await cache.get(PRICES, "a", FIRST, source.load) == "load 1"
    clock.advance(seconds=59)
    assert await cache.get(PRICES, "a", FIRST, source.load) == "load 1"
    clock.advance(seconds=1)
    assert await cache.get(PRICES, "a", FIRST, source.load) == "load 2"


async def test_a_clock_that_was_set_back_makes_nothing_last_longer(
    cache: Cache, clock: FrozenClock
) -> None:
    source = Source()
    await cache.get(PRICES, "a", FIRST, source.load)
    clock.advance(hours=-1)
    assert await cache.get(PRICES, "a", FIRST, source.load) == "load 2"


async def test_each_question_of_each_kind_has_an_answer_of_its_own(cache: Cache) -> None:
    source = Source()
    asked = [(PRICES, "a"), (PRICES, "b"), (NAMES, "a")]
    for _ in range(2):
        told = [await cache.get(kind, key, FIRST, source.load) for kind, key in asked]
        assert told == ["load 1", "load 2", "load 3"]


async def test_what_was_true_before_a_change_is_not_given_after_it(cache: Cache) -> None:
    source = Source()
    await cache.get(PRICES, "a", FIRST, source.load)
    assert await cache.get(PRICES, "a", SECOND, source.load) == "load 2"
    assert await cache.get(PRICES, "a", SECOND, source.load) == "load 2"


async def test_a_load_that_began_before_a_change_puts_nothing_old_back(cache: Cache) -> None:
    slow = Source()
    slow.open.clear()
    before = asyncio.create_task(cache.get(PRICES, "a", FIRST, slow.load))
    await until(lambda: slow.loads == 1)
    after = Source()
    after.loads = 9
    assert await cache.get(PRICES, "a", SECOND, after.load) == "load 10"
    slow.open.set()
    assert await before == "load 1"
    assert await cache.get(PRICES, "a", SECOND, after.load) == "load 10"
    assert after.loads == 10


async def test_a_hundred_who_ask_at_once_load_once(
    cache: Cache, looks: Counter[tuple[str, str]]
) -> None:
    source = Source()
    source.open.clear()
    asking = [asyncio.create_task(cache.get(PRICES, "a", FIRST, source.load)) for _ in range(100)]
    await until(lambda: source.loads > 0)
    source.open.set()
    assert set(await asyncio.gather(*asking)) == {"load 1"}
    await cache.get(PRICES, "a", FIRST, source.load)
    assert looks == {("prices", "loaded"): 1, ("prices", "waited"): 99, ("prices", "memory"): 1}


async def test_who_waited_for_a_load_that_failed_loads_by_himself(cache: Cache) -> None:
    failing = asyncio.Event()
    source = Source()

    async def fail() -> str:
        await failing.wait()
        raise ConnectionError

    first = asyncio.create_task(cache.get(PRICES, "a", FIRST, fail))
    await asyncio.sleep(0)
    second = asyncio.create_task(cache.get(PRICES, "a", FIRST, source.load))
    await asyncio.sleep(0)
    failing.set()
    with pytest.raises(ConnectionError):
        await first
    assert await second == "load 1"
    assert await cache.get(PRICES, "a", FIRST, source.load) == "load 2"  # a failure is not kept


async def test_who_gives_up_leaves_nobody_waiting(cache: Cache) -> None:
    stuck, source = Source(), Source()
    stuck.open.clear()
    first = asyncio.create_task(cache.get(PRICES, "a", FIRST, stuck.load))
    await until(lambda: stuck.loads == 1)
    second = asyncio.create_task(cache.get(PRICES, "a", FIRST, source.load))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == "load 1"


async def test_nobody_waits_for_ever_for_somebody_elses_load(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.resilience.cache.PATIENCE_S", 0.01)
    stuck, source = Source(), Source()
    stuck.open.clear()
    first = asyncio.create_task(cache.get(PRICES, "a", FIRST, stuck.load))
    await until(lambda: stuck.loads == 1)
    assert await cache.get(PRICES, "a", FIRST, source.load) == "load 1"
    assert source.loads == 1
    stuck.open.set()
    await first


async def test_what_was_not_asked_for_the_longest_makes_room(cache: Cache) -> None:
    source = Source()
    for key in ("a", "b", "c", "a", "d"):
        await cache.get(PRICES, key, FIRST, source.load)
    assert len(cache) == 3
    assert await cache.get(PRICES, "a", FIRST, source.load) == "load 1"
    assert await cache.get(PRICES, "b", FIRST, source.load) == "load 5"
