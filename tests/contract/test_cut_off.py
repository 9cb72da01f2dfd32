"""Whoever is cancelled in the middle of a write leaves neither a trace nor a lock behind."""

import asyncio
import gc
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from bot.storage.engine import Engines
from bot.storage.tables import people
from tests.support.engine_room import NOON

MANY = 300
MOMENTS = 30


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Nobody tidies up behind a traceback, as may well be for a while."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collector")
async def test_a_write_that_is_cut_off_locks_nobody_out(engines: Engines) -> None:
    async with engines.writer.begin() as connection:
        rows = [
            {"name": "Ana", "language": "pt_BR", "created_at": NOON, "role": None}
            for _ in range(MANY)
        ]
        await connection.execute(sa.insert(people), rows)
    for moment in range(MOMENTS):
        writing = asyncio.create_task(rename(engines, f"Ana {moment}"))
        await asyncio.sleep(0.0007 * moment)
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        async with asyncio.timeout(5), engines.writer.begin() as connection:
            await connection.execute(sa.update(people).values(language="en"))
            names = await connection.execute(sa.select(people.c.name).distinct())
            assert len(names.all()) == 1


async def rename(engines: Engines, name: str) -> None:
    async with engines.writer.begin() as connection:
        for _ in range(5):
            changed = sa.update(people).values(name=name).returning(people.c.id)
            assert len((await connection.execute(changed)).all()) == MANY
