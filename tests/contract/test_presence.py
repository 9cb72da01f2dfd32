"""Several processes on one PostgreSQL: what is one's is nobody else's, and is free when it ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from bot.composition.checkup.everything import check_up
from bot.config import Settings
from bot.storage import presence
from bot.storage.engine import make_engines
from bot.storage.presence import Presence, presence_on, ring
from bot.words import Catalogues
from tests.support.databases import PostgresDatabases
from tests.support.waiting import until


@pytest.fixture
async def url(postgres_databases: PostgresDatabases) -> AsyncIterator[str]:
    async with postgres_databases.fresh() as url:
        yield url


@asynccontextmanager
async def a_process(url: str, heard: list[str] | None = None) -> AsyncIterator[Presence]:
    """One that is at work, and ends without a farewell."""
    one = Presence(url, lambda: heard.append("rung") if heard is not None else None)
    there = asyncio.create_task(one.run())
    try:
        yield one
    finally:
        there.cancel()
        await asyncio.gather(there, return_exceptions=True)


async def hang_up(url: str) -> None:
    """The server ends everybody's place, as it does when it is restarted."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    line = await asyncpg.connect(plain)
    await line.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'emdia worker' AND datname = current_database()"
    )
    await line.close()


async def test_what_one_has_taken_no_other_is_given(url: str) -> None:
    async with a_process(url) as one, a_process(url) as other:
        assert await one.take(["ana", "bia"]) == {"ana", "bia"}
        assert await other.take(["ana", "caio"]) == {"caio"}


async def test_what_is_given_back_is_there_for_others(url: str) -> None:
    async with a_process(url) as one, a_process(url) as other:
        await one.take(["ana"])
        await one.give_back(["ana"])
        assert await other.take(["ana"]) == {"ana"}


async def test_no_more_is_taken_than_was_asked_for(url: str) -> None:
    async with a_process(url) as one, a_process(url) as other:
        assert await one.take(["ana", "bia", "caio"], 2) == {"ana", "bia"}
        assert await other.take(["ana", "bia", "caio"], 2) == {"caio"}


async def test_nothing_is_asked_of_the_server_for_nothing(url: str) -> None:
    alone = Presence(url, lambda: None)
    assert await alone.take([]) == frozenset()
    await alone.give_back(["never taken"])


async def test_whoever_ends_leaves_everything_to_the_others(url: str) -> None:
    async with a_process(url) as other:
        async with a_process(url) as one:
            await one.take(["ana"])
            assert await other.take(["ana"]) == frozenset()

        async def free() -> bool:
            return bool(await other.take(["ana"]))

        await until(free)


async def test_whoever_hangs_leaves_everything_to_the_others(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "BEAT_S", 60.0)
    monkeypatch.setattr(presence, "LET_GO_AFTER_S", 60.0)
    async with a_process(url) as other:
        await other.take(["a sign that it is there"])
        monkeypatch.setattr(presence, "LET_GO_AFTER_S", 0.5)
        async with a_process(url) as one:
            assert await one.take(["ana"]) == {"ana"}  # and from here on not a beat
            assert await other.take(["ana"]) == frozenset()

            async def free() -> bool:
                return bool(await other.take(["ana"]))

            await until(free)


async def test_whoever_beats_keeps_what_it_has_taken(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "BEAT_S", 0.1)
    monkeypatch.setattr(presence, "LET_GO_AFTER_S", 1.0)
    async with a_process(url) as one, a_process(url) as other:
        assert await one.take(["ana"]) == {"ana"}
        await asyncio.sleep(2)
        assert await other.take(["ana"]) == frozenset()


async def test_work_goes_on_in_another_process_when_its_own_ends(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "ASK_EVERY_S", 0.02)
    at_it: list[str] = []

    async def working(name: str) -> None:
        at_it.append(name)
        await asyncio.Event().wait()

    async with a_process(url) as other:
        async with a_process(url) as one:
            first = asyncio.create_task(one.alone("poll", lambda: working("one")))
            await until(lambda: at_it == ["one"])
            second = asyncio.create_task(other.alone("poll", lambda: working("other")))
            await asyncio.sleep(0.2)
            assert at_it == ["one"]
        await until(lambda: at_it == ["one", "other"])
    first.cancel()
    second.cancel()
    await asyncio.gather(first, second, return_exceptions=True)


async def test_work_stops_when_its_place_is_lost_and_begins_anew(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "ASK_EVERY_S", 0.02)
    begun: list[str] = []
    ended: list[str] = []

    async def working() -> None:
        begun.append("again")
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("cut off")

    one = Presence(url, lambda: None)

    async def always_there() -> None:
        while True:
            await asyncio.gather(one.run(), return_exceptions=True)
            await asyncio.sleep(0.02)

    there = asyncio.create_task(always_there())
    work = asyncio.create_task(one.alone("poll", working))
    await until(lambda: begun)
    await hang_up(url)
    await until(lambda: ended == ["cut off"])
    await until(lambda: len(begun) == 2)
    for task in (work, there):
        task.cancel()
    await asyncio.gather(work, there, return_exceptions=True)


async def test_work_that_comes_to_its_end_is_free_again(url: str) -> None:
    done: list[str] = []

    async def working() -> None:
        done.append("done")

    async with a_process(url) as one, a_process(url) as other:
        await one.alone("poll", working)
        await other.alone("poll", working)
    assert done == ["done", "done"]


async def test_everybody_is_counted(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "BEAT_S", 0.05)
    async with a_process(url) as one:
        async with a_process(url):
            await until(lambda: one.size == 2)
        await until(lambda: one.size == 1)


async def test_whoever_works_hears_what_another_took_in_once_it_is_committed(url: str) -> None:
    heard: list[str] = []
    engines = make_engines(url)
    async with a_process(url, heard) as one:
        await one.take(["a sign that it listens"])
        async with engines.writer.begin() as connection:
            await ring(connection)
            await asyncio.sleep(0.05)
            assert heard == []
        await until(lambda: heard == ["rung"])
    await engines.dispose()


async def test_on_sqlite_one_process_has_all_to_itself(sqlite_url: str) -> None:
    assert presence_on(sqlite_url, lambda: None) is None
    engines = make_engines(sqlite_url)
    async with engines.writer.begin() as connection:
        await ring(connection)
    await engines.dispose()


async def test_the_check_up_says_that_several_work_without_a_redis(
    url: str, redis_url: str
) -> None:
    words = Catalogues()
    alone = Settings(_env_file=None, database_url=url, whatsapp_gateway="none")
    shared = Settings(
        _env_file=None, database_url=url, whatsapp_gateway="none", redis_url=redis_url
    )
    async with a_process(url) as one:
        await one.take(["a sign that it is there"])
        assert "missing" not in await _redis(alone, words)
        async with a_process(url) as other:
            await other.take(["a sign that it is there"])
            assert "missing" in await _redis(alone, words)
            assert "missing" not in await _redis(shared, words)


async def _redis(settings: Settings, words: Catalogues) -> str:
    """What is found about it, by name."""
    return " ".join(
        finding.said.key for finding in await check_up(settings, words) if finding.check == "redis"
    )
