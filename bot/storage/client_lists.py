"""Clients in lists: narrowed, searched, due, late; a page at a time, however many there are."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import ClientId, PersonId, PlanId
from bot.forms.filters import ClientFilter
from bot.services.ports.clients import ClientRow, HistoryLine
from bot.services.ports.paging import COUNTED, ROWS, Found, Key, Total
from bot.storage.client_history import happened, line_of_history, place_of
from bot.storage.client_rows import FROM, LINE, by_name, line_of, name_of, page
from bot.storage.client_search import candidates
from bot.storage.standing import ACTIVE, claiming_clients, stands, still_open
from bot.storage.tables import charges, clients, subscriptions


class ClientLists:
    """Fills ``services.ports.client_store.ClientDirectory``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def search(
        self, wanted: ClientFilter, plan: PlanId | None, today: date, after: Key | None
    ) -> Found[ClientRow]:
        """By name; ``plan`` is the filter's plan, found."""
        return await self._named(_narrowed(wanted, plan, today), today, after)

    async def find(self, text: str, today: date, after: Key | None) -> Found[ClientRow]:
        """Whose name, phone or tags hold the words."""
        some = candidates(self._connection, text).limit(COUNTED + 1)
        return await self._named([clients.c.id.in_(some)], today, after)

    async def due_on(self, day: date, today: date, after: Key | None) -> Found[ClientRow]:
        """Who has an open charge due that day, by name."""
        due = sa.select(charges.c.client_id).where(still_open(), charges.c.due_on == day)
        return await self._named([clients.c.id.in_(due)], today, after)

    async def overdue(self, today: date, after: Key | None) -> Found[ClientRow]:
        """Who is late, the longest first."""
        since = sa.func.min(charges.c.due_on)
        late = (
            sa.select(charges.c.client_id, since.label("since"))
            .where(
                still_open(),
                charges.c.due_on < today,
                charges.c.client_id.not_in(claiming_clients()),
            )
            .group_by(charges.c.client_id)
        )
        total = await self._count(late)
        if after is not None:
            place = sa.tuple_(since, charges.c.client_id)
            began = date.fromisoformat(after["since"])
            late = late.having(place > sa.tuple_(began, int(after["id"])))
        some = late.order_by(since, charges.c.client_id).limit(ROWS + 1).subquery("late")
        query = LINE.join(some, some.c.client_id == clients.c.id)
        rows = await self._rows(query.order_by(some.c.since, clients.c.id))
        return page(rows, lambda row: line_of(row, today), _since, total)

    async def history(
        self, client: ClientId, person: PersonId, after: Key | None
    ) -> Found[HistoryLine]:
        """What happened with one client, the latest first."""
        rows = await self._rows(happened(client, person, after))
        return page(rows, line_of_history, place_of)

    async def _named(
        self, narrowed: list[sa.ColumnElement[bool]], today: date, after: Key | None
    ) -> Found[ClientRow]:
        total = await self._count(sa.select(clients.c.id).select_from(FROM).where(*narrowed))
        rows = await self._rows(by_name(LINE.where(*narrowed), after))
        return page(rows, lambda row: line_of(row, today), name_of, total)

    async def _count(self, query: sa.Select[Any]) -> Total:
        """How many, counted no further than anybody reads."""
        some = query.limit(COUNTED + 1).subquery("some")
        counted = sa.select(sa.func.count()).select_from(some)
        number = (await self._connection.execute(counted)).scalar_one()
        return Total(min(number, COUNTED), more=number > COUNTED)

    async def _rows(self, query: sa.Select[Any]) -> list[sa.Row[Any]]:
        return list((await self._connection.execute(query)).all())


def _since(row: sa.Row[Any]) -> Key:
    return {"since": row.oldest.isoformat(), "id": row.id}


def _narrowed(
    wanted: ClientFilter, plan: PlanId | None, today: date
) -> list[sa.ColumnElement[bool]]:
    """A filter as conditions; each part that is not asked for is none."""
    price = subscriptions.c.price
    given = [
        stands(wanted.standing, today) if wanted.standing else None,
        subscriptions.c.plan_id == plan if plan else None,
        price >= wanted.amount_from.minor if wanted.amount_from else None,
        price <= wanted.amount_to.minor if wanted.amount_to else None,
        _due_within(wanted) if wanted.due_from or wanted.due_to else None,
    ]
    return [condition for condition in given if condition is not None]


def _due_within(wanted: ClientFilter) -> sa.ColumnElement[bool]:
    """Something open, or what opens next, falls due in the range."""
    first, last = wanted.due_from or date.min, wanted.due_to or date.max
    open_ = sa.select(charges.c.client_id).where(
        still_open(), charges.c.due_on.between(first, last)
    )
    coming = sa.and_(
        subscriptions.c.standing == ACTIVE, subscriptions.c.next_due.between(first, last)
    )
    return sa.or_(clients.c.id.in_(open_), coming)
