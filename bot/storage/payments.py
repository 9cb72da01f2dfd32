"""Payments, what each settled, and their reversal."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import State
from bot.domain.errors import NotFound
from bot.domain.ids import ChargeId, ClientId, OutboxId, PaymentId, PersonId
from bot.domain.money import Money
from bot.domain.payment import Method
from bot.services.ports.billing import NewPayment, Part, PaymentView
from bot.storage.attempts import note, state_is
from bot.storage.tables import allocations, charges, clients, outbox, payments

_VIEW = sa.select(
    payments.c.id,
    payments.c.client_id,
    clients.c.name,
    payments.c.amount,
    payments.c.currency,
    payments.c.paid_on,
    payments.c.method,
    payments.c.recorded_at,
    payments.c.reversed_at,
    payments.c.receipt_id,
).join(clients, clients.c.id == payments.c.client_id)


class Payments:
    """Fills ``services.ports.billing.PaymentStore``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, payment: PaymentId) -> PaymentView:
        """One by number; ``NotFound`` if there is none."""
        found = await self._one(_VIEW.where(payments.c.id == payment))
        if found is None:
            raise NotFound("errors.payment.gone")
        return found

    async def by_once(self, once: str) -> PaymentView | None:
        """The one that this key stands for already."""
        return await self._one(_VIEW.where(payments.c.once == once))

    async def parts(self, payment: PaymentId) -> tuple[Part, ...]:
        """What it settled, the oldest charge first; ``left`` is as things stand now."""
        query = (
            sa.select(
                charges.c.id,
                charges.c.due_on,
                charges.c.currency,
                allocations.c.amount,
                (charges.c.amount - charges.c.paid).label("left"),
            )
            .join(charges, charges.c.id == allocations.c.charge_id)
            .where(allocations.c.payment_id == payment)
            .order_by(charges.c.due_on, charges.c.id)
        )
        return tuple(
            Part(
                charge_id=ChargeId(row.id),
                due_on=row.due_on,
                amount=Money(row.amount, row.currency),
                left=Money(row.left, row.currency),
            )
            for row in await self._connection.execute(query)
        )

    async def add(self, new: NewPayment, parts: Sequence[Part], now: datetime) -> PaymentId:
        """Write it down and credit its charges; one that is now paid in full is settled."""
        written = await self._connection.execute(
            sa.insert(payments)
            .values(
                client_id=new.client_id,
                amount=new.amount.minor,
                currency=new.amount.currency,
                paid_on=new.paid_on,
                method=new.method.value,
                once=new.once,
                recorded_by=new.recorded_by,
                recorded_at=now,
            )
            .returning(payments.c.id)
        )
        payment = PaymentId(written.scalar_one())
        for part in parts:
            await self._credit(part, now)
        await self._connection.execute(
            sa.insert(allocations),
            [
                {
                    "payment_id": payment,
                    "charge_id": part.charge_id,
                    "amount": part.amount.minor,
                }
                for part in parts
            ],
        )
        return payment

    async def reverse(self, payment: PaymentId, by: PersonId, now: datetime) -> None:
        """Take back what it gave its charges; they are open again, due when they were."""
        await self._connection.execute(
            sa.update(payments)
            .where(payments.c.id == payment, payments.c.reversed_at.is_(None))
            .values(reversed_at=now, reversed_by=by)
        )
        for part in await self.parts(payment):
            await self._connection.execute(
                sa.update(charges)
                .where(charges.c.id == part.charge_id)
                .values(paid=charges.c.paid - part.amount.minor, settled_at=None)
            )

    async def later(self, payment: PaymentView) -> PaymentView | None:
        """The first payment of the same client after this one that still stands."""
        query = _VIEW.where(
            payments.c.client_id == payment.client_id,
            payments.c.id > payment.id,
            payments.c.reversed_at.is_(None),
        )
        return await self._one(query.order_by(payments.c.id).limit(1))

    async def last_by(self, person: PersonId, since: datetime) -> PaymentView | None:
        """The last that this person recorded since then and that still stands."""
        query = _VIEW.where(
            payments.c.recorded_by == person,
            payments.c.recorded_at >= since,
            payments.c.reversed_at.is_(None),
        )
        return await self._one(query.order_by(payments.c.id.desc()).limit(1))

    async def told(self, payment: PaymentId, receipt: OutboxId) -> None:
        """Remember which message told the client."""
        await self._connection.execute(
            sa.update(payments).where(payments.c.id == payment).values(receipt_id=receipt)
        )

    async def hold_back(self, receipt: OutboxId, now: datetime, reason: str) -> bool:
        """Keep a receipt from leaving; no if it has left."""
        # Only while it waits: one that a worker has taken may be leaving at this very moment.
        held = await self._connection.execute(
            sa.update(outbox)
            .where(outbox.c.id == receipt, state_is(outbox, State.WAITING))
            .values(state=State.CANCELLED, reason=reason, ended_at=now)
        )
        if held.rowcount:
            await note(self._connection, [(receipt, "cancelled", reason)], now)
        return held.rowcount == 1

    async def _credit(self, part: Part, now: datetime) -> None:
        paid = charges.c.paid + part.amount.minor
        await self._connection.execute(
            sa.update(charges)
            .where(charges.c.id == part.charge_id)
            .values(paid=paid, settled_at=sa.case((paid >= charges.c.amount, now), else_=None))
        )

    async def _one(self, query: sa.Select[Any]) -> PaymentView | None:
        row = (await self._connection.execute(query)).one_or_none()
        return _view(row) if row is not None else None


def _view(row: Any) -> PaymentView:
    return PaymentView(
        id=PaymentId(row.id),
        client_id=ClientId(row.client_id),
        client_name=row.name,
        amount=Money(row.amount, row.currency),
        paid_on=row.paid_on,
        method=Method(row.method),
        recorded_at=row.recorded_at,
        reversed_at=row.reversed_at,
        receipt_id=OutboxId(row.receipt_id) if row.receipt_id is not None else None,
    )
