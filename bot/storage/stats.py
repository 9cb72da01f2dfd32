"""The figures of the business, counted a set at a time."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.ports.stats import Billed, Coming, OpenDay, Sum
from bot.storage.standing import ACTIVE, still_open
from bot.storage.tables import charges, claims, outbox, payments, subscriptions

_LEFT = sa.func.coalesce(sa.func.sum(charges.c.amount - charges.c.paid), 0)
_WHOSE = sa.func.count(charges.c.client_id.distinct())


class Stats:
    """Fills ``services.ports.stats.StatsStore``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def active_clients(self) -> int:
        """Clients with an active subscription."""
        # Nobody has two subscriptions, and their number is read off an index.
        those = sa.select(sa.func.count()).where(subscriptions.c.standing == ACTIVE)
        return await self._number(those)

    async def late(self, today: date) -> Sum:
        """Clients with an open charge due before today, and what is left of those charges."""
        query = sa.select(_WHOSE.label("those"), _LEFT.label("left"))
        query = query.where(still_open(), charges.c.due_on < today)
        row = (await self._connection.execute(query)).one()
        return Sum(row.those, int(row.left))

    async def due_on(self, day: date) -> int:
        """Open charges due that day."""
        those = sa.select(sa.func.count()).where(still_open(), charges.c.due_on == day)
        return await self._number(those)

    async def pending_claims(self) -> int:
        """Claims that wait for a decision."""
        # Written out, for a partial index is only used where its condition is seen.
        pending = sa.text("state = 'pending'")
        return await self._number(sa.select(sa.func.count()).select_from(claims).where(pending))

    async def open_by_day(self) -> Sequence[OpenDay]:
        """All that is open, by due date, the oldest first."""
        query = (
            sa.select(charges.c.due_on, sa.func.count().label("those"), _LEFT.label("left"))
            .where(still_open())
            .group_by(charges.c.due_on)
            .order_by(charges.c.due_on)
        )
        rows = await self._connection.execute(query)
        return [OpenDay(row.due_on, row.those, int(row.left)) for row in rows]

    async def billed(self, first: date, last: date) -> Sequence[Billed]:
        """What fell due, by day."""
        query = (
            sa.select(
                charges.c.due_on,
                sa.func.sum(charges.c.amount).label("amount"),
                sa.func.sum(charges.c.paid).label("paid"),
            )
            .where(charges.c.due_on.between(first, last), charges.c.cancelled_at.is_(None))
            .group_by(charges.c.due_on)
        )
        rows = await self._connection.execute(query)
        return [Billed(row.due_on, int(row.amount), int(row.paid)) for row in rows]

    async def coming(self, first: date, last: date) -> Sequence[Coming]:
        """What has no charge yet and will be due, by period and day."""
        query = (
            sa.select(
                subscriptions.c.period,
                subscriptions.c.next_due,
                sa.func.sum(subscriptions.c.price).label("amount"),
            )
            .where(
                subscriptions.c.standing == ACTIVE,
                subscriptions.c.next_due.between(first, last),
            )
            .group_by(subscriptions.c.period, subscriptions.c.next_due)
        )
        rows = await self._connection.execute(query)
        return [Coming(row.period, row.next_due, int(row.amount)) for row in rows]

    async def received(self, first: date, last: date) -> Mapping[date, int]:
        """What came in and was not taken back, by the day it was paid."""
        # A payment is always allocated to the last centavo, so its amount is its allocations.
        query = (
            sa.select(payments.c.paid_on, sa.func.sum(payments.c.amount).label("amount"))
            .where(payments.c.paid_on.between(first, last), payments.c.reversed_at.is_(None))
            .group_by(payments.c.paid_on)
        )
        return {row.paid_on: int(row.amount) for row in await self._connection.execute(query)}

    async def reminders(self, since: datetime) -> Mapping[str, int]:
        """Reminders made since then, by their state (``domain.delivery.State``)."""
        query = (
            sa.select(outbox.c.state, sa.func.count().label("those"))
            .where(outbox.c.purpose == "reminder", outbox.c.created_at >= since)
            .group_by(outbox.c.state)
        )
        return {row.state: row.those for row in await self._connection.execute(query)}

    async def _number(self, query: sa.Select[int]) -> int:
        return int((await self._connection.execute(query)).scalar_one())
