"""A backup is the house at one moment, and comes back equal: into the same kind or the other."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.composition.backup_keys import keys_in, make_key
from bot.composition.disk import replacing
from bot.composition.safe import Safe, restore_into
from bot.config import Settings
from bot.domain.clock import FrozenClock
from bot.domain.errors import Refusal
from bot.domain.message import ChannelName
from bot.services.ports.backups import SEALED, Made
from bot.storage.backup import Contents, count
from bot.storage.engine import Engines, make_engines
from bot.storage.message_costs import MessageCosts
from bot.storage.sealing import recipient_of, seal
from bot.storage.tables import Instant, addresses, files, metadata, outbox, people
from bot.storage.unit_of_work import Units
from tests.contract.test_export import a_full_house, opened
from tests.support.books import NOON, Books
from tests.support.databases import PostgresDatabases, SqliteFiles

ANYTHING: tuple[tuple[type[Any], Any], ...] = (
    (Instant, NOON),
    (sa.Boolean, True),
    (sa.Integer, 1),
    (sa.Date, NOON.date()),
    (sa.LargeBinary, b"x"),
    (sa.JSON, {"a": [1]}),
    (sa.Time, NOON.time()),
    (sa.Text, "x"),
)


@pytest.fixture
async def books(engines: Engines) -> Books:
    books = await opened(engines)
    await a_full_house(books)
    async with books.open() as shop:
        await shop.unit.files.put("receipt.png", "image/png", bytes(range(256)) * 999)
        await shop.unit.channel_states.heard(ChannelName.WHATSAPP, NOON)
    return books


@pytest.fixture
async def other(databases: SqliteFiles | PostgresDatabases) -> AsyncIterator[Engines]:
    """An empty database of the same kind."""
    async with another(databases) as engines:
        yield engines


@asynccontextmanager
async def another(databases: SqliteFiles | PostgresDatabases) -> AsyncIterator[Engines]:
    async with databases.fresh() as url:
        engines = make_engines(url)
        yield engines
        await engines.dispose()


@dataclass
class OnDisk:
    path: Path
    made: Made

    @property
    def rows(self) -> int:
        return self.made.rows

    @property
    def sha256(self) -> str:
        return self.made.sha256


@dataclass
class Place:
    """A folder with a safe and the owner's key in it."""

    folder: Path
    engines: Engines
    clock: FrozenClock = field(default_factory=lambda: FrozenClock(NOON))

    def __post_init__(self) -> None:
        self.key_file = self.folder / "owner.key"
        recipient = make_key(self.key_file)
        settings = Settings(_env_file=None, data_dir=self.folder, backup_recipient=recipient)
        self.safe = Safe(settings, self.engines, self.clock)

    async def make(self) -> "OnDisk":
        made = await self.safe.make()
        return OnDisk(self.safe.folder / made.name, made)

    @property
    def keys(self) -> list[str]:
        return keys_in(self.key_file)


@pytest.fixture
def place(tmp_path: Path, engines: Engines) -> Place:
    return Place(tmp_path, engines)


async def held(engines: Engines) -> Contents:
    async with engines.reader.connect() as connection:
        return await count(connection)


async def test_what_is_restored_is_equal_row_by_row(
    books: Books, place: Place, other: Engines
) -> None:
    made = await place.make()
    done = await restore_into(other, made.path, place.keys)
    assert (await held(other)).tables == (await held(books.engines)).tables
    assert (done.made_at, done.rows, done.sha256) == (NOON, made.rows, made.sha256)
    assert made.rows > 30


async def test_no_table_is_left_behind(
    engines: Engines, books: Books, place: Place, other: Engines
) -> None:
    async with engines.writer.begin() as connection:
        await a_row_everywhere(connection)
        await connection.execute(sa.update(outbox).values(delivered_at=NOON))
    ours = await held(books.engines)
    assert [name for name, tally in ours.tables.items() if not tally.rows] == []
    made = await place.make()
    await restore_into(other, made.path, place.keys)
    assert (await held(other)).tables == ours.tables
    # Sums lie in no backup: the rows make them anew.
    assert await arrived(other) == await arrived(engines) == 1


async def arrived(engines: Engines) -> int:
    """How many messages that cost something arrived."""
    async with engines.reader.connect() as connection:
        return sum(one.messages for one in await MessageCosts(connection).counted(NOON))


async def a_row_everywhere(connection: AsyncConnection) -> None:
    """A row of anything in each table that has none, which refers to what is there."""
    for table in metadata.sorted_tables:
        if (await connection.execute(sa.select(table).limit(1))).first() is None:
            row = {column.name: await anything(connection, column) for column in table.columns}
            given = {name: value for name, value in row.items() if value is not None}
            await connection.execute(sa.insert(table).values(given))


async def anything(connection: AsyncConnection, column: sa.Column[Any]) -> Any:
    for key in column.foreign_keys:
        return (await connection.execute(sa.select(key.column).limit(1))).scalar()
    if column.nullable or column.server_default is not None:
        return None
    return next(value for kind, value in ANYTHING if isinstance(column.type, kind))


async def test_a_backup_of_one_kind_restores_into_the_other(
    books: Books, place: Place, sqlite_files: SqliteFiles, postgres_databases: PostgresDatabases
) -> None:
    made = await place.make()
    ours = await held(books.engines)
    for kind in (sqlite_files, postgres_databases):
        async with another(kind) as engines:
            await restore_into(engines, made.path, place.keys)
            assert (await held(engines)).tables == ours.tables


async def test_after_a_restore_new_rows_get_new_ids(
    books: Books, place: Place, other: Engines
) -> None:
    made = await place.make()
    await restore_into(other, made.path, place.keys)
    async with Units(other, place.clock).write() as unit:
        new = await unit.files.put("new", "text/plain", b"x")
    async with books.open() as shop:
        assert new > await shop.unit.files.put("old", "text/plain", b"y") - 1


async def test_a_backup_made_while_others_write_shows_one_moment(
    engines: Engines, place: Place, other: Engines
) -> None:
    """Each writer adds a person and their chat together: one without the other is no moment."""
    stop = asyncio.Event()
    names = itertools.count()
    await somebody(engines, names)
    writers = [asyncio.create_task(write_on(engines, names, stop)) for _ in range(3)]
    found = []
    for _ in range(3):
        made = await place.make()
        await restore_into(other, made.path, place.keys, over=True)
        found.append(await how_many(other))
        place.clock.advance(seconds=1)
    stop.set()
    await asyncio.gather(*writers)
    assert all(there == chats for there, chats in found)
    assert found[0][0] < found[-1][0]  # they did write meanwhile
    made = await place.make()
    await restore_into(other, made.path, place.keys, over=True)
    assert (await held(other)).tables == (await held(engines)).tables


async def somebody(engines: Engines, names: Iterator[int]) -> None:
    name = str(next(names))
    async with engines.writer.begin() as connection:
        row = {"name": name, "language": "en", "created_at": NOON}
        made = await connection.execute(sa.insert(people).values(row).returning(people.c.id))
        chat = {"person_id": made.scalar_one(), "channel": "telegram", "key": name}
        await connection.execute(sa.insert(addresses).values(chat | {"send_to": name}))


async def write_on(engines: Engines, names: Iterator[int], stop: asyncio.Event) -> None:
    while not stop.is_set():
        await somebody(engines, names)


async def how_many(engines: Engines) -> tuple[int, int]:
    async with engines.reader.connect() as connection:
        counted = [
            (await connection.execute(sa.select(sa.func.count()).select_from(table))).scalar_one()
            for table in (people, addresses)
        ]
    return counted[0], counted[1]


async def test_a_database_that_holds_people_is_left_alone_unless_told(
    books: Books, place: Place, other: Engines
) -> None:
    made = await place.make()
    await somebody(other, itertools.count())
    before = await held(other)
    with pytest.raises(Refusal, match="not_empty"):
        await restore_into(other, made.path, place.keys)
    assert await held(other) == before
    await restore_into(other, made.path, place.keys, over=True)
    assert (await held(other)).tables == (await held(books.engines)).tables


async def test_a_wrong_key_opens_nothing(
    books: Books, place: Place, other: Engines, tmp_path: Path
) -> None:
    made = await place.make()
    make_key(tmp_path / "stranger.key")
    with pytest.raises(Refusal, match=r"backup\.key"):
        await restore_into(other, made.path, keys_in(tmp_path / "stranger.key"))


@pytest.mark.parametrize("share", [0, 0.01, 0.5, 0.99])
async def test_a_file_cut_off_anywhere_changes_nothing(
    books: Books, place: Place, other: Engines, share: float
) -> None:
    await somebody(other, itertools.count())
    before = await held(other)
    made = await place.make()
    whole = made.path.read_bytes()
    made.path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(Refusal, match="damaged"):
        await restore_into(other, made.path, place.keys, over=True)
    assert await held(other) == before


async def test_a_changed_byte_is_noticed(books: Books, place: Place, other: Engines) -> None:
    made = await place.make()
    whole = bytearray(made.path.read_bytes())
    whole[len(whole) // 2] ^= 1
    made.path.write_bytes(whole)
    with pytest.raises(Refusal, match="damaged"):
        await restore_into(other, made.path, place.keys)


async def test_a_backup_of_another_schema_is_refused(
    books: Books, place: Place, other: Engines
) -> None:
    async with books.engines.writer.begin() as connection:
        await connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    made = await place.make()
    with pytest.raises(Refusal, match="schema"):
        await restore_into(other, made.path, place.keys)


async def test_a_restored_house_starts_nothing_until_somebody_says_so(
    books: Books, place: Place, other: Engines
) -> None:
    made = await place.make()
    await restore_into(other, made.path, place.keys, hold_at=NOON)
    async with Units(other, place.clock).read() as unit:
        states = await unit.channel_states.all()
    assert {name for name, state in states.items() if state.held_at == NOON} == {
        ChannelName.TELEGRAM,
        ChannelName.WHATSAPP,
    }


async def test_this_machine_tries_a_restore_out_with_its_own_key_and_leaves_nothing(
    books: Books, place: Place
) -> None:
    made = await place.make()
    done = await place.safe.drill(made.path.name)
    assert (done.rows, done.sha256, done.made_at) == (made.rows, made.sha256, NOON)
    assert {one.name for one in place.safe.folder.iterdir()} == {
        "this-machine.key",
        made.path.name,
    }


async def test_nothing_plain_is_written_and_nobody_else_may_read_it(
    books: Books, place: Place
) -> None:
    made = await place.make()
    content = made.path.read_bytes()
    assert content.startswith(b"age-encryption.org/v1")
    assert b"Ana" not in content
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert (place.safe.folder / "this-machine.key").stat().st_mode & 0o777 == 0o600


async def test_a_failure_in_the_middle_leaves_no_file(books: Books, place: Place) -> None:
    async with books.engines.writer.begin() as connection:
        await connection.execute(sa.text("DELETE FROM alembic_version"))
    with pytest.raises(Refusal, match="no_database"):
        await place.safe.make()
    assert [one.name for one in place.safe.folder.iterdir()] == ["this-machine.key"]


async def test_a_backup_that_is_called_off_leaves_no_file(place: Place) -> None:
    flowing, for_ever = asyncio.Event(), asyncio.Event()

    async def pieces() -> AsyncIterator[bytes]:
        yield b"x" * 1000
        flowing.set()
        await for_ever.wait()

    async def make() -> None:
        with replacing(place.folder / "one.age") as out:
            await seal(pieces(), out, [recipient_of(place.keys[0])])

    making = asyncio.create_task(make())
    await flowing.wait()
    making.cancel()
    with pytest.raises(asyncio.CancelledError):
        await making
    assert [one.name for one in place.folder.iterdir()] == ["owner.key"]


async def test_what_a_power_cut_left_half_made_is_no_backup_and_is_swept_away(
    books: Books, place: Place
) -> None:
    made = await place.make()
    (place.safe.folder / ".emdia-20261015T150000Z.age.half").write_bytes(b"age-encryption.org/v1")
    place.clock.advance(hours=1)
    newer = await place.make()
    assert place.safe.names() == [newer.path.name, made.path.name]
    place.safe.tidy()
    assert {one.name for one in place.safe.folder.iterdir()} == {
        "this-machine.key",
        newer.path.name,
    }


async def test_a_backup_on_its_way_through_a_chat_is_no_part_of_the_next(
    books: Books, place: Place
) -> None:
    before = await place.safe.make()
    async with books.open() as shop:
        await shop.unit.files.put("emdia.age", SEALED, b"x" * 1000)
    place.clock.advance(hours=1)
    assert (await place.safe.make()).sha256 == before.sha256
    async with books.engines.reader.connect() as connection:
        query = sa.select(sa.func.count()).where(files.c.mime == SEALED)
        assert (await connection.execute(query)).scalar_one() == 1


async def test_without_a_recipient_there_is_no_backup(tmp_path: Path, engines: Engines) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path)
    safe = Safe(settings, engines, FrozenClock(NOON))
    with pytest.raises(Refusal, match="no_recipient"):
        await safe.make()
