"""How each message of ours is billed, and what the owner says that costs."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import OutboxId
from bot.domain.message_cost import ELSEWHERE, Counted, Prices, Pricing, Rate
from bot.domain.phone import calling_code
from bot.storage.dialect import insert
from bot.storage.tables import message_costs, message_prices

Billed = tuple[OutboxId, str, Pricing, datetime]  # which message, to whom, how, and when

# What revision 0019 keeps: several rows for a quarter of an hour, as several write at once.
_sums = sa.table(
    "cost_tallies",
    sa.column("quarter", sa.BigInteger),  # of an hour, since 1970
    sa.column("category", sa.Text),
    sa.column("calling_code", sa.Text),
    sa.column("messages", sa.BigInteger),
    sa.column("billable", sa.BigInteger),
)
_QUARTER_S = 15 * 60


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

    async def counted(self, since: datetime) -> Sequence[Counted]:
        """What arrived since a quarter of an hour began, by category and country."""
        messages, billable = sa.func.sum(_sums.c.messages), sa.func.sum(_sums.c.billable)
        query = (
            sa.select(_sums.c.category, _sums.c.calling_code, messages, billable)
            .where(_sums.c.quarter >= int(since.timestamp()) // _QUARTER_S)
            .group_by(_sums.c.category, _sums.c.calling_code)
            .having(messages > 0)
        )
        return [
            Counted(category, code, int(those), int(of_them))
            for category, code, those, of_them in await self._connection.execute(query)
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
