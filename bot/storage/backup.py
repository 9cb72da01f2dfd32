"""All that a database holds as one stream of lines, seen at one moment.

A line that begins with ``{`` tells what comes or what came; one that begins with ``[`` is a row.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.ports.backups import SEALED
from bot.storage.backup_rows import Lines, Tally
from bot.storage.engine import Engines
from bot.storage.tables import files, metadata

FORMAT = 1
_ROWS, _ROWS_WITH_BYTES = 500, 8


@dataclass(slots=True)
class Contents:
    """What a backup holds, or a database: rows and their hashes, table by table."""

    schema: str = ""
    made_at: datetime | None = None
    tables: dict[str, Tally] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """All of them."""
        return sum(tally.rows for tally in self.tables.values())

    @property
    def sha256(self) -> str:
        """One hash for all."""
        whole = Tally()
        for name, tally in sorted(self.tables.items()):
            whole.add(f"{name} {tally.rows} {tally.sha256}".encode())
        return whole.sha256


async def dump(engines: Engines, now: datetime, seen: Contents) -> AsyncGenerator[bytes, None]:
    """The database as it is at this moment, whoever goes on writing; ``seen`` is filled in."""
    async with engines.reader.connect() as connection:
        await _hold_still(connection)
        seen.schema, seen.made_at = await revision(connection), now
        head = {"emdia_backup": FORMAT, "schema": seen.schema, "made_at": now}
        yield _mark(head | {"out_of": connection.dialect.name})
        for table in metadata.sorted_tables:
            lines, tally = Lines(table), seen.tables.setdefault(table.name, Tally())
            yield _mark({"table": table.name, "columns": lines.names})
            async for piece in _rows(connection, table, lines, tally):
                yield piece
            yield _mark({"rows": tally.rows, "sha256": tally.sha256})
        yield _mark({"end": seen.rows, "sha256": seen.sha256})


async def count(connection: AsyncConnection) -> Contents:
    """What the database holds now."""
    seen = Contents(await revision(connection))
    for table in metadata.sorted_tables:
        tally = seen.tables.setdefault(table.name, Tally())
        async for _ in _rows(connection, table, Lines(table), tally):
            pass
    return seen


async def _hold_still(connection: AsyncConnection) -> None:
    if connection.dialect.name == "postgresql":
        await connection.execute(
            sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        )


async def _rows(
    connection: AsyncConnection, table: sa.Table, lines: Lines, tally: Tally
) -> AsyncIterator[bytes]:
    wide = any(isinstance(column.type, sa.LargeBinary) for column in table.columns)
    query = sa.select(table).order_by(*table.primary_key.columns)
    if table is files:
        query = query.where(files.c.mime != SEALED)
    stream = await connection.stream(
        query.execution_options(yield_per=_ROWS_WITH_BYTES if wide else _ROWS)
    )
    async for rows in stream.partitions():
        written = [lines.write(row) for row in rows]
        for line in written:
            tally.add(line)
        yield b"\n".join([*written, b""])


async def revision(connection: AsyncConnection) -> str:
    """The schema it is at."""
    found = await connection.execute(sa.text("SELECT version_num FROM alembic_version"))
    return str(found.scalar_one())


def _mark(told: Mapping[str, Any]) -> bytes:
    return orjson.dumps(told) + b"\n"
