"""Charges in a list, a page at a time by due date and number."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.charge import ChargeState
from bot.domain.ids import ChargeId, ClientId
from bot.domain.money import Money
from bot.services.ports.charge_list import ChargeFilter, ChargeRow
from bot.services.ports.paging import ROWS, Found, Key
from bot.storage.client_rows import page
from bot.storage.standing import charge_state, still_open
from bot.storage.tables import charges, clients

# Where the state says so, the index of what is open is used.
_CLOSED = {ChargeState.SETTLED, ChargeState.CANCELLED}


class ChargeLists:
    """Fills ``services.ports.charge_list.ChargeDirectory``."""

    def __init__(self, connection: AsyncConnection, rows: int = ROWS) -> None:
        """``rows`` stand on a page."""
        self._connection = connection
        self._rows = rows

    async def listed(
        self, wanted: ChargeFilter, today: date, after: Key | None
    ) -> Found[ChargeRow]:
        """By due date, the oldest first."""
        query = (
            sa.select(charges, clients.c.name, charge_state(today).label("state"))
            .join(clients, clients.c.id == charges.c.client_id)
            .where(*_narrowed(wanted, today))
            .order_by(charges.c.due_on, charges.c.id)
            .limit(self._rows + 1)
        )
        if after is not None:
            place = sa.tuple_(charges.c.due_on, charges.c.id)
            began = date.fromisoformat(after["due"])
            query = query.where(place > sa.tuple_(began, int(after["id"])))
        rows = (await self._connection.execute(query)).all()
        return page(rows, _row, _place, most=self._rows)


def _narrowed(wanted: ChargeFilter, today: date) -> list[sa.ColumnElement[bool]]:
    state = wanted.state
    given = [
        still_open() if state and state not in _CLOSED else None,
        charge_state(today) == state.value if state else None,
        charges.c.client_id == wanted.client if wanted.client else None,
        charges.c.due_on >= wanted.due_from if wanted.due_from else None,
        charges.c.due_on <= wanted.due_to if wanted.due_to else None,
    ]
    return [condition for condition in given if condition is not None]


def _row(row: sa.Row[Any]) -> ChargeRow:
    return ChargeRow(
        id=ChargeId(row.id),
        client_id=ClientId(row.client_id),
        client_name=row.name,
        due_on=row.due_on,
        amount=Money(row.amount, row.currency),
        paid=Money(row.paid, row.currency),
        state=ChargeState(row.state),
    )


def _place(row: sa.Row[Any]) -> Key:
    return {"due": row.due_on.isoformat(), "id": row.id}
