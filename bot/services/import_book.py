"""Lists of clients, as every deed about them finds them: read, and sorted by who is known."""

import asyncio
from datetime import date, datetime
from typing import Any

from bot.domain.calendar import Calendar
from bot.domain.clock import Clock
from bot.domain.errors import NotFound
from bot.domain.ids import FileId
from bot.services.import_plans import planned, priced
from bot.services.import_preview import Sorted
from bot.services.list_reading import read_list
from bot.services.ports.billing import LEAD_DAYS, ChargeOpening
from bot.services.ports.client_store import ClientStore
from bot.services.ports.desk import Shelf
from bot.services.ports.house import Audit, BusinessView
from bot.services.ports.imports import ImportId, ImportRow, ImportStore
from bot.services.ports.plans import PlanStore
from bot.services.ports.words import Words


class ImportBook:
    """A list is read anew each time it is looked at: the bytes are the truth."""

    def __init__(  # noqa: PLR0913 - what a service stands on, each by its name
        self,
        *,
        imports: ImportStore,
        files: Shelf,
        clients: ClientStore,
        plans: PlanStore,
        charges: ChargeOpening,
        audit: Audit,
        words: Words,
        house: BusinessView,
        calendar: Calendar,
        clock: Clock,
        lead: int = LEAD_DAYS,
    ) -> None:
        self._imports = imports
        self._files = files
        self._clients = clients
        self._plans = plans
        self._charges = charges
        self._audit = audit
        self._words = words
        self._house = house
        self._calendar = calendar
        self._clock = clock
        self._lead = lead

    @property
    def _now(self) -> datetime:
        return self._clock.now()

    @property
    def _today(self) -> date:
        return self._calendar.today(self._now)

    async def _lock(self, number: ImportId) -> ImportRow:
        row = await self._imports.lock(number)
        if row is None:
            raise NotFound("errors.import.gone")
        return row

    async def _look(self, file: FileId) -> Sorted:
        """Read the list, and find out who and what is known already."""
        stored = await self._files.get(file)
        context: dict[str, Any] = {
            "today": self._today,
            "country": self._house.country,
            "currency": self._house.currency,
        }
        # Twenty thousand rows take a second or two: others are answered meanwhile.
        read = await asyncio.to_thread(read_list, stored.content, context)
        known = await self._clients.known_phones([row.phone.key for row in read.good])
        new = [row for row in read.good if row.phone.key not in known]
        plans = await self._plans.keys()
        to_make = planned(new, plans)
        with_price, without = priced(new, plans, to_make)
        bad = sorted((*read.bad, *without), key=lambda row: row.number)
        return Sorted(
            file=stored.name,
            headings=read.headings,
            ignored=read.columns.ignored,
            guessed=read.columns.guessed,
            new=tuple(with_price),
            known=tuple(row for row in read.good if row.phone.key in known),
            repeated=read.repeated,
            unreadable=tuple(bad),
            plans=to_make,
        )
