"""Rows as lines of JSON and back: the same line out of SQLite as out of PostgreSQL."""

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import orjson
import sqlalchemy as sa

from bot.storage.tables import Instant

_WHOLE = 1 << 256
_READ_BY: tuple[tuple[type[Any], Callable[[Any], Any]], ...] = (
    (Instant, datetime.fromisoformat),
    (sa.Date, date.fromisoformat),
    (sa.Time, time.fromisoformat),
    (sa.LargeBinary, b64decode),
)


class Lines:
    """One table's rows, in the order of its columns."""

    def __init__(self, table: sa.Table) -> None:
        self.names = [column.name for column in table.columns]
        self._read = [_reading(column) for column in table.columns]

    def write(self, row: Sequence[Any]) -> bytes:
        """A row as a line, without its end."""
        return orjson.dumps(tuple(row), default=_as_text, option=orjson.OPT_SORT_KEYS)

    def read(self, line: bytes) -> dict[str, Any]:
        """What to write into the table; ``ValueError`` if the line is no row of it."""
        values = orjson.loads(line)
        if not isinstance(values, list):
            raise ValueError("a row is a list of values")  # noqa: TRY004 - so says the docstring
        return {
            name: value if value is None or read is None else read(value)
            for name, read, value in zip(self.names, self._read, values, strict=True)
        }


@dataclass(slots=True)
class Tally:
    """How many rows, and a sum over the SHA-256 of each: equal whatever order they came in.

    The two databases sort text differently, so a hash over the lines in order would differ.
    """

    rows: int = 0
    _sum: int = 0

    def add(self, line: bytes) -> None:
        """One more row."""
        self.rows += 1
        self._sum = (self._sum + int.from_bytes(hashlib.sha256(line).digest())) % _WHOLE

    @property
    def sha256(self) -> str:
        """The sum, in hexadecimal."""
        return f"{self._sum:064x}"


def _reading(column: sa.Column[Any]) -> Callable[[Any], Any] | None:
    return next((read for kind, read in _READ_BY if isinstance(column.type, kind)), None)


def _as_text(value: object) -> str:
    if isinstance(value, bytes):
        return b64encode(value).decode()
    raise TypeError(f"no column holds {type(value).__name__}")
