"""Every client, a bearable number at a time, in the order of their names."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.money import Money
from bot.domain.phone import Phone
from bot.domain.plan import Period
from bot.services.ports.exports import ExportedClient
from bot.storage.client_rows import FROM, OLDEST
from bot.storage.standing import claim_pending
from bot.storage.tables import clients, plans, subscriptions

_ROW = sa.select(
    clients.c.id,
    clients.c.name,
    clients.c.name_key,
    clients.c.phone,
    clients.c.note,
    subscriptions.c.standing,
    subscriptions.c.price,
    subscriptions.c.currency,
    subscriptions.c.next_due,
    subscriptions.c.period,
    subscriptions.c.anchor,
    subscriptions.c.day_of_month,
    plans.c.name.label("plan"),
    OLDEST.label("oldest"),
    claim_pending(clients.c.id).label("claimed"),
).select_from(FROM.join(plans, plans.c.id == subscriptions.c.plan_id))


class ClientExport:
    """Fills ``services.ports.exports.ExportStore``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def clients(self, after: tuple[str, int] | None, most: int) -> list[ExportedClient]:
        """The next ones by name, after the key of the last."""
        query = _ROW.order_by(clients.c.name_key, clients.c.id).limit(most)
        if after is not None:
            query = query.where(sa.tuple_(clients.c.name_key, clients.c.id) > sa.tuple_(*after))
        return [
            ExportedClient(
                key=(row.name_key, row.id),
                name=row.name,
                phone=Phone(row.phone),
                plan=row.plan,
                price=Money(row.price, row.currency),
                note=row.note,
                subscription=row.standing,
                claimed=row.claimed,
                oldest_open=row.oldest,
                next_due=row.next_due,
                period=Period(row.period),
                anchor=row.anchor,
                day_of_month=row.day_of_month,
            )
            for row in await self._connection.execute(query)
        ]
