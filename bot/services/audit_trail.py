"""Look up who did what: a page at a time, one deed with all it changed, or all as a spreadsheet."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from typing import IO, Literal

from bot.domain.calendar import Calendar
from bot.domain.errors import NotFound
from bot.domain.ids import FileId
from bot.domain.names import fold
from bot.domain.text import Text, t
from bot.domain.trail import KNOWN_PREFIXES, Kind
from bot.forms.audit import DeedFilter
from bot.services.audit_words import changes, what, whence, who
from bot.services.export_sheets import CsvOut, XlsxOut
from bot.services.ports.audit import AuditBook, DeedView, Sought
from bot.services.ports.desk import Shelf
from bot.services.ports.paging import ROWS, Found, Key
from bot.services.ports.words import Words
from bot.services.sheets import XLSX

CSV = "text/csv"
_AT_ONCE = 1000  # lines written at once
_MOST = 50_000  # lines of one file; narrowed by day or person, older ones fit as well
_IN_MEMORY = 4 * 1024 * 1024
_COLUMNS = ("at", "who", "what", "whom", "changes", "from", "request")


@dataclass(frozen=True, slots=True)
class DeedsMade:
    """A spreadsheet of deeds on the shelf; ``more``: there are older ones that are not in it."""

    file: FileId
    name: str
    mime: str
    lines: int
    more: bool


class AuditTrail:
    """One transaction's look at the record."""

    def __init__(self, *, book: AuditBook, files: Shelf, words: Words, calendar: Calendar) -> None:
        self._book = book
        self._files = files
        self._words = words
        self._calendar = calendar

    async def page(self, wanted: DeedFilter, after: Key | None) -> Found[DeedView]:
        """The newest first."""
        last = int(after["id"]) if after else None
        found = await self._book.page(await self._sought(wanted), last, ROWS + 1)
        seen = tuple(found[:ROWS])
        return Found(seen, {"id": seen[-1].id} if len(found) > ROWS else None)

    async def deed(self, number: int) -> DeedView:
        """One of them."""
        found = await self._book.get(number)
        if found is None:
            raise NotFound("errors.audit.gone")
        return found

    async def people(self) -> Sequence[str]:
        """The names of everybody who ever did anything."""
        return [name for name in dict.fromkeys((await self._book.people()).values()) if name]

    async def document(
        self, wanted: DeedFilter, language: str, form: Literal["xlsx", "csv"]
    ) -> DeedsMade | None:
        """All that is looked for, as a spreadsheet on the shelf; none if there is nothing."""
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as out:
            lines = await self._write(out, wanted, language, form)
            if not lines:
                return None
            out.seek(0)
            content = out.read()
        name = f"{self._words.say(t('audit.file'), language)}.{form}"
        mime = XLSX if form == "xlsx" else CSV
        file = await self._files.put(name, mime, content)
        return DeedsMade(file, name, mime, min(lines, _MOST), lines > _MOST)

    async def _write(
        self, out: IO[bytes], wanted: DeedFilter, language: str, form: Literal["xlsx", "csv"]
    ) -> int:
        headings = [self._words.say(t(f"audit.column.{name}"), language) for name in _COLUMNS]
        title = self._words.say(t("audit.sheet"), language)
        sheet = XlsxOut(out, title, headings) if form == "xlsx" else CsvOut(out, headings)
        lines = 0
        async for page in self._pages(await self._sought(wanted)):
            rows = [self._row(deed, language) for deed in page[: _MOST - lines]]
            await asyncio.to_thread(sheet.write, rows)
            lines += len(page)
            if lines > _MOST:
                break
        await asyncio.to_thread(sheet.close)
        return lines

    async def _pages(self, sought: Sought) -> AsyncIterator[Sequence[DeedView]]:
        after: int | None = None
        while page := await self._book.page(sought, after, _AT_ONCE):
            yield page
            after = page[-1].id

    def _row(self, deed: DeedView, language: str) -> list[str]:
        def say(text: Text) -> str:
            return self._words.say(text, language)

        return [
            say(t("audit.value", value=deed.at)),
            say(who(deed)),
            say(what(deed)),
            deed.client_name,
            "\n".join(say(line) for line in changes(deed)),
            say(whence(deed)),
            deed.request_id,
        ]

    async def _sought(self, wanted: DeedFilter) -> Sought:
        by = None
        if wanted.who:
            part = fold(wanted.who)
            by = [who for who, name in (await self._book.people()).items() if part in fold(name)]
        system = wanted.kind is Kind.SYSTEM
        day = wanted.day
        return Sought(
            begins=wanted.kind.prefixes if wanted.kind else (),
            but=KNOWN_PREFIXES if system else (),
            by=by,
            whom=fold(wanted.whom) if wanted.whom else "",
            since=self._calendar.at(day, time.min) if day else None,
            until=self._calendar.at(day + timedelta(days=1), time.min) if day else None,
        )
