"""A fresh, migrated, empty database for each test, in a few milliseconds, of both kinds."""

import itertools
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from bot.storage.engine import Engines, make_engines
from bot.storage.migrate import upgrade

KINDS = ("sqlite", "postgres")
MIGRATED = "emdia_migrated"


@dataclass
class SqliteFiles:
    """Copies of one migrated file."""

    folder: Path
    _count: Iterator[int] = field(default_factory=itertools.count)

    @asynccontextmanager
    async def fresh(self, *, migrated: bool = True) -> AsyncIterator[str]:
        """The address of a file of one's own."""
        place = self.folder / f"{next(self._count)}.sqlite3"
        if migrated:
            shutil.copyfile(await self._template(), place)
        yield f"sqlite+aiosqlite:///{place}"
        for left in self.folder.glob(f"{place.name}*"):
            left.unlink()

    async def _template(self) -> Path:
        place = self.folder / f"{MIGRATED}.sqlite3"
        if not place.exists():
            making = self.folder / "making.sqlite3"
            await upgrade(f"sqlite:///{making}")
            making.rename(place)
        return place


@dataclass
class PostgresDatabases:
    """Copies of one migrated database, on one server."""

    server: str
    _made: bool = False
    _count: Iterator[int] = field(default_factory=itertools.count)

    @asynccontextmanager
    async def fresh(self, *, migrated: bool = True) -> AsyncIterator[str]:
        """The address of a database of one's own."""
        if migrated:
            await self._template()
        name = f"test_{next(self._count)}"
        # Copied as files: twice as fast as through the log, and nobody needs the log.
        source = f"{MIGRATED} STRATEGY FILE_COPY" if migrated else "template1"
        await self._order(f"CREATE DATABASE {name} TEMPLATE {source}")
        yield self._address(name)
        await self._order(f"DROP DATABASE {name} WITH (FORCE)")

    async def _template(self) -> None:
        if not self._made:
            await self._order(f"DROP DATABASE IF EXISTS {MIGRATED}")  # half made, if a try failed
            await self._order(f"CREATE DATABASE {MIGRATED}")
            await upgrade(self._address(MIGRATED))
            self._made = True

    def _address(self, name: str) -> str:
        return make_url(self.server).set(database=name).render_as_string(hide_password=False)

    async def _order(self, statement: str) -> None:
        plain = make_url(self.server).set(drivername="postgresql")
        connection = await asyncpg.connect(plain.render_as_string(hide_password=False))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    return SqliteFiles(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_databases(postgres_url: str) -> PostgresDatabases:
    return PostgresDatabases(postgres_url)


@pytest.fixture(params=KINDS)
def databases(request: pytest.FixtureRequest) -> SqliteFiles | PostgresDatabases:
    """Both kinds, one after the other; PostgreSQL is started only when its turn comes."""
    wanted = "sqlite_files" if request.param == "sqlite" else "postgres_databases"
    made: SqliteFiles | PostgresDatabases = request.getfixturevalue(wanted)
    return made


@pytest.fixture
async def database_url(databases: SqliteFiles | PostgresDatabases) -> AsyncIterator[str]:
    """A migrated, empty database; the test runs once on SQLite and once on PostgreSQL."""
    async with databases.fresh() as url:
        yield url


@pytest.fixture
async def empty_database_url(databases: SqliteFiles | PostgresDatabases) -> AsyncIterator[str]:
    """The same without any table."""
    async with databases.fresh(migrated=False) as url:
        yield url


@pytest.fixture
async def sqlite_url(sqlite_files: SqliteFiles) -> AsyncIterator[str]:
    """A migrated, empty SQLite database, where the kind makes no difference."""
    async with sqlite_files.fresh() as url:
        yield url


@pytest.fixture
async def engines(database_url: str) -> AsyncIterator[Engines]:
    """The engines of ``database_url``, closed after the test."""
    made = make_engines(database_url)
    yield made
    await made.dispose()
