"""How each message of ours is billed, and what the owner says that costs."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import OutboxId
from bot.domain.message_cost import ELSEWHERE, FREE_ENTRY, Counted, Prices, Pricing, Rate
from bot.domain.phone import calling_code
from bot.storage.dialect import insert
from bot.storage.tables import message_costs, message_prices, outbox

Billed = tuple[OutboxId, str, Pricing, datetime]  # which message, to whom, how, and when


async def keep_billed(connection: AsyncConnection, billed: Sequence[Billed]) -> None:
    """Write down how messages are billed; what is said of one a second time changes nothing."""
    if not billed:
        return
    rows = [
        {
            "outbox_id": number,
            "category": pricing.category,
            "kind": pricing.kind,
            "billable": pricing.billable,
            "calling_code": calling_code(to),
            "at": at,
        }
        for number, to, pricing, at in billed
    ]
    await connection.execute(insert(connection, message_costs).on_conflict_do_nothing(), rows)


class MessageCosts:
    """Fills ``ports.own_number.MessageCosts``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def counted(self, first: datetime, end: datetime) -> Sequence[Counted]:
        """What arrived from one moment until before another, by category and country."""
        costs = message_costs.c
        billable = sa.func.sum(sa.case((costs.billable, 1), else_=0))
        query = (
            sa.select(costs.category, costs.calling_code, sa.func.count(), billable)
            .select_from(message_costs.join(outbox, outbox.c.id == costs.outbox_id))
            .where(
                costs.at >= first,
                costs.at < end,
                costs.kind != FREE_ENTRY,
                sa.or_(outbox.c.delivered_at.is_not(None), outbox.c.read_at.is_not(None)),
            )
            .group_by(costs.category, costs.calling_code)
        )
        return [
            Counted(category, code, int(messages), int(of_them))
            for category, code, messages, of_them in await self._connection.execute(query)
        ]

    async def prices(self) -> Prices:
        """What the owner has said."""
        rows = (await self._connection.execute(sa.select(message_prices))).all()
        rates = {
            (row.category, row.calling_code): Rate(row.micros, row.currency)
            for row in rows
            if row.micros is not None
        }
        free = {row.category: row.free_a_month for row in rows if row.free_a_month is not None}
        return Prices(rates, free)

    async def price(self, category: str, code: str, rate: Rate) -> None:
        """A message of this category to this country costs so much."""
        await self._say(category, code, micros=rate.micros, currency=rate.currency)

    async def let_go_free(self, category: str, a_month: int) -> None:
        """So many a month cost nothing."""
        await self._say(category, ELSEWHERE, free_a_month=a_month)

    async def _say(self, category: str, code: str, **values: object) -> None:
        row = insert(self._connection, message_prices)
        row = row.values(category=category, calling_code=code, **values)
        where = ["category", "calling_code"]
        await self._connection.execute(row.on_conflict_do_update(index_elements=where, set_=values))
