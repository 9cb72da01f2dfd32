"""The calendar becomes charges, in bulk; each cycle once, whoever runs it and however often."""

import secrets
from base64 import b32encode
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import ClientId, SubscriptionId
from bot.domain.money import Money
from bot.domain.plan import Period, due
from bot.services.ports.billing import Upcoming
from bot.storage.dialect import given, insert
from bot.storage.standing import ACTIVE, still_open
from bot.storage.tables import allocations, charges, holds, notice_lines, subscriptions

BATCH = 500  # subscriptions opened in one go: a few thousand parameters, and short locks
_TXID_LETTERS = 25  # the most that a static Pix code holds

_SUBSCRIPTION = sa.select(
    subscriptions.c.id,
    subscriptions.c.client_id,
    subscriptions.c.price,
    subscriptions.c.currency,
    subscriptions.c.period,
    subscriptions.c.anchor,
    subscriptions.c.day_of_month,
    subscriptions.c.next_cycle,
)


class Openings:
    """Fills ``services.ports.billing.ChargeOpening``, and opens cycles before their time."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def open_due(
        self,
        today: date,
        lead_days: int,
        now: datetime,
        *,
        subscriptions: Sequence[SubscriptionId] | None = None,
        reminded_from: date | None = None,
    ) -> int:
        """Open every charge due by ``today + lead_days``, all missed cycles too; how many."""
        until = today + timedelta(days=lead_days)
        opened = 0
        if subscriptions is None:
            while batch := await self._to_open(until):
                opened += await self._open_until(batch, until, now, reminded_from)
            return opened
        for start in range(0, len(subscriptions), BATCH):
            batch = await self._to_open(until, subscriptions[start : start + BATCH])
            opened += await self._open_until(batch, until, now, reminded_from)
        return opened

    async def upcoming(self, client: ClientId, limit: int) -> tuple[Upcoming, ...]:
        """The next cycles of a client's active subscriptions, the earliest first."""
        query = _SUBSCRIPTION.where(
            subscriptions.c.client_id == client, subscriptions.c.standing == ACTIVE
        )
        cycles = [
            Upcoming(
                SubscriptionId(row.id), cycle, _due(row, cycle), Money(row.price, row.currency)
            )
            for row in await self._connection.execute(query)
            for cycle in range(row.next_cycle, row.next_cycle + limit)
        ]
        cycles.sort(key=lambda one: (one.due_on, one.subscription_id))
        return tuple(cycles[:limit])

    async def open_ahead(self, client: ClientId, cycles: Sequence[Upcoming], now: datetime) -> None:
        """Open cycles before their time."""
        # Held before anything is inserted, as open_due does: in another order the two would
        # wait for each other for ever.
        held = await self._hold(client)
        rows = [
            _charge(held[one.subscription_id], one.cycle, one.due_on, now, reminded=True)
            for one in cycles
        ]
        await self._insert(rows)
        ends = {number: row.next_cycle for number, row in held.items()}
        for one in cycles:
            ends[one.subscription_id] = max(ends[one.subscription_id], one.cycle + 1)
        await self._turn([(held[number], end) for number, end in ends.items()])

    async def close_ahead(self, client: ClientId, after: date) -> int:
        """Take unpaid charges due after a day back into the future they came from; how many.

        Only the last ones of a subscription, without a gap, so that the calendar opens the very
        same cycles again when their time has come.
        """
        gone: list[int] = []
        ends = []
        for row in (await self._hold(client)).values():
            untouched = await self._untouched(row.id, after)
            end = row.next_cycle
            while end - 1 in untouched:
                end -= 1
                gone.append(untouched[end])
            ends.append((row, end))
        if gone:
            # What a reversed payment once gave them goes with them; the audit tells of it.
            given = allocations.c.charge_id.in_(gone)
            await self._connection.execute(sa.delete(allocations).where(given))
            # Why they were not reminded of is nobody's question any more.
            await self._connection.execute(sa.delete(holds).where(holds.c.charge_id.in_(gone)))
            await self._connection.execute(sa.delete(charges).where(charges.c.id.in_(gone)))
            await self._turn(ends)
        return len(gone)

    async def _hold(self, client: ClientId) -> dict[int, Any]:
        query = _SUBSCRIPTION.where(subscriptions.c.client_id == client).with_for_update()
        return {row.id: row for row in await self._connection.execute(query)}

    async def _to_open(
        self, until: date, only: Sequence[SubscriptionId] | None = None
    ) -> Sequence[Any]:
        query = _SUBSCRIPTION.where(
            subscriptions.c.standing == ACTIVE, subscriptions.c.next_due <= until
        )
        if only is not None:
            query = query.where(subscriptions.c.id.in_(only))
        query = query.order_by(subscriptions.c.next_due, subscriptions.c.id).limit(BATCH)
        # Whoever holds one of them now is opening it, or the next tick will.
        rows = await self._connection.execute(query.with_for_update(skip_locked=True))
        return rows.all()

    async def _open_until(
        self, batch: Sequence[Any], until: date, now: datetime, reminded_from: date | None
    ) -> int:
        rows, ends = [], []
        for row in batch:
            cycle = row.next_cycle
            while (due_on := _due(row, cycle)) <= until:
                reminded = reminded_from is None or due_on >= reminded_from
                rows.append(_charge(row, cycle, due_on, now, reminded=reminded))
                cycle += 1
            ends.append((row, cycle))
        opened = await self._insert(rows)
        await self._turn(ends)
        return opened

    async def _insert(self, rows: Sequence[dict[str, Any]]) -> int:
        if not rows:
            return 0
        new = insert(self._connection, charges)
        unique = [charges.c.subscription_id, charges.c.cycle]
        new = new.on_conflict_do_nothing(index_elements=unique).returning(charges.c.id)
        return len((await self._connection.execute(new, rows)).all())

    async def _turn(self, ends: Sequence[tuple[Any, int]]) -> None:
        """Set subscriptions to the cycle that comes next."""
        if not ends:
            return
        rows = [(row.id, end, _due(row, end)) for row, end in ends]
        of, cycle = sa.column("of", sa.BigInteger), sa.column("cycle", sa.Integer)
        to = given("ends", rows, of, cycle, sa.column("due_on", sa.Date))
        await self._connection.execute(
            sa.update(subscriptions)
            .where(subscriptions.c.id == to.c.of)
            .values(next_cycle=to.c.cycle, next_due=to.c.due_on)
        )

    async def _untouched(self, subscription: int, after: date) -> dict[int, int]:
        """By their cycles, the charges due after a day that nobody paid or was reminded of."""
        told = sa.exists().where(notice_lines.c.charge_id == charges.c.id)
        query = sa.select(charges.c.cycle, charges.c.id).where(
            charges.c.subscription_id == subscription,
            charges.c.due_on > after,
            charges.c.paid == 0,
            still_open(),
            ~told,
        )
        return {row.cycle: row.id for row in await self._connection.execute(query)}


def _due(row: Any, cycle: int) -> date:
    return due(row.anchor, Period(row.period), cycle, row.day_of_month)


def _charge(row: Any, cycle: int, due_on: date, now: datetime, *, reminded: bool) -> dict[str, Any]:
    return {
        "client_id": row.client_id,
        "subscription_id": row.id,
        "cycle": cycle,
        "amount": row.price,
        "currency": row.currency,
        "due_on": due_on,
        "txid": b32encode(secrets.token_bytes(16)).decode()[:_TXID_LETTERS],
        "reminded": reminded,
        "created_at": now,
    }
