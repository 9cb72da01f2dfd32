"""Charges, looked up by whoever owes them."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from bot.domain.errors import NotFound
from bot.domain.ids import ChargeId, ClientId, PersonId, SubscriptionId
from bot.domain.money import Money
from bot.services.ports.billing import ChargeView, Debtor, Payer
from bot.storage.openings import Openings
from bot.storage.standing import still_open
from bot.storage.tables import charges, clients

_SCANNED = 300  # open charges looked through for the longest overdue, however many there are


class Charges(Openings):
    """Fills ``services.ports.billing.ChargeStore``."""

    async def payer(self, client: ClientId) -> Payer:
        """A client by number; ``NotFound`` if there is none."""
        return await self._payer(_named(client))

    async def lock(self, client: ClientId) -> Payer:
        """The same, and until the transaction ends nobody else settles anything of theirs."""
        # The key itself is not held: charges may still refer to the client meanwhile.
        payer = await self._payer(_named(client).with_for_update(key_share=True))
        await self._hold(client)  # before any charge, the order in which everybody takes them
        return payer

    async def open_of(self, client: ClientId) -> tuple[ChargeView, ...]:
        """What a client owes, the oldest first."""
        query = sa.select(charges).where(charges.c.client_id == client, still_open())
        rows = await self._connection.execute(query.order_by(charges.c.due_on, charges.c.id))
        return tuple(_view(row) for row in rows)

    async def debtors(self, limit: int) -> tuple[Debtor, ...]:
        """Clients with something open, the longest overdue first."""
        oldest = (
            sa.select(charges.c.client_id, charges.c.due_on)
            .where(still_open())
            .order_by(charges.c.due_on, charges.c.id)
            .limit(_SCANNED)
        )
        since: dict[int, date] = {}
        for row in await self._connection.execute(oldest):
            since.setdefault(row.client_id, row.due_on)
        first = list(since)[:limit]
        found = {row.id: row for row in await self._connection.execute(_owing(first))}
        return tuple(
            Debtor(
                ClientId(number),
                found[number].name,
                Money(int(found[number].owed), found[number].currency),
                since[number],
            )
            for number in first
        )

    async def _payer(self, query: sa.Select[Any]) -> Payer:
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            raise NotFound("errors.payment.no_client")
        return Payer(
            client_id=ClientId(row.id),
            person_id=PersonId(row.person_id),
            name=row.name,
            opted_out=row.opted_out_at is not None,
        )


def _named(client: ClientId) -> sa.Select[Any]:
    return sa.select(
        clients.c.id, clients.c.person_id, clients.c.name, clients.c.opted_out_at
    ).where(clients.c.id == client)


def _owing(those: list[int]) -> sa.Select[Any]:
    owed = sa.func.sum(charges.c.amount - charges.c.paid)
    return (
        sa.select(clients.c.id, clients.c.name, charges.c.currency, owed.label("owed"))
        .join(charges, charges.c.client_id == clients.c.id)
        .where(clients.c.id.in_(those), still_open())
        .group_by(clients.c.id, clients.c.name, charges.c.currency)
    )


def _view(row: Any) -> ChargeView:
    return ChargeView(
        id=ChargeId(row.id),
        subscription_id=SubscriptionId(row.subscription_id),
        cycle=row.cycle,
        due_on=row.due_on,
        amount=Money(row.amount, row.currency),
        paid=Money(row.paid, row.currency),
        txid=row.txid,
    )
