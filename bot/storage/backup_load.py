"""A backup's lines taken into a database: all of them, read back and found equal, or none."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.errors import Refusal
from bot.storage.backup import FORMAT, Contents, count, revision
from bot.storage.backup_rows import Lines, Tally
from bot.storage.tables import clients, files, metadata, people
from bot.storage.tables.append_only import holding, lifting

_ROWS_AT_ONCE, _BYTES_AT_ONCE = 500, 1 << 20
_UNFIT = (ValueError, KeyError, TypeError, sa.exc.IntegrityError, sa.exc.DataError)


async def is_empty(connection: AsyncConnection) -> bool:
    """Whether nobody is in it yet; what a first start writes down by itself does not count."""
    for table in (people, clients):
        if (await connection.execute(sa.select(1).select_from(table).limit(1))).first():
            return False
    return True


async def clear(connection: AsyncConnection) -> None:
    """Take everything out, what must never be changed as well: a restore brings its own."""
    dialect = connection.dialect.name
    for lift in lifting(dialect):
        await connection.execute(sa.text(lift))
    if dialect == "postgresql":
        names = ", ".join(table.name for table in metadata.sorted_tables)
        await connection.execute(sa.text(f"TRUNCATE {names} RESTART IDENTITY"))
    else:
        for table in reversed(metadata.sorted_tables):
            await connection.execute(sa.delete(table))
    for hold in holding(dialect):
        await connection.execute(sa.text(hold))


class Loading:
    """Takes a backup's bytes in as they come, into an empty database, in one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.told = Contents()
        self._connection = connection
        self._rest = b""
        self._table: sa.Table | None = None
        self._lines = Lines(files)
        self._waiting: list[bytes] = []
        self._weight = 0
        self._ended = False

    async def take(self, piece: bytes) -> None:
        """Some more of it."""
        *lines, self._rest = (self._rest + piece).split(b"\n")
        for line in lines:
            if line.startswith(b"["):
                await self._row(line)
            else:
                await self._read_mark(line)

    async def finish(self) -> Contents:
        """Make sure that all of it came, and reads back as it was; what it holds."""
        if not self._ended or self._rest:
            raise Refusal("errors.backup.damaged")
        if (await count(self._connection)).tables != self.told.tables:
            raise Refusal("errors.backup.differs")
        await _go_on_counting(self._connection)
        return self.told

    async def _read_mark(self, line: bytes) -> None:
        try:
            mark = orjson.loads(line)
            if self.told.made_at is None:
                await self._begin(mark)
            elif "table" in mark:
                self._open(mark)
            elif "rows" in mark:
                await self._close(mark)
            else:
                self._end(mark)
        except _UNFIT:
            raise Refusal("errors.backup.damaged") from None

    async def _begin(self, mark: Mapping[str, Any]) -> None:
        self.told.schema = str(mark["schema"])
        if mark["emdia_backup"] != FORMAT or self.told.schema != await revision(self._connection):
            raise Refusal("errors.backup.schema", schema=self.told.schema)
        self.told.made_at = datetime.fromisoformat(mark["made_at"])

    def _open(self, mark: Mapping[str, Any]) -> None:
        if self._table is not None or self._ended:
            raise ValueError("the table before it has no end")
        self._table = metadata.tables[mark["table"]]
        self._lines = Lines(self._table)
        if self._lines.names != mark["columns"]:
            raise ValueError("another shape of the table")
        self.told.tables[self._table.name] = Tally()

    async def _row(self, line: bytes) -> None:
        if self._table is None:
            raise Refusal("errors.backup.damaged")
        self.told.tables[self._table.name].add(line)
        self._waiting.append(line)
        self._weight += len(line)
        if len(self._waiting) >= _ROWS_AT_ONCE or self._weight >= _BYTES_AT_ONCE:
            await self._write()

    async def _close(self, mark: Mapping[str, Any]) -> None:
        if self._table is None:
            raise ValueError("no table that could end")
        await self._write()
        tally = self.told.tables[self._table.name]
        if (mark["rows"], mark["sha256"]) != (tally.rows, tally.sha256):
            raise ValueError("some rows are missing")
        self._table = None

    def _end(self, mark: Mapping[str, Any]) -> None:
        if self._table is not None:
            raise ValueError("the last table has no end")
        self._ended = (mark["end"], mark["sha256"]) == (self.told.rows, self.told.sha256)

    async def _write(self) -> None:
        if self._waiting and self._table is not None:
            try:
                rows = [self._lines.read(line) for line in self._waiting]
                await self._connection.execute(sa.insert(self._table), rows)
            except _UNFIT:
                raise Refusal("errors.backup.damaged") from None
        self._waiting, self._weight = [], 0


async def _go_on_counting(connection: AsyncConnection) -> None:
    """PostgreSQL's counters have not seen the ids that came along."""
    if connection.dialect.name != "postgresql":
        return
    for table in metadata.sorted_tables:
        for column in table.columns:
            if column.identity is not None:
                series = sa.func.pg_get_serial_sequence(table.name, column.name)
                highest = sa.func.coalesce(sa.func.max(column) + 1, 1)
                await connection.execute(sa.select(sa.func.setval(series, highest, sa.false())))
