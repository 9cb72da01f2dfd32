"""Bring a database to the newest schema, and write the next step when the tables have changed."""

import asyncio
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from bot.storage.engine import BUSY_S, begin_with, with_driver

SCRIPTS = Path(__file__).parent / "migrations"
TURN = 762_417_001  # any number, as long as every process takes the same


def head() -> str:
    """The revision this program was written for."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    assert newest is not None
    return newest


def known() -> frozenset[str]:
    """Every revision this program has heard of."""
    steps = ScriptDirectory.from_config(_config()).walk_revisions()
    return frozenset(step.revision for step in steps)


async def current(url: str) -> str | None:
    """The revision the database is at; none if it is empty."""
    engine = _engine(url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_revision_of)
    finally:
        await engine.dispose()


async def upgrade(url: str, to: str = "head") -> None:
    """Bring the database up to a revision, all or nothing; at the newest, change nothing."""
    await _run(url, lambda config: command.upgrade(config, to))


async def downgrade(url: str, to: str) -> None:
    """Bring the database back to a revision; ``base`` empties it."""
    await _run(url, lambda config: command.downgrade(config, to))


async def revise(url: str, message: str) -> None:
    """Write the next revision: what the tables have and a database at the newest has not.

    CHECK constraints that were added or changed are not seen: write those by hand.
    """
    number = f"{int(head()) + 1:04}"
    await _run(
        url, lambda config: command.revision(config, message, autogenerate=True, rev_id=number)
    )


async def _run(url: str, step: Callable[[Config], object]) -> None:
    engine = _engine(url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_take_turn)
            await connection.run_sync(_with, step)
            await connection.run_sync(_hold_references)
    finally:
        await engine.dispose()


def _with(connection: sa.Connection, step: Callable[[Config], object]) -> None:
    config = _config()
    config.attributes["connection"] = connection
    step(config)


def _take_turn(connection: sa.Connection) -> None:
    # Processes that start together migrate one after the other; SQLite's BEGIN IMMEDIATE has
    # already seen to it.
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(TURN)))


def _hold_references(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise ValueError(f"the migration would leave rows that refer to nothing: {broken[:5]}")


def _revision_of(connection: sa.Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _engine(url: str) -> AsyncEngine:
    """An engine without the time limits of daily work: a migration takes as long as it takes."""
    full = with_driver(url)
    if full.get_backend_name() != "sqlite":
        return create_async_engine(full, poolclass=NullPool)
    # Foreign keys stay off: a table that is copied and renamed must not take its rows' children
    # along. They are checked before the commit instead.
    engine = create_async_engine(
        full, poolclass=NullPool, connect_args={"isolation_level": None, "timeout": BUSY_S}
    )
    begin_with(engine, "BEGIN IMMEDIATE")
    return engine


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.set_main_option("path_separator", "os")
    return config


async def _write_next(message: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/newest.sqlite3"
        await upgrade(url)
        await revise(url, message)


if __name__ == "__main__":  # make migration NAME="..."
    asyncio.run(_write_next(sys.argv[1]))
