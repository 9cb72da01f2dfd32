"""Lines that are no whole backup are refused, however well they were encrypted."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.errors import Refusal
from bot.storage.backup import Contents, dump
from bot.storage.backup_load import Loading, clear
from bot.storage.engine import Engines, make_engines
from bot.storage.tables import people

NOW = datetime(2026, 11, 25, 6, 30, tzinfo=UTC)


@pytest.fixture
async def store(sqlite_url: str) -> AsyncIterator[Engines]:
    engines = make_engines(sqlite_url)
    async with engines.writer.begin() as connection:
        row = {"name": "Ana", "language": "en", "created_at": NOW}
        await connection.execute(sa.insert(people), [row, row])
    yield engines
    await engines.dispose()


@pytest.fixture
async def lines(store: Engines) -> list[bytes]:
    whole = b"".join([piece async for piece in dump(store, NOW, Contents())])
    return whole.splitlines(keepends=True)


async def load(store: Engines, lines: list[bytes]) -> Contents:
    async with store.writer.connect() as connection:  # of which nothing is kept
        await clear(connection)
        loading = Loading(connection)
        for line in lines:
            await loading.take(line)
        return await loading.finish()


def place_of(lines: list[bytes], **mark: Any) -> int:
    """Where the first mark stands that says this."""
    wanted = mark.items()
    return next(i for i, line in enumerate(lines) if line[:1] == b"{" and wanted <= _told(line))


def _told(line: bytes) -> Any:
    return {key: value for key, value in json.loads(line).items() if key != "columns"}.items()


async def test_the_lines_as_they_were_written_are_taken(store: Engines, lines: list[bytes]) -> None:
    assert (await load(store, lines)).tables["people"].rows == 2


async def test_lines_may_come_in_pieces_of_any_size(store: Engines, lines: list[bytes]) -> None:
    whole = b"".join(lines)
    pieces = [whole[start : start + 7] for start in range(0, len(whole), 7)]
    assert (await load(store, pieces)).rows == 2


async def test_every_line_that_is_missing_is_missed(store: Engines, lines: list[bytes]) -> None:
    at = place_of(lines, table="people")
    for missing in (0, 1, at, at + 1, at + 2, at + 3, len(lines) - 1):
        with pytest.raises(Refusal, match=r"damaged|differs"):
            await load(store, [line for place, line in enumerate(lines) if place != missing])


@pytest.mark.parametrize(
    "forged",
    [
        b"no line of ours\n",
        b'["a row", "before any table"]\n',
        b'{"table": "people", "columns": ["id"]}\n',
        b'{"table": "sqlite_master", "columns": []}\n',
        b'{"rows": 0}\n',
        b'{"emdia_backup": 2, "schema": "0001", "made_at": ""}\n',
        b"[]\n",
    ],
)
async def test_a_line_that_does_not_belong_is_refused(
    store: Engines, lines: list[bytes], forged: bytes
) -> None:
    with pytest.raises(Refusal, match="damaged"):
        await load(store, [lines[0], forged, *lines[1:]])


async def test_rows_that_refer_to_nothing_are_refused(store: Engines, lines: list[bytes]) -> None:
    at = place_of(lines, table="addresses")
    row = [1, 99, "telegram", "1", "1", None, None, None, None]
    forged = json.dumps(row).encode() + b"\n"
    with pytest.raises(Refusal, match="damaged"):
        await load(store, [*lines[: at + 1], forged, *lines[at + 1 :]])


async def test_half_a_line_at_the_end_is_missed(store: Engines, lines: list[bytes]) -> None:
    with pytest.raises(Refusal, match="damaged"):
        await load(store, [*lines, b'{"half'])
