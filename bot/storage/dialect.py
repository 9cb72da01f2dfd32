"""The few places where SQLite and PostgreSQL are spelt differently."""

import zlib
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


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


class _Stored(FunctionElement[Any]):
    """Text in the very form in which a column keeps a day or a moment, as that type."""

    inherit_cache = True

    def __init__(self, text: sa.ColumnElement[str], kind: Any) -> None:
        super().__init__(text)
        self.type = kind


@compiles(_Stored)
def _as_it_is(element: _Stored, compiler: Any, **options: Any) -> str:
    written: str = compiler.process(element.clauses, **options)
    return written  # SQLite keeps both as text


@compiles(_Stored, "postgresql")
def _read_anew(element: _Stored, compiler: Any, **options: Any) -> str:
    kind = compiler.dialect.type_compiler_instance.process(element.type)
    return f"CAST({compiler.process(element.clauses, **options)} AS {kind})"


def given(name: str, rows: Sequence[Sequence[Any]], *columns: sa.ColumnClause[Any]) -> sa.CTE:
    """Rows handed in as one value: with any number of them it is one statement, compiled once.

    Compiling a VALUES of another length takes longer than running the statement.
    """
    written = {str(place): [_plain(value) for value in row] for place, row in enumerate(rows)}
    handed = sa.func.json_each(sa.literal(written, sa.JSON)).table_valued(
        sa.column("key", sa.Text), sa.column("value", sa.JSON), name=f"{name}_given"
    )
    picked = (_picked(handed.c.value[place], column) for place, column in enumerate(columns))
    return sa.select(*picked).cte(name)


def _plain(value: Any) -> Any:
    match value:
        case datetime():  # as the tables keep it, in UTC
            return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
        case date():
            return value.isoformat()
    return value


def _picked(value: Any, column: sa.ColumnClause[Any]) -> sa.ColumnElement[Any]:
    if isinstance(column.type, sa.Integer):
        return sa.type_coerce(value.as_integer(), column.type).label(column.name)
    text = value.as_string()
    kept = text if isinstance(column.type, sa.Text) else _Stored(text, column.type)
    return sa.type_coerce(kept, column.type).label(column.name)


async def alone(connection: AsyncConnection, deed: str) -> None:
    """Let one process at a time do this, until its transaction ends. SQLite has one writer."""
    if connection.dialect.name == "postgresql":
        lock = sa.func.pg_advisory_xact_lock(zlib.crc32(deed.encode()))
        await connection.execute(sa.select(lock))
