"""One pace for several processes, kept by a real Redis; and what is done when that is away."""

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
import structlog

from bot.domain.clock import SystemClock
from bot.resilience.paces import Answer, Limits, OwnPaces, Turn
from bot.storage import pace_redis
from bot.storage.pace_redis import PaceServer, SharedPaces
from tests.support.redis_server import RedisServer, running_redis
from tests.support.waiting import until

SOME = [str(n) for n in range(100)]
LIMITS = Limits(per_second=10, burst=10, every_s=6, personal_burst=2)


@asynccontextmanager
async def a_process(
    url: str, limits: Limits = LIMITS, line: str = "whatsapp:1", crew: int = 1
) -> AsyncIterator[SharedPaces]:
    server = PaceServer(url)
    own = OwnPaces(SystemClock(), limits, lambda: crew)
    yield SharedPaces(server, line, limits, own)
    await server.close()


@pytest.fixture
def shaky() -> Iterator[RedisServer]:
    """A server of the test's own."""
    with running_redis() as server:
        yield server


def going(turns: object) -> int:
    return sum(turn.answer is Answer.GO for turn in turns)  # type: ignore[attr-defined]


async def test_two_processes_share_one_pace(redis_url: str) -> None:
    async with a_process(redis_url) as one, a_process(redis_url) as other:
        # Ten at once, and those whose turn comes within half a second.
        assert going(await one.ask(SOME, 10)) == 10
        assert going(await other.ask(SOME[50:], 100)) in {5, 6}
        assert await one.ask(SOME, 100) == []


async def test_a_person_is_left_alone_by_both(redis_url: str) -> None:
    async with a_process(redis_url) as one, a_process(redis_url) as other:
        assert going(await one.ask(["ana"], 9)) == 1
        assert going(await other.ask(["ana"], 9)) == 1
        ((answer, wait),) = await one.ask(["ana"], 9)
        assert answer is Answer.STAY
        assert timedelta(seconds=5) < wait <= timedelta(seconds=6)


async def test_the_pace_goes_on_with_time(redis_url: str) -> None:
    limits = Limits(per_second=50, burst=1, every_s=0.01, personal_burst=1)
    async with a_process(redis_url, limits) as one, a_process(redis_url, limits) as other:
        begun, sent = time.monotonic(), 0
        while sent < 60:
            sent += going(await (one if sent % 2 else other).ask(SOME, 5))
        assert sent / (time.monotonic() - begun + 0.5) <= 51


async def test_a_silence_that_the_provider_asks_of_one_is_kept_by_all(redis_url: str) -> None:
    async with a_process(redis_url) as one, a_process(redis_url) as other:
        await one.hold(timedelta(seconds=30))
        assert await other.ask(SOME, 9) == []
        assert other.earliest() > SystemClock().now() + timedelta(seconds=25)


async def test_a_person_who_must_be_left_alone_goes_back(redis_url: str) -> None:
    async with a_process(redis_url) as one, a_process(redis_url) as other:
        await one.leave_alone("ana", timedelta(minutes=1))
        turns = await other.ask(["ana", "bia"], 9)
        assert [turn.answer for turn in turns] == [Answer.BACK, Answer.GO]


async def test_two_numbers_have_a_pace_each(redis_url: str) -> None:
    async with a_process(redis_url) as one, a_process(redis_url, line="whatsapp:2") as other:
        await one.hold(timedelta(seconds=30))
        assert going(await other.ask(SOME, 5)) == 5


async def test_nothing_is_kept_for_ever_and_nobodys_number(redis_url: str) -> None:
    async with a_process(redis_url) as one:
        await one.ask(["+5527998142173"], 1)
        server = PaceServer(redis_url)
        keys = await server.redis.keys()
        lives = [await server.redis.pttl(key) for key in keys]
        await server.close()
    assert len(keys) == 2
    assert all(0 < life <= 7000 for life in lives)
    assert not any(b"27998142173" in key for key in keys)


async def asked(paces: SharedPaces) -> tuple[int, float]:
    """How many may go, and how long the answer took."""
    begun = time.monotonic()
    turns: list[Turn] = list(await paces.ask(SOME, 100))
    return going(turns), time.monotonic() - begun


@pytest.mark.parametrize("trouble", ["hang", "die"])
async def test_without_its_redis_a_process_keeps_to_its_share(
    shaky: RedisServer, trouble: str
) -> None:
    limits = Limits(per_second=40, burst=40, every_s=6, personal_burst=2)
    async with a_process(shaky.url, limits, crew=4) as one:
        await one.ask(SOME[:1], 1)
        getattr(shaky, trouble)()
        with structlog.testing.capture_logs() as logs:
            count, took = await asked(one)
            # A quarter of forty a second, for half a second, and no burst on top.
            assert count in {5, 6}
            assert took < 2
            _, took = await asked(one)
            assert took < 0.1  # it is left alone for a while
        warned = [each["event"] for each in logs if each["log_level"] == "warning"]
        assert warned == ["pace.not_shared"]


async def test_a_redis_that_comes_back_is_used_again(
    shaky: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace_redis, "REST", timedelta(seconds=0.2))
    async with a_process(shaky.url) as one, a_process(shaky.url) as other:
        shaky.hang()
        await one.ask(SOME, 1)
        shaky.go_on()
        with structlog.testing.capture_logs() as logs:

            async def shared() -> bool:
                await one.ask(["ana"], 1)
                return any(each["event"] == "pace.shared" for each in logs)

            await until(shared)
        # Nobody knows what was sent meanwhile: for a second there is no burst.
        assert going(await other.ask(SOME, 100)) <= 6


async def test_that_it_is_away_is_said_once(
    shaky: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace_redis, "REST", timedelta())
    shaky.die()
    async with a_process(shaky.url) as one:
        with structlog.testing.capture_logs() as logs:
            for _ in range(5):
                await one.ask(["ana"], 1)
    assert [each["event"] for each in logs].count("pace.not_shared") == 1
