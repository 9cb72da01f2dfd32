"""The pulse of a process: what it writes down, whom it tells, and what it leaves out."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from bot.composition.probes import Probes, Readings
from bot.composition.sampling import Sampler, new_sampler
from bot.config import Settings
from bot.domain.clock import SystemClock
from bot.domain.role import Role
from bot.jobs.punctual import Punctuality
from bot.jobs.ticks import Ticks
from bot.services.team import Doors
from bot.storage.engine import make_engines
from bot.storage.tables import incidents, outbox, samples
from bot.storage.unit_of_work import Units
from bot.telemetry.metrics import OUTBOX
from tests.support.books import Books, premises_of, words
from tests.support.talk import Talk


class Full(Probes):
    """A machine whose disk is full."""

    async def look(self) -> Readings:
        return Readings({"redis": 0.002}, 0.5, 1000, 0.5)


@pytest.fixture
async def books(books: Books) -> Books:
    await Talk(books).join(Role.OWNER)
    return books


def settings() -> Settings:
    return Settings(_env_file=None)


def sampler(books: Books, units: Units | None = None) -> Sampler:
    return Sampler(
        units or Units(books.engines, books.clock),
        premises_of(books),
        Full(settings(), {}),
        Punctuality({}),
    )


async def count(books: Books, table: sa.Table) -> int:
    query = sa.select(sa.func.count()).select_from(table)
    async with books.engines.reader.connect() as connection:
        return int((await connection.execute(query)).scalar_one())


async def test_what_a_process_saw_is_written_down(books: Books) -> None:
    pulse = sampler(books)
    OUTBOX.labels("whatsapp", "reminder", "accepted").inc(3)
    OUTBOX.labels("whatsapp", "reminder", "giveup").inc()
    await pulse.take()
    async with books.open() as shop:
        (sample,) = await shop.unit.watching.since(books.clock.now() - timedelta(hours=1))
    assert (sample.tried, sample.failed) == (4, 1)
    assert sample.figures["tried.whatsapp"] == 4
    assert sample.figures["disk.free_bytes"] == 1000
    assert sample.figures["took_s.redis"] == 0.002
    assert sample.figures["queue.oldest_s"] == 0


async def test_trouble_that_it_sees_is_told(books: Books) -> None:
    pulse = sampler(books)
    told = 0
    for _ in range(10):
        books.clock.advance(minutes=1)
        told += await pulse.take()
    assert told == await count(books, outbox) == 1


async def test_a_database_that_is_away_leaves_a_gap(books: Books) -> None:
    away = make_engines("postgresql+asyncpg://nobody:nothing@127.0.0.1:1/none")
    with capture_logs() as logs:
        assert await sampler(books, Units(away, books.clock)).take() == 0
    await away.dispose()
    assert [line["event"] for line in logs] == ["sample.not_kept"]
    assert await count(books, samples) == 0


async def test_where_the_clock_is_moved_by_hand_nothing_is_made_of_it(books: Books) -> None:
    clock = SystemClock()
    premises = premises_of(books)
    premises.clock = clock
    premises.doors, premises.words = Doors(), words()
    probes = Full(settings(), {})
    ticks = Ticks([], lambda: None)
    pulse = new_sampler(Units(books.engines, clock), premises, probes, ticks, settings())
    for days in range(3):
        clock.offset = timedelta(days=1 + days)
        await pulse.take()
    assert await count(books, samples) == 3
    assert await count(books, incidents) == 0
    assert await count(books, outbox) == 0
