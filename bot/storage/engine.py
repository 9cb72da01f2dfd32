"""How the database is reached: SQLite through one writer and some readers, PostgreSQL as it is."""

import contextlib
from dataclasses import dataclass

from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.storage import footprints

BUSY_S = 10  # how long one process waits for another's write before it says so
READERS = 4
# Twenty connections a process leave room for four processes under PostgreSQL's default of 100.
POSTGRES_POOL, POSTGRES_OVERFLOW = 10, 10
# An answer that takes longer than this helps nobody; the person has tapped again long ago.
STATEMENT_S = 60


@dataclass(frozen=True, slots=True)
class Engines:
    """Where to write and where to only read; on PostgreSQL the two are one."""

    writer: AsyncEngine
    reader: AsyncEngine

    async def dispose(self) -> None:
        """Close every connection."""
        await self.writer.dispose()
        if self.reader is not self.writer:
            await self.reader.dispose()


def make_engines(url: str) -> Engines:
    """Engines for ``sqlite:///file`` or ``postgresql://...``; no connection is opened yet."""
    full = with_driver(url)
    if full.get_backend_name() == "sqlite":
        engines = Engines(writer=_sqlite_writer(full), reader=_sqlite_reader(full))
    else:
        engine = _postgres(full)
        engines = Engines(writer=engine, reader=engine)
    footprints.watch(engines.writer)
    return engines


def with_driver(url: str) -> URL:
    """The address as SQLAlchemy wants it, whichever way the operator wrote it."""
    read = make_url(url)
    if read.drivername in {"sqlite", "sqlite+aiosqlite"}:
        if read.database in {None, "", ":memory:"}:
            # The writer and each reader would see a database of their own.
            raise ValueError("EmDia keeps its SQLite database in a file: sqlite:///emdia.sqlite3")
        return read.set(drivername="sqlite+aiosqlite")
    if read.drivername in {"postgres", "postgresql", "postgresql+asyncpg"}:
        return read.set(drivername="postgresql+asyncpg")
    raise ValueError(f"EmDia keeps its data in SQLite or PostgreSQL, not in {read.drivername!r}")


def _sqlite_writer(url: URL) -> AsyncEngine:
    # One connection: writers queue here, in order, instead of finding the file locked.
    engine = _sqlite(url, pool_size=1)
    # FULL: what was sent is not forgotten when the power goes.
    _on_connect(engine, "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")
    # A transaction that reads first and writes later must hold the lock from the start: otherwise
    # two of them read the same and one is refused, or worse, one of the changes is lost.
    begin_with(engine, "BEGIN IMMEDIATE")
    return engine


def _sqlite_reader(url: URL) -> AsyncEngine:
    engine = _sqlite(url, pool_size=READERS)
    _on_connect(engine, "journal_mode=WAL", "query_only=ON")
    begin_with(engine, "BEGIN")
    return engine


def _sqlite(url: URL, *, pool_size: int) -> AsyncEngine:
    # No isolation level: the driver begins nothing by itself, begin_with does.
    unmanaged = {"isolation_level": None, "timeout": BUSY_S}
    engine = create_async_engine(url, pool_size=pool_size, max_overflow=0, connect_args=unmanaged)
    event.listen(engine.sync_engine, "invalidate", _let_go)
    return engine


def _let_go(
    connection: DBAPIConnection, _record: ConnectionPoolEntry, _error: BaseException | None
) -> None:
    """End the transaction of a connection whose task was cancelled in the middle of a statement.

    SQLite closes a connection only in name while a statement of it is remembered somewhere, if
    only by a traceback: its transaction would lock the file for everybody until then.
    """
    with contextlib.suppress(Exception):  # it is closed next, whatever state it is in
        connection.rollback()


def _on_connect(engine: AsyncEngine, *pragmas: str) -> None:
    def prepare(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for pragma in (f"busy_timeout={BUSY_S * 1000}", *pragmas):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    event.listen(engine.sync_engine, "connect", prepare)


def begin_with(engine: AsyncEngine, statement: str) -> None:
    """Begin SQLite's transactions with this statement, at the first use of a connection."""

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(statement)

    event.listen(engine.sync_engine, "begin", begin)


def _postgres(url: URL) -> AsyncEngine:
    return create_async_engine(
        url,
        pool_size=POSTGRES_POOL,
        max_overflow=POSTGRES_OVERFLOW,
        pool_timeout=BUSY_S,
        pool_pre_ping=True,  # after the server was restarted, no query must fail to tell us
        connect_args={
            "timeout": BUSY_S,
            "command_timeout": STATEMENT_S,
            "server_settings": {
                "application_name": "emdia",
                "timezone": "UTC",
                "lock_timeout": f"{BUSY_S}s",
                # A process that hangs in a transaction must not hold its locks for ever.
                "idle_in_transaction_session_timeout": f"{STATEMENT_S}s",
                # A plan for any value is a plan for none: few are late, nearly all are not.
                "plan_cache_mode": "force_custom_plan",
                "jit": "off",  # compiling costs more than our short queries take
            },
        },
    )
