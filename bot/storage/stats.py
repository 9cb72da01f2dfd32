"""The figures of the business, counted a set at a time."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.plan import Period
from bot.services.ports.paging import COUNTED
from bot.services.ports.stats import Billed, Coming, OpenDay, Sum
from bot.storage.standing import owing
from bot.storage.tables import claims, outbox

# What revision 0004 keeps: by what and by day, how many, of how much, how much of it is paid.
# Several rows for one day, as several people write at once; they are read as one.
_tallies = sa.table(
    "tallies",
    sa.column("what", sa.Text),
    sa.column("day", sa.Date),
    sa.column("number", sa.BigInteger),
    sa.column("amount", sa.BigInteger),
    sa.column("paid", sa.BigInteger),
)
_DUE, _OPEN, _RECEIVED = "due", "open", "received"
_COMING = {f"coming {period.value}": period for period in Period}
_NUMBER = sa.func.coalesce(sa.func.sum(_tallies.c.number), 0).label("those")
_AMOUNT = sa.func.coalesce(sa.func.sum(_tallies.c.amount), 0).label("amount")
_PAID = sa.func.coalesce(sa.func.sum(_tallies.c.paid), 0).label("paid")


class Stats:
    """Fills ``services.ports.stats.StatsStore``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def active_clients(self) -> int:
        """Clients with an active subscription."""
        # Nobody has two subscriptions, and each that is active will be charged again some day.
        return await self._number(sa.select(_NUMBER).where(_tallies.c.what.in_(_COMING)))

    async def late(self, today: date) -> Sum:
        """Clients with an open charge due before today, and what is left of those charges."""
        late = owing(date.min, today - timedelta(days=1)).limit(COUNTED + 1).subquery("late")
        number = await self._number(sa.select(sa.func.count()).select_from(late))
        left = sa.select(_AMOUNT - _PAID).where(_tallies.c.what == _OPEN, _tallies.c.day < today)
        return Sum(min(number, COUNTED), await self._number(left), more=number > COUNTED)

    async def due_on(self, day: date) -> int:
        """Open charges due that day."""
        those = sa.select(_NUMBER).where(_tallies.c.what == _OPEN, _tallies.c.day == day)
        return await self._number(those)

    async def pending_claims(self) -> int:
        """Claims that wait for a decision."""
        # Written out, for a partial index is only used where its condition is seen.
        pending = sa.text("state = 'pending'")
        return await self._number(sa.select(sa.func.count()).select_from(claims).where(pending))

    async def open_by_day(self) -> Sequence[OpenDay]:
        """All that is open, by due date, the oldest first."""
        rows = await self._by_day(_OPEN)
        return [OpenDay(row.day, int(row.those), int(row.amount - row.paid)) for row in rows]

    async def billed(self, first: date, last: date) -> Sequence[Billed]:
        """What fell due, by day."""
        rows = await self._by_day(_DUE, _tallies.c.day.between(first, last))
        return [Billed(row.day, int(row.amount), int(row.paid)) for row in rows]

    async def coming(self, first: date, last: date) -> Sequence[Coming]:
        """What has no charge yet and will be due, by period and day."""
        query = (
            sa.select(_tallies.c.what, _tallies.c.day, _AMOUNT)
            .where(_tallies.c.what.in_(_COMING), _tallies.c.day.between(first, last))
            .group_by(_tallies.c.what, _tallies.c.day)
        )
        rows = await self._connection.execute(query)
        return [Coming(_COMING[row.what], row.day, int(row.amount)) for row in rows]

    async def received(self, first: date, last: date) -> Mapping[date, int]:
        """What came in and was not taken back, by the day it was paid."""
        # A payment is always allocated to the last centavo, so its amount is its allocations.
        rows = await self._by_day(_RECEIVED, _tallies.c.day.between(first, last))
        return {row.day: int(row.amount) for row in rows}

    async def reminders(self, since: datetime) -> Mapping[str, int]:
        """Reminders made since then, by their state (``domain.delivery.State``)."""
        query = (
            sa.select(outbox.c.state, sa.func.count().label("those"))
            .where(outbox.c.purpose == "reminder", outbox.c.created_at >= since)
            .group_by(outbox.c.state)
        )
        return {row.state: row.those for row in await self._connection.execute(query)}

    async def _number(self, query: sa.Select[Any]) -> int:
        return int((await self._connection.execute(query)).scalar_one())

    async def _by_day(self, what: str, *days: sa.ColumnElement[bool]) -> Sequence[sa.Row[Any]]:
        """The days on which there is any, in order."""
        query = sa.select(_tallies.c.day, _NUMBER, _AMOUNT, _PAID)
        query = query.where(_tallies.c.what == what, *days).group_by(_tallies.c.day)
        query = query.having(sa.func.sum(_tallies.c.number) > 0).order_by(_tallies.c.day)
        return list(await self._connection.execute(query))
