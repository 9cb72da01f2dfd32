"""A list of clients, read row by row: what can be billed, what must be corrected, what repeats."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import TypeAdapter

from bot.domain.days import DueDay
from bot.domain.errors import Refusal
from bot.domain.money import Money
from bot.domain.names import fold
from bot.domain.phone import Phone
from bot.domain.text import Text, t
from bot.forms.columns import Columns, read_standing, recognise
from bot.forms.fields import FirstDue, Note, PersonName, PhoneNumber, PlanName, Price
from bot.forms.guess import guess
from bot.services.sheets import SheetRow, read_sheet
from bot.services.terms import likely

_HEADINGS_WITHIN = 10  # rows: a title and some blank lines may stand above the headings

_READERS: Mapping[str, TypeAdapter[Any]] = {
    "name": TypeAdapter(PersonName),
    "phone": TypeAdapter(PhoneNumber),
    "plan": TypeAdapter(PlanName),
    "price": TypeAdapter(Price),
    "first_due": TypeAdapter(FirstDue),
    "note": TypeAdapter(Note),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a cell cannot be read."""

    field: str
    reason: Text


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row to be corrected; ``cells`` are as they came."""

    number: int
    problems: tuple[Problem, ...]
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoodRow:
    """A row that can be billed. Without a price it is the plan's."""

    number: int
    cells: tuple[str, ...]
    name: str
    phone: Phone
    plan: str
    price: Money | None
    first_due: DueDay
    note: str
    standing: str  # active, paused, cancelled, or paid: active with nothing owed so far

    def is_overdue(self, today: date) -> bool:
        """Whether it comes in with something that should have been paid already."""
        return self.standing == "active" and self.first_due.on < today


@dataclass(frozen=True, slots=True)
class Repeated:
    """A row with the phone of an earlier one; under another name it may be a slip."""

    row: GoodRow
    first: GoodRow

    @property
    def other_name(self) -> bool:
        """Whether the two rows do not seem to mean the same person."""
        return fold(self.row.name) != fold(self.first.name)


@dataclass(frozen=True, slots=True)
class ReadList:
    """All that a list says, before anybody looked who is known."""

    columns: Columns
    headings: tuple[str, ...]
    good: tuple[GoodRow, ...]
    bad: tuple[BadRow, ...]
    repeated: tuple[Repeated, ...]


@dataclass(slots=True)
class _Rows:
    good: dict[str, GoodRow] = field(default_factory=dict)
    bad: list[BadRow] = field(default_factory=list)
    repeated: list[Repeated] = field(default_factory=list)


def read_list(content: bytes, context: dict[str, Any]) -> ReadList:
    """Read a file that somebody sent; ``context`` is what cells are read by, as in a form."""
    whole = read_sheet(content)
    if not whole:
        raise Refusal("errors.import.empty")
    columns, headings, rows = _headed(whole, context)
    if not rows:
        raise Refusal("errors.import.empty")
    read = _Rows()
    for row in rows:
        _take(row, columns, context, read)
    good = tuple(read.good.values())
    return ReadList(columns, headings, good, tuple(read.bad), tuple(read.repeated))


def _headed(
    rows: Sequence[SheetRow], context: dict[str, Any]
) -> tuple[Columns, tuple[str, ...], Sequence[SheetRow]]:
    for place, row in enumerate(rows[:_HEADINGS_WITHIN]):
        if columns := recognise(row.cells):
            if columns.missing:
                names = tuple(t(f"field.{name}") for name in columns.missing)
                raise Refusal("errors.import.missing_columns", columns=names)
            return columns, row.cells, rows[place + 1 :]
    if columns := guess([row.cells for row in rows], context):
        return columns, (), rows
    raise Refusal("errors.import.no_headings")


def _take(row: SheetRow, columns: Columns, context: dict[str, Any], read: _Rows) -> None:
    said, problems = _values(row, columns, context)
    if problems:
        read.bad.append(BadRow(row.number, tuple(problems), row.cells))
        return
    good = GoodRow(row.number, row.cells, **said)
    if first := read.good.get(good.phone.key):
        read.repeated.append(Repeated(good, first))
    else:
        read.good[good.phone.key] = good


def _values(
    row: SheetRow, columns: Columns, context: dict[str, Any]
) -> tuple[dict[str, Any], list[Problem]]:
    said: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, reader in _READERS.items():
        cell = columns.cell(name, row.cells)
        if name == "price" and not cell.strip():
            said[name] = None
            continue
        try:
            said[name] = reader.validate_python(cell, context=context)
        except Refusal as refusal:
            problems.append(Problem(name, refusal.text))
    try:
        said["standing"] = read_standing(columns.cell("standing", row.cells))
        if "first_due" in said:
            likely(said["first_due"], context["today"])
    except Refusal as refusal:
        problems.append(Problem(refusal.field or "standing", refusal.text))
    return said, problems
