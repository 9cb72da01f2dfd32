"""Give the whole list of clients out, so that what was given out can be taken in again."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO

from bot.domain.calendar import Calendar
from bot.domain.charge import standing_of
from bot.domain.clock import Clock
from bot.domain.days import DueDay
from bot.domain.ids import FileId
from bot.domain.plan import cycle_from, due, on_day
from bot.domain.text import t
from bot.forms.columns import FIELDS
from bot.services.export_sheets import CsvOut, SheetOut, XlsxOut
from bot.services.ports.desk import Shelf
from bot.services.ports.exports import ExportedClient, ExportStore
from bot.services.ports.house import BusinessView
from bot.services.ports.words import Words
from bot.services.sheets import XLSX

_AT_ONCE = 1000  # clients: a page is read and written in some ten milliseconds
_IN_MEMORY = 4 * 1024 * 1024
# A day must read back as the same day in any language; where people write the day first, so do we.
_DAY_FIRST = frozenset({"pt_BR", "es"})


@dataclass(frozen=True, slots=True)
class ExportMade:
    """A list that lies on the shelf."""

    file: FileId
    name: str
    mime: str
    clients: int


class Exports:
    """Lists of clients for somebody to keep, or to take elsewhere."""

    def __init__(
        self,
        *,
        store: ExportStore,
        files: Shelf,
        words: Words,
        house: BusinessView,
        calendar: Calendar,
        clock: Clock,
    ) -> None:
        self._store = store
        self._files = files
        self._words = words
        self._house = house
        self._today = calendar.today(clock.now())

    async def document(self, language: str) -> ExportMade | None:
        """Every client as an .xlsx on the shelf; none if there is nobody yet."""
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as out:
            clients = await self.xlsx(out, language)
            if not clients:
                return None
            out.seek(0)
            content = out.read()
        name = self._words.say(t("export.file"), language)
        return ExportMade(await self._files.put(name, XLSX, content), name, XLSX, clients)

    async def csv(
        self, out: IO[bytes], language: str, told: Callable[[int], None] | None = None
    ) -> int:
        """Write them all as CSV; how many. ``told`` hears how many so far."""
        return await self._write(CsvOut(out, self._headings(language)), language, told)

    async def xlsx(
        self, out: IO[bytes], language: str, told: Callable[[int], None] | None = None
    ) -> int:
        """Write them all as a workbook; how many."""
        title = self._words.say(t("export.sheet"), language)
        return await self._write(XlsxOut(out, title, self._headings(language)), language, told)

    async def _write(
        self, sheet: SheetOut, language: str, told: Callable[[int], None] | None
    ) -> int:
        clients = 0
        async for page in self._pages():
            rows = [self._row(client, language) for client in page]
            await asyncio.to_thread(sheet.write, rows)
            clients += len(rows)
            if told:
                told(clients)
        await asyncio.to_thread(sheet.close)
        return clients

    async def _pages(self) -> AsyncIterator[Sequence[ExportedClient]]:
        after: tuple[str, int] | None = None
        while page := await self._store.clients(after, _AT_ONCE):
            yield page
            after = page[-1].key

    def _headings(self, language: str) -> list[str]:
        return [self._words.say(t(f"import.heading.{field}"), language) for field in FIELDS]

    def _row(self, client: ExportedClient, language: str) -> list[str]:
        said = {
            "name": client.name,
            "phone": client.phone.local(self._house.country),
            "plan": client.plan,
            "price": _price(client, language),
            "first_due": _day(_due_of(client, self._today), language),
            "note": client.note,
            "standing": self._words.say(t(f"export.standing.{self._standing(client)}"), language),
        }
        return [said[field] for field in FIELDS]

    def _standing(self, client: ExportedClient) -> str:
        """How they stand, in a word that an import reads as the same.

        A pause comes before a debt, which the due date tells by itself.
        """
        if client.subscription != "active":
            return client.subscription
        oldest = client.oldest_open
        return standing_of(
            subscription="active",
            overdue=oldest is not None and oldest < self._today and not client.claimed,
            claimed=client.claimed,
            # What is due and was not opened yet is not paid.
            open_=oldest is not None or client.next_due <= self._today,
        ).value


def _due_of(client: ExportedClient, today: date) -> DueDay:
    """The day from which they are billed: of the oldest that is open, else of the next."""
    on = client.oldest_open or client.next_due
    if client.oldest_open is None and client.subscription != "active":
        # What fell into a pause is never charged: the first day after it.
        cycle = cycle_from(client.anchor, client.period, today, client.day_of_month)
        on = max(on, due(client.anchor, client.period, cycle, client.day_of_month))
    day = client.day_of_month or on.day
    # A charge may be older than the day that holds now.
    return DueDay(on, day if on == on_day(on.year, on.month, day) else on.day)


def _day(day: DueDay, language: str) -> str:
    if day.on.day != day.day_of_month:
        return str(day)  # 28 February, but the 31st as agreed
    return f"{day.on:%d/%m/%Y}" if language in _DAY_FIRST else day.on.isoformat()


def _price(client: ExportedClient, language: str) -> str:
    exact = str(client.price)
    return exact.replace(".", ",") if language in _DAY_FIRST else exact
