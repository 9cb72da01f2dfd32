"""The first sheet of an .xlsx workbook, once it is known to be small enough to open."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from bot.domain.errors import Refusal
from bot.services.sheet_size import Ruler, SharedTexts

MOST_UNPACKED = 80 * 1024 * 1024  # twenty thousand rows of thirty columns, and room to spare
_HEADINGS = 1  # row, above those that are counted
_MOST_PARTS = 2000
_OTHER_KINDS = {"xl/workbook.bin", "content.xml"}
_CHUNK = 1 << 20
_LOCAL_HEADER = 30  # bytes, before the name and the extra field
_SHEETS_LOOKED_AT = 5


def read_workbook(content: bytes, most_rows: int) -> list[list[str]]:
    """The rows of the first sheet that holds anything, from its first row on."""
    try:
        _weigh(content, most_rows)
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            for place in range(min(len(book.sheet_names), _SHEETS_LOOKED_AT)):
                rows = book.get_sheet_by_index(place).to_python(skip_empty_area=False)
                if len(rows) > most_rows + _HEADINGS:  # cells need not say where they stand
                    raise Refusal("errors.import.too_many_rows", most=most_rows)
                if rows:
                    return [[_written(cell) for cell in row] for row in rows]
    except (zipfile.BadZipFile, zlib.error, CalamineError, ValueError, OSError) as error:
        raise Refusal("errors.import.broken") from error
    return []


def _weigh(content: bytes, most_rows: int) -> None:
    """Refuse a workbook that would burst, before anything is asked to hold it.

    A few kilobytes may unpack to gigabytes, and two cells may span a grid of billions.
    """
    texts, sheets = SharedTexts(), []
    unpacked = 0
    for part in _parts(content):
        whole = bytearray()
        for chunk in _inflated(content, part):
            unpacked += len(chunk)
            # What a part says of its own size need not be true.
            if unpacked > MOST_UNPACKED:
                raise Refusal("errors.import.too_large_inside")
            whole += chunk
        if _plain(part) == "xl/sharedstrings.xml":
            texts.read(bytes(whole))
        elif b"sheetData" in whole:  # a workbook may call its sheets as it likes
            sheets.append(bytes(whole))
    for sheet in sheets:
        Ruler(most_rows, MOST_UNPACKED, texts).read(sheet)


def _parts(content: bytes) -> list[zipfile.ZipInfo]:
    """What is in it, if it can be a workbook at all."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
    names = {_plain(part) for part in parts}
    # What is also a book of another kind would be read as that, and measured as this.
    if "xl/workbook.xml" not in names or names & _OTHER_KINDS:
        raise Refusal("errors.import.not_a_list")
    if len(names) < len(parts):  # which of two would be read, nobody knows
        raise Refusal("errors.import.broken")
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Refusal("errors.import.too_large_inside")
    return parts


def _plain(part: zipfile.ZipInfo) -> str:
    return part.filename.replace("\\", "/").lower()


def _inflated(content: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    header = content[part.header_offset : part.header_offset + _LOCAL_HEADER]
    before = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    start = part.header_offset + _LOCAL_HEADER + before
    packed = content[start : start + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        yield packed
        return
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise Refusal("errors.import.broken")
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    while packed and not engine.eof:
        yield engine.decompress(packed, _CHUNK)
        packed = engine.unconsumed_tail


def _written(cell: Any) -> str:
    """A cell as a person would have typed it."""
    match cell:
        case bool() | time() | timedelta():
            return str(cell)
        case float() if cell.is_integer():
            return str(int(cell))
        case float():
            # Two decimals or four, never three: "49.875" would read as fifty thousand.
            exact = f"{cell:.2f}"
            return exact if abs(float(exact) - cell) < 1e-9 else f"{cell:.4f}"  # noqa: PLR2004
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime() | date():
            return cell.isoformat()
    return str(cell)
