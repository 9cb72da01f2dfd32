"""Spreadsheets of every make come in as rows of text; what goes out holds no formula."""

import io
import struct
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from bot.domain.errors import Refusal
from bot.services.sheets import MOST_BYTES, MOST_ROWS, read_sheet, write_sheet

SAMPLE = Path(__file__).parents[1] / "data" / "clientes.csv"
HEAD = "Nome;Telefone;Plano;Vencimento\n"
ROW = ("Patrícia", "27 99814-2173", "Mensal", "dia 10")
CELLS = [("Nome", "Telefone", "Plano", "Vencimento"), ROW]


def cells(content: bytes) -> list[tuple[str, ...]]:
    return [row.cells for row in read_sheet(content)]


def workbook(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        fill(book)
    return made.getvalue()


def zipped(**parts: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        for name, content in parts.items():
            archive.writestr(f"xl/worksheets/{name}.xml", content)
    return made.getvalue()


@pytest.mark.parametrize("mark", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_csv_comes_out_the_same(mark: str, encoding: str, end: str) -> None:
    text = end.join(mark.join(row) for row in CELLS) + end
    assert cells(text.encode(encoding)) == CELLS


def test_a_comma_within_an_amount_does_not_split_a_row() -> None:
    text = "Nome;Telefone;Valor\nAna, a boa;27 99814-2173;49,90\nBia;27 99814-2174;1.250,00\n"
    assert cells(text.encode())[1] == ("Ana, a boa", "27 99814-2173", "49,90")


def test_excels_own_line_about_the_mark_is_obeyed() -> None:
    rows = read_sheet(b"sep=,\nNome,Telefone\nAna,1\n")
    assert [(row.number, row.cells) for row in rows] == [
        (2, ("Nome", "Telefone")),
        (3, ("Ana", "1")),
    ]


def test_rows_are_numbered_as_a_spreadsheet_numbers_them() -> None:
    text = HEAD + 'Ana;1;"linha\nquebrada";x\n;;;\nBia;2;y;z\n'
    assert [row.number for row in read_sheet(text.encode())] == [1, 2, 4]


def test_the_sample_of_oddities_is_read_whole() -> None:
    rows = read_sheet(SAMPLE.read_bytes())
    assert len(rows) == 19
    assert rows[2].cells[5] == '=HYPERLINK("x")'
    assert rows[3].cells[5] == "linha\nquebrada"
    assert rows[3].cells[0] == "João Anjos 🎾"


def test_a_workbook_comes_out_as_a_person_would_have_typed_it() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(2, 0, ["Ana", 27998142173, 49.9, 1250, 49.875, True])
        sheet.write_datetime(2, 6, datetime(2026, 12, 20), day)  # noqa: DTZ001 - as Excel has it
        sheet.write_string(2, 7, "=1+1")

    (row,) = read_sheet(workbook(fill))
    assert row.number == 3
    assert row.cells == (
        "Ana",
        "27998142173",
        "49.90",
        "1250",
        "49.8750",
        "True",
        "2026-12-20",
        "=1+1",
    )


def test_the_first_sheet_that_holds_anything_is_read() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("vazia")
        book.add_worksheet("clientes").write_row(0, 0, ["Nome", "Telefone"])
        book.add_worksheet("outra").write_row(0, 0, ["nada"])

    assert cells(workbook(fill)) == [("Nome", "Telefone")]


def test_an_empty_workbook_has_no_rows() -> None:
    assert read_sheet(workbook(lambda book: book.add_worksheet())) == []


@given(
    st.lists(
        st.lists(
            st.text(
                st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]),
                min_size=1,
                max_size=20,
            ),
            min_size=2,
            max_size=2,
        ),
        max_size=4,
    )
)
def test_what_is_written_reads_back(rows: list[list[str]]) -> None:
    written = write_sheet("Clientes", ["um", "dois"], rows)
    expected = [("um", "dois"), *(tuple(row) for row in rows if any(cell.strip() for cell in row))]
    assert cells(written) == expected


def test_nothing_that_is_written_is_a_formula() -> None:
    evil = ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "http://x.example", "001"]
    written = write_sheet("x", ["a"] * 6, [evil])
    assert cells(written)[1] == tuple(evil)
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
        styles = archive.read("xl/styles.xml")
    assert b"<f>" not in sheet
    assert b"hyperlink" not in sheet
    assert b'quotePrefix="1"' in styles


def test_a_sheets_name_is_cut_to_what_excel_bears() -> None:
    written = write_sheet("n" * 40, ["a"], [])
    with CalamineWorkbook.from_filelike(io.BytesIO(written)) as book:
        assert book.sheet_names == ["n" * 31]


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not_a_list"),
        (b"%PDF-1.7 ...", "not_a_list"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_excel"),
        (b"PK\x03\x04 and then nothing", "broken"),
        (b"\xff\xfea", "not_a_list"),
        (b"a\x81b", "not_a_list"),
        (b"x" * (MOST_BYTES + 1), "too_large"),
        (b"a;b\n" * (MOST_ROWS + 2), "too_many_rows"),
        (b'Nome;"' + b"x" * 200_000, "broken"),
    ],
)
def test_what_is_no_list_is_refused_with_the_reason(content: bytes, key: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_sheet(content)
    assert refused.value.key == f"errors.import.{key}"


def test_another_kind_of_archive_is_no_list() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    with pytest.raises(Refusal, match="not_a_list"):
        read_sheet(made.getvalue())


def test_a_workbook_that_is_none_inside_is_refused() -> None:
    with pytest.raises(Refusal, match="broken"):
        read_sheet(zipped(sheet1=b"<x/>"))


def test_a_workbook_that_unpacks_to_a_flood_is_refused() -> None:
    with pytest.raises(Refusal, match="too_large_inside"):
        read_sheet(zipped(sheet1=b" " * (81 * 1024 * 1024)))


def test_a_workbook_that_lies_about_its_size_is_refused_all_the_same() -> None:
    size = 81 * 1024 * 1024
    honest = zipped(sheet1=b" " * size)
    lying = honest.replace(struct.pack("<L", size), struct.pack("<L", 10))
    assert lying != honest
    with pytest.raises(Refusal, match="too_large_inside"):
        read_sheet(lying)


def test_two_cells_far_apart_do_not_span_a_desert() -> None:
    with pytest.raises(Refusal, match="too_many_rows"):
        read_sheet(workbook(lambda book: book.add_worksheet().write(1_000_000, 0, "x")))
    with pytest.raises(Refusal, match="too_many_columns"):
        read_sheet(workbook(lambda book: book.add_worksheet().write(0, 5_000, "x")))


def test_rows_that_do_not_say_where_they_stand_are_counted_all_the_same() -> None:
    book = workbook(lambda book: book.add_worksheet().write(0, 0, 1))
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                start, end = content.index(b"<sheetData>") + 11, content.index(b"</sheetData>")
                rows = b"<row><c><v>1</v></c></row>" * (MOST_ROWS + 2)
                content = content[:start] + rows + content[end:]
            archive.writestr(name, content)
    with pytest.raises(Refusal, match="too_many_rows") as refused:
        read_sheet(made.getvalue())
    assert refused.value.params == {"most": MOST_ROWS}


def test_cells_that_are_only_coloured_count_for_nothing() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Nome", "Telefone"])
        sheet.write_blank(900_000, 0, None, book.add_format({"bold": True}))

    assert cells(workbook(fill)) == [("Nome", "Telefone")]


def test_a_date_without_a_time_is_a_date() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        book.add_worksheet().write_datetime(0, 0, date(2026, 12, 20), day)

    assert cells(workbook(fill)) == [("2026-12-20",)]
