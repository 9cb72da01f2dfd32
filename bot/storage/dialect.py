"""The few places where SQLite and PostgreSQL are spelt differently."""

import zlib
from collections.abc import Collection
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


def insert(connection: AsyncConnection, table: sa.Table) -> Any:
    """An INSERT that knows ``on_conflict_do_nothing`` and ``on_conflict_do_update``."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def one_of(
    connection: AsyncConnection, column: sa.ColumnElement[Any], values: Collection[int | str]
) -> sa.ColumnElement[bool]:
    """``column IN (values)`` with one parameter, so that every batch is the same statement."""
    if connection.dialect.name == "postgresql":
        return column == sa.any_(sa.literal(list(values), postgresql.ARRAY(column.type)))
    listed = sa.func.json_each(orjson.dumps(list(values)).decode()).table_valued("value")
    return column.in_(sa.select(listed.c.value))


async def alone(connection: AsyncConnection, deed: str) -> None:
    """Let one process at a time do this, until its transaction ends. SQLite has one writer."""
    if connection.dialect.name == "postgresql":
        lock = sa.func.pg_advisory_xact_lock(zlib.crc32(deed.encode()))
        await connection.execute(sa.select(lock))
