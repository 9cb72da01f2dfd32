"""Spreadsheets as they come and go: CSV of any kind, and .xlsx; rows of text either way."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import xlsxwriter

from bot.domain.errors import Refusal
from bot.forms.columns import recognise
from bot.services.sheet_size import MOST_CELLS_ACROSS
from bot.services.workbooks import read_workbook

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 20_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_ZIP, _OLD_EXCEL, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"
_MARKS = (";", "\t", ",", "|")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LINE = 4_000  # letters of a line that are looked at to tell what stands between cells
_WIDEST, _NARROWEST = 60, 10  # letters


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row. ``number`` is what a spreadsheet program calls it."""

    number: int
    cells: tuple[str, ...]


def read_sheet(content: bytes) -> list[SheetRow]:
    """The rows that hold anything, whatever the file was made with."""
    if len(content) > MOST_BYTES:
        raise Refusal("errors.import.too_large", most=MOST_BYTES // 1024 // 1024)
    if content.startswith(_OLD_EXCEL):
        raise Refusal("errors.import.old_excel")
    if content.startswith(_ZIP):
        rows = read_workbook(content, MOST_ROWS)
    else:
        rows = _read_csv(_text(content))
    return [
        SheetRow(number, tuple(map(_as_meant, cells)))
        for number, cells in enumerate(rows, start=1)
        if any(cell.strip() for cell in cells)
    ]


def as_text(cell: str) -> str:
    """A cell of a CSV that no spreadsheet program takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _as_meant(cell: str) -> str:
    """Without the apostrophe by which a cell was kept from being a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA) else cell


def write_sheet(name: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """An .xlsx in which every cell is text: a note that looks like a formula stays a note."""
    made = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(made, options) as book:
        sheet = book.add_worksheet(name[:31])  # as long as Excel lets a sheet's name be
        bold = book.add_format({"bold": True, "num_format": "@"})
        text = book.add_format({"num_format": "@"})
        # The mark by which Excel keeps a cell text even when somebody edits it.
        quoted = book.add_format({"num_format": "@", "quote_prefix": True})
        for place, heading in enumerate(headings):
            longest = max([len(heading), *(len(row[place]) for row in rows if place < len(row))])
            sheet.set_column(place, place, min(max(longest + 2, _NARROWEST), _WIDEST))
            sheet.write_string(0, place, heading, bold)
        for line, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                style = quoted if cell.startswith(FORMULA) else text
                sheet.write_string(line, place, cell, style)
        sheet.freeze_panes(1, 0)
    return made.getvalue()


def _text(content: bytes) -> str:
    """The words, in whichever of the ways in which Excel and others write them."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(content, "utf-16")
    if b"\x00" in content or content.startswith(_PDF):
        raise Refusal("errors.import.not_a_list")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _decoded(content, "cp1252")


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refusal("errors.import.not_a_list") from error


def _read_csv(text: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=_mark(text)):
            rows.append(row)
            if len(rows) > MOST_ROWS + 1:
                raise Refusal("errors.import.too_many_rows", most=MOST_ROWS)
            if len(row) > MOST_CELLS_ACROSS:
                raise Refusal("errors.import.too_many_columns", most=MOST_CELLS_ACROSS)
    except csv.Error as error:  # a cell of more than 128 KiB: a quotation mark that never ends
        raise Refusal("errors.import.broken") from error
    if rows and "".join(rows[0][:1]).strip().lower().startswith("sep="):
        rows[0] = []  # Excel's own line about the mark; the rows keep their numbers
    return rows


def _mark(text: str) -> str:
    """What stands between cells: the mark by which most headings are known, else the commonest."""
    # Headings are short: of a line without end only the beginning is looked at, and only of some.
    lines = [line[:_LINE] for line in text[: 10 * _LINE].splitlines()[:10]]
    if lines and lines[0].lower().startswith("sep=") and len(lines[0].strip()) > 4:  # noqa: PLR2004
        return lines[0].strip()[4]

    def worth(mark: str) -> tuple[int, int]:
        read = [next(csv.reader([line], delimiter=mark), []) for line in lines]
        known = [len(columns.of) for cells in read if (columns := recognise(cells))]
        return max(known, default=0), sum(len(cells) - 1 for cells in read)

    return max(_MARKS, key=worth)
