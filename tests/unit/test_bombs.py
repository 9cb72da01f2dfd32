"""Spreadsheets made to burst: each is refused, with the reason, before anybody unpacks its grid."""

import io
import zipfile

import pytest
import xlsxwriter

from bot.domain.errors import Refusal
from bot.services.sheets import read_sheet

NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
FAR = "XFD1048576"  # with A1, a grid of 17 thousand million cells
SHEET, TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


PREFIXED = (
    f'<x:worksheet xmlns:x="{NS}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c>'
    f'</x:row><x:row><x:c r="{FAR}"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>'
)


def a_workbook(**parts: bytes | str) -> bytes:
    """A real one of one cell, with some of its parts put in place of its own, or beside them."""
    made, plain = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(plain, {"in_memory": True}) as book:
        book.add_worksheet().write(0, 0, "Nome")
    new = {_path(name): content for name, content in parts.items()}
    with (
        zipfile.ZipFile(plain) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in old.namelist():
            archive.writestr(name, new.pop(name, old.read(name)))
        for name, content in new.items():
            archive.writestr(name, content)
    return made.getvalue()


def _path(name: str) -> str:
    return {"sheet": SHEET, "texts": TEXTS}.get(name, name.replace("__", "/").replace("_dot_", "."))


def a_sheet(rows: str) -> str:
    return f'<worksheet xmlns="{NS}"><sheetData>{rows}</sheetData></worksheet>'


def far(first: str, last: str) -> str:
    return a_sheet(f'<row r="1">{first}</row><row r="1048576">{last}</row>')


def why(content: bytes) -> str:
    with pytest.raises(Refusal) as refused:
        read_sheet(content)
    return refused.value.key.removeprefix("errors.import.")


@pytest.fixture(autouse=True)
def _never_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is refused here is refused before the library sees it."""

    class Never:
        @staticmethod
        def from_filelike(_file: object) -> None:
            raise AssertionError("a bomb was opened")

    monkeypatch.setattr("bot.services.workbooks.CalamineWorkbook", Never)


@pytest.mark.parametrize(
    "sheet",
    [
        far('<c r="A1"><v>1</v></c>', f'<c r="{FAR}"><v>1</v></c>'),
        far("<c r='A1'><v>1</v></c>", f"<c r='{FAR}'><v>1</v></c>"),
        far('<c r = "A1"><v>1</v></c>', f'<c  s="1"\n\tr = "{FAR}" ><v>1</v></c>'),
        far('<c r="A1"><v>1</v></c>', f'<c r="{FAR.lower()}"><v>1</v></c>'),
        far('<c r="A1"><v>1</v></c>', f'<c r="{FAR}" t="inlineStr"><is><t>x</t></is></c>'),
        far('<c r="A1"><v>1</v></c>', f'<c r="{FAR}"><f>1+1</f></c>'),
        far('<c r="A1"><v>1</v></c>', "<c><v>1</v></c>"),
        PREFIXED,
        a_sheet("<row/>" * 20_100 + "<row><c><v>1</v></c></row>"),
    ],
)
def test_a_cell_far_out_is_found_however_it_is_written(sheet: str) -> None:
    assert why(a_workbook(sheet=sheet)) == "too_many_rows"


@pytest.mark.parametrize(
    "sheet",
    [
        a_sheet('<row r="1"><c r="ZZZ1"><v>1</v></c></row>'),
        a_sheet("<row>" + "<c><v>1</v></c>" * 201 + "</row>"),
    ],
)
def test_a_row_far_too_wide_is_found(sheet: str) -> None:
    assert why(a_workbook(sheet=sheet)) == "too_many_columns"


def test_a_sheet_that_lies_elsewhere_is_measured_as_well() -> None:
    bomb = far('<c r="A1"><v>1</v></c>', f'<c r="{FAR}"><v>1</v></c>')
    assert why(a_workbook(xl__anywhere_dot_bin=bomb)) == "too_many_rows"


def test_one_long_text_in_very_many_cells_is_too_much() -> None:
    texts = f'<sst xmlns="{NS}"><si><t>{"x" * 1_000_000}</t></si></sst>'
    cells = '<row><c t="s"><v>0</v></c></row>' * 100
    assert why(a_workbook(texts=texts, sheet=a_sheet(cells))) == "too_large_inside"


@pytest.mark.parametrize(
    "sheet",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa">]>' + a_sheet('<row><c r="A1"><v>&a;</v></c></row>'),
        a_sheet('<row r="1"><c r="A1"><v>1</v></row>'),
        a_sheet('<row r="x"><c><v>1</v></c></row>'),
        a_sheet('<row><c r="1A"><v>1</v></c></row>'),
        a_sheet('<row><c t="s"><v>-1</v></c></row>'),
    ],
)
def test_what_is_not_written_as_a_sheet_is_written_is_broken(sheet: str) -> None:
    assert why(a_workbook(sheet=sheet)) == "broken"


@pytest.mark.parametrize("other", ["content_dot_xml", "xl__workbook_dot_bin"])
def test_a_book_that_is_also_of_another_kind_is_none(other: str) -> None:
    assert why(a_workbook(**{other: b"<x/>"})) == "not_a_list"


def test_of_two_parts_of_one_name_neither_is_believed() -> None:
    assert why(a_workbook(XL__Worksheets__SHEET1_dot_xml=a_sheet(""))) == "broken"


@pytest.mark.parametrize("mark", [";", ",", "\t", "|"])
def test_a_line_without_end_is_refused_at_once(mark: str) -> None:
    assert why(f"Nome{mark}Telefone{mark}".encode() + mark.encode() * 5_000_000) in {
        "too_many_columns",
        "broken",
    }


def test_a_line_without_end_and_without_marks_is_one_cell_too_long() -> None:
    assert why(b"x" * 5_000_000) == "broken"
