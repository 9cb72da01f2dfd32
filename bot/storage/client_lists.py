"""Clients in lists: narrowed, searched, due, late; a page at a time, however many there are."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import ClientId, PersonId, PlanId
from bot.forms.filters import ClientFilter
from bot.services.ports.clients import ClientRow, HistoryLine
from bot.services.ports.paging import COUNTED, ROWS, Found, Key, Total
from bot.storage.client_history import happened, line_of_history, place_of
from bot.storage.client_rows import LINE, by_name, line_of, name_of, page
from bot.storage.client_search import all_fit, candidates
from bot.storage.narrowing import first_found, narrowed
from bot.storage.standing import claim_pending, owes, owing
from bot.storage.tables import charges, clients


class ClientLists:
    """Fills ``services.ports.client_store.ClientDirectory``."""

    def __init__(self, connection: AsyncConnection, rows: int = ROWS) -> None:
        """``rows`` stand on a page."""
        self._connection = connection
        self._most = rows

    async def search(
        self,
        wanted: ClientFilter,
        plan: PlanId | None,
        today: date,
        after: Key | None,
        text: str = "",
    ) -> Found[ClientRow]:
        """By name; ``plan`` is the filter's plan, found; ``text`` as in ``find``."""
        asked = narrowed(wanted, plan, today, clients.c.id)
        few = first_found(wanted, plan, today)
        if text:
            some = candidates(self._connection, text).subquery("named")
            few = sa.select(some.c.client_id)
            few = few.where(*narrowed(wanted, plan, today, some.c.client_id))
            asked.append(all_fit(text))
        return await self._named(few, asked, today, after)

    async def find(self, text: str, today: date, after: Key | None) -> Found[ClientRow]:
        """Whose name, phone or tags hold the words."""
        # Of many, those first met: a common surname is far down among all first names.
        few = candidates(self._connection, text)
        return await self._named(few, None, today, after)

    async def due_on(self, day: date, today: date, after: Key | None) -> Found[ClientRow]:
        """Who has an open charge due that day, by name."""
        return await self._named(owing(day, day), [owes(clients.c.id, day, day)], today, after)

    async def overdue(self, today: date, after: Key | None) -> Found[ClientRow]:
        """Who is late, the longest first."""
        late = owing(date.min, today - timedelta(days=1))
        late = late.where(~claim_pending(charges.c.client_id))
        number = await self._count(late)
        if after is not None:
            began = sa.tuple_(date.fromisoformat(after["since"]), int(after["charge"]))
            late = late.where(sa.tuple_(charges.c.due_on, charges.c.id) > began)
        late = late.add_columns(charges.c.due_on.label("since"), charges.c.id.label("charge"))
        late = late.order_by(charges.c.due_on, charges.c.id).limit(self._most + 1)
        some = late.subquery("late")
        query = LINE.add_columns(some.c.since, some.c.charge)
        query = query.join(some, some.c.client_id == clients.c.id)
        rows = await self._rows(query.order_by(some.c.since, some.c.charge))
        return page(rows, lambda row: line_of(row, today), _since, _total(number), self._most)

    async def history(
        self, client: ClientId, person: PersonId, after: Key | None
    ) -> Found[HistoryLine]:
        """What happened with one client, the latest first."""
        rows = await self._rows(happened(client, person, after))
        return page(rows, line_of_history, place_of)

    async def _named(
        self,
        few: sa.Select[Any],
        asked: Sequence[sa.ColumnElement[bool]] | None,
        today: date,
        after: Key | None,
    ) -> Found[ClientRow]:
        """A page by name of whoever is in ``few``, which is also whoever is as ``asked``.

        Few are put in order. Of so many that nobody counts them, the next ones by name are soon
        met on the way through all names.
        """
        number = await self._count(few)
        those = sa.select(clients.c.id, clients.c.name_key)
        if number > COUNTED and asked is not None:
            those = those.where(*asked)
        else:
            some = few.limit(COUNTED).subquery("few")
            those = those.join(some, some.c.client_id == clients.c.id)
        rows = await self._rows(by_name(those, after, self._most))
        return page(rows, lambda row: line_of(row, today), name_of, _total(number), self._most)

    async def _count(self, query: sa.Select[Any]) -> int:
        """How many, counted no further than one beyond what anybody reads."""
        some = query.limit(COUNTED + 1).subquery("some")
        counted = sa.select(sa.func.count()).select_from(some)
        return int((await self._connection.execute(counted)).scalar_one())

    async def _rows(self, query: sa.Select[Any]) -> list[sa.Row[Any]]:
        return list((await self._connection.execute(query)).all())


def _total(number: int) -> Total:
    return Total(min(number, COUNTED), more=number > COUNTED)


def _since(row: sa.Row[Any]) -> Key:
    return {"since": row.since.isoformat(), "charge": row.charge}
