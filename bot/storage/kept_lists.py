"""Lists of clients as they were read before, page by page, while nothing in them has changed."""

from datetime import date
from functools import partial
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import PlanId
from bot.forms.filters import ClientFilter
from bot.resilience.cache import Kind, Load
from bot.services.ports.clients import ClientRow
from bot.services.ports.kept import CLIENTS_S, Kept, Subject
from bot.services.ports.paging import ROWS, Found, Key
from bot.storage.client_lists import ClientLists

_ON = frozenset({Subject.MONEY, Subject.CLIENTS, Subject.CLAIMS, Subject.PLANS})
LIST: Kind[Found[ClientRow]] = Kind("clients", CLIENTS_S, _ON)


class KeptLists(ClientLists):
    """Fills ``services.ports.client_store.ClientDirectory``. A history is read anew each time."""

    def __init__(self, connection: AsyncConnection, kept: Kept, rows: int = ROWS) -> None:
        super().__init__(connection, rows)
        self._kept = kept

    async def search(
        self,
        wanted: ClientFilter,
        plan: PlanId | None,
        today: date,
        after: Key | None,
        text: str = "",
    ) -> Found[ClientRow]:
        """See ``ClientLists``."""
        load = partial(super().search, wanted, plan, today, after, text)
        asked = wanted.model_dump(mode="json")
        return await self._page(load, after, "search", asked, plan, today, text)

    async def find(self, text: str, today: date, after: Key | None) -> Found[ClientRow]:
        """See ``ClientLists``."""
        load = partial(super().find, text, today, after)
        return await self._page(load, after, "find", text, today)

    async def due_on(self, day: date, today: date, after: Key | None) -> Found[ClientRow]:
        """See ``ClientLists``."""
        load = partial(super().due_on, day, today, after)
        return await self._page(load, after, "due", day, today)

    async def overdue(self, today: date, after: Key | None) -> Found[ClientRow]:
        """See ``ClientLists``."""
        load = partial(super().overdue, today, after)
        return await self._page(load, after, "late", today)

    async def _page(
        self, load: Load[Found[ClientRow]], after: Key | None, *asked: Any
    ) -> Found[ClientRow]:
        if after is not None and self._most > ROWS:
            # A program goes through all of them once; the memory is for people, who come back.
            return await load()
        key = orjson.dumps([self._most, after, *asked], option=orjson.OPT_SORT_KEYS)
        return await self._kept.get(LIST, key.decode(), load)
