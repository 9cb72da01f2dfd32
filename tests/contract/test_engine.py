"""What the engines promise: no update is lost, readers only read, addresses are forgiving."""

import asyncio

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.storage.engine import Engines, make_engines, with_driver
from bot.storage.tables import channel_states, sessions

CURSOR = sa.select(channel_states.c.cursor).with_for_update()


async def _one_more(engines: Engines) -> None:
    """Read, let others have a turn, then write what was read plus one."""
    async with engines.writer.begin() as connection:
        seen = (await connection.execute(CURSOR)).scalar_one()
        await asyncio.sleep(0)
        await connection.execute(channel_states.update().values(cursor=seen + 1))


async def _counted(engines: Engines) -> int:
    async with engines.reader.connect() as connection:
        query = sa.select(channel_states.c.cursor)
        return (await connection.execute(query)).scalar_one() or 0


async def _start_at_nought(engines: Engines) -> None:
    async with engines.writer.begin() as connection:
        await connection.execute(channel_states.insert().values(channel="telegram", cursor=0))


async def test_no_update_is_lost_among_many_at_once(engines: Engines) -> None:
    await _start_at_nought(engines)
    await asyncio.gather(*(_one_more(engines) for _ in range(50)))
    assert await _counted(engines) == 50


async def test_no_update_is_lost_between_two_programs_on_one_database(
    engines: Engines, database_url: str
) -> None:
    other = make_engines(database_url)
    await _start_at_nought(engines)
    await asyncio.gather(*(_one_more(each) for each in (engines, other) for _ in range(20)))
    await other.dispose()
    assert await _counted(engines) == 40


async def test_a_reference_to_nobody_is_refused(engines: Engines) -> None:
    now = sa.func.current_timestamp()
    orphan = sessions.insert().values(person_id=404, state="{}", updated_at=now)
    with pytest.raises(IntegrityError):
        async with engines.writer.begin() as connection:
            await connection.execute(orphan)


async def test_the_reader_of_sqlite_cannot_write(sqlite_url: str) -> None:
    engines = make_engines(sqlite_url)
    with pytest.raises(OperationalError, match="readonly"):
        async with engines.reader.begin() as connection:
            await connection.execute(channel_states.insert().values(channel="telegram"))
    await engines.dispose()


async def test_reading_goes_on_while_somebody_writes(sqlite_url: str) -> None:
    engines = make_engines(sqlite_url)
    await _start_at_nought(engines)
    async with engines.writer.begin() as connection:
        await connection.execute(channel_states.update().values(cursor=7))
        assert await _counted(engines) == 0
    assert await _counted(engines) == 7
    await engines.dispose()


async def test_what_sqlite_commits_survives_a_power_cut(sqlite_url: str) -> None:
    engines = make_engines(sqlite_url)
    async with engines.writer.connect() as connection:
        full, wal = 2, "wal"
        assert (await connection.execute(sa.text("PRAGMA synchronous"))).scalar_one() == full
        assert (await connection.execute(sa.text("PRAGMA journal_mode"))).scalar_one() == wal
    await engines.dispose()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("sqlite:///emdia.sqlite3", "sqlite+aiosqlite:///emdia.sqlite3"),
        ("sqlite+aiosqlite:////data/e.sqlite3", "sqlite+aiosqlite:////data/e.sqlite3"),
        ("postgresql://u@db/e", "postgresql+asyncpg://u@db/e"),
        ("postgres://u@db/e", "postgresql+asyncpg://u@db/e"),
        ("postgresql+asyncpg://u@db/e", "postgresql+asyncpg://u@db/e"),
    ],
)
def test_an_address_may_be_written_in_more_than_one_way(written: str, meant: str) -> None:
    assert str(with_driver(written)) == meant


@pytest.mark.parametrize("written", ["sqlite://", "sqlite:///:memory:", "mysql://u@db/e"])
def test_a_database_that_cannot_serve_is_refused_by_name(written: str) -> None:
    with pytest.raises(ValueError, match="EmDia keeps its"):
        make_engines(written)
