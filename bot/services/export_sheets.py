"""Long lists on their way out: CSV and .xlsx, written row by row, never held as a whole."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import IO, Protocol

import xlsxwriter

from bot.services.sheets import FORMULA, as_text

_WIDTHS = (30, 20, 20, 12, 16, 40, 14)  # letters; a row that is written is gone, and not measured


class SheetOut(Protocol):
    """A spreadsheet being written."""

    def write(self, rows: Iterable[Sequence[str]]) -> None:
        """Some more rows."""
        ...

    def close(self) -> None:
        """Finish it; the file it goes to stays open."""
        ...


class CsvOut:
    """What Excel opens with a double click wherever the decimal mark is a comma.

    UTF-8 with its mark, semicolons; a cell that looks like a formula gets an apostrophe, which
    reading takes off again.
    """

    def __init__(self, out: IO[bytes], headings: Sequence[str]) -> None:
        self._text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._text, delimiter=";")
        self._writer.writerow(headings)

    def write(self, rows: Iterable[Sequence[str]]) -> None:
        """Some more rows."""
        self._writer.writerows([as_text(cell) for cell in row] for row in rows)

    def close(self) -> None:
        """Finish it; the file it goes to stays open."""
        self._text.detach()


class XlsxOut:
    """A workbook in which every cell is text; the rows lie on disk until it is closed."""

    def __init__(self, out: IO[bytes], title: str, headings: Sequence[str]) -> None:
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        }
        self._book = xlsxwriter.Workbook(out, options)
        self._sheet = self._book.add_worksheet(title[:31])
        self._text = self._book.add_format({"num_format": "@"})
        # The mark by which Excel keeps a cell text even when somebody edits it.
        self._quoted = self._book.add_format({"num_format": "@", "quote_prefix": True})
        for place, width in enumerate(_WIDTHS[: len(headings)]):
            self._sheet.set_column(place, place, width)
        self._sheet.freeze_panes(1, 0)
        bold = self._book.add_format({"bold": True, "num_format": "@"})
        for place, heading in enumerate(headings):
            self._sheet.write_string(0, place, heading, bold)
        self._line = 0

    def write(self, rows: Iterable[Sequence[str]]) -> None:
        """Some more rows."""
        for row in rows:
            self._line += 1
            for place, cell in enumerate(row):
                style = self._quoted if cell.startswith(FORMULA) else self._text
                self._sheet.write_string(self._line, place, cell, style)

    def close(self) -> None:
        """Finish it; the file it goes to stays open."""
        self._book.close()
