"""Any row becomes a line and the same row again, and a hash does not mind their order."""

import random
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from bot.storage.backup_rows import Lines, Tally
from bot.storage.tables import Instant, metadata

BY_TYPE: tuple[tuple[type[Any], st.SearchStrategy[Any]], ...] = (
    (Instant, st.datetimes(min_value=datetime(1000, 1, 1), timezones=st.just(UTC))),  # noqa: DTZ001 - a bound
    (sa.Boolean, st.booleans()),
    (sa.Integer, st.integers(-(2**63), 2**63 - 1)),
    (sa.Date, st.dates()),
    (sa.Time, st.times()),
    (sa.LargeBinary, st.binary()),
    (sa.JSON, st.dictionaries(st.text(), st.lists(st.text() | st.integers(-9, 9) | st.none()))),
    (sa.Text, st.text()),
)


def value_of(column: sa.Column[Any]) -> st.SearchStrategy[Any]:
    values = next(made for kind, made in BY_TYPE if isinstance(column.type, kind))
    return st.none() | values if column.nullable else values


@st.composite
def rows(draw: st.DrawFn) -> tuple[sa.Table, tuple[Any, ...]]:
    table = draw(st.sampled_from(metadata.sorted_tables))
    return table, tuple(draw(value_of(column)) for column in table.columns)


@given(rows())
def test_any_row_of_any_table_reads_back_as_it_was(row: tuple[sa.Table, tuple[Any, ...]]) -> None:
    table, values = row
    lines = Lines(table)
    line = lines.write(values)
    assert b"\n" not in line
    assert line.startswith(b"[")
    assert lines.read(line) == dict(zip(lines.names, values, strict=True))


@given(st.lists(st.binary()), st.randoms(use_true_random=False))
def test_the_hash_of_a_table_does_not_mind_the_order(
    lines: list[bytes], dice: random.Random
) -> None:
    one, other = Tally(), Tally()
    for line in lines:
        one.add(line)
    for line in dice.sample(lines, len(lines)):
        other.add(line)
    assert one == other
    assert one.sha256 == other.sha256
    other.add(b"one more")
    assert one.sha256 != other.sha256


@pytest.mark.parametrize("line", [b"{}", b"[1]", b"[", b'"x"'])
def test_what_is_no_row_of_the_table_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Lines(metadata.tables["plans"]).read(line)


def test_days_and_hours_are_written_as_people_read_them() -> None:
    table = sa.Table("t", sa.MetaData(), sa.Column("a", sa.Date), sa.Column("b", sa.Time))
    assert Lines(table).write((date(2026, 11, 25), time(9))) == b'["2026-11-25","09:00:00"]'
