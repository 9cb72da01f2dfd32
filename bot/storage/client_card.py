"""All that one client's card shows, read in a handful of short queries."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.charge import ChargeState, standing_of
from bot.domain.ids import ChargeId, ClientId, PaymentId, PersonId, PlanId, SubscriptionId
from bot.domain.message import ChannelName
from bot.domain.money import Money
from bot.domain.phone import Phone
from bot.domain.plan import Period
from bot.resilience.cache import Kind
from bot.services.ports.clients import (
    ChargeLine,
    ClientCard,
    MessageLine,
    PaymentLine,
    SubscriptionView,
)
from bot.services.ports.kept import CLIENTS_S, FRESH, Kept, Subject
from bot.storage.standing import CANCELLED, charge_state, claim_pending, still_open
from bot.storage.tables import (
    addresses,
    charges,
    clients,
    outbox,
    payments,
    people,
    plans,
    subscriptions,
)

_ON = frozenset({Subject.MONEY, Subject.CLIENTS, Subject.CLAIMS, Subject.PLANS})
CARD: Kind[ClientCard | None] = Kind("card", CLIENTS_S, _ON)

SUBSCRIPTION = sa.select(subscriptions, plans.c.name.label("plan")).join(
    plans, plans.c.id == subscriptions.c.plan_id
)


def subscription_view(row: sa.Row[Any]) -> SubscriptionView:
    """What a client is on, out of a row of ``SUBSCRIPTION``."""
    return SubscriptionView(
        id=SubscriptionId(row.id),
        plan=row.plan,
        plan_id=PlanId(row.plan_id),
        price=Money(row.price, row.currency),
        period=Period(row.period),
        anchor=row.anchor,
        day_of_month=row.day_of_month,
        standing=row.standing,
        next_cycle=row.next_cycle,
        next_due=row.next_due,
    )


class Cards:
    """Reads one client's card."""

    def __init__(self, connection: AsyncConnection, kept: Kept = FRESH) -> None:
        self._connection = connection
        self._kept = kept

    async def card(self, client: ClientId, today: date) -> ClientCard | None:
        """Everything about one client."""
        key = f"{client} {today}"
        card = await self._kept.get(CARD, key, lambda: self._books(client, today))
        if card is None:
            return None
        # What goes to and fro between them and us changes with every message.
        chats = await self._chats(card.person_id)
        return replace(
            card,
            unreachable=not any(chat.is_open for chat in chats),
            last_message=await self._last_message(card.person_id),
            invitable=not card.opted_out
            and card.subscription.standing != CANCELLED
            and all(chat.channel != ChannelName.TELEGRAM and chat.role is None for chat in chats),
        )

    async def _books(self, client: ClientId, today: date) -> ClientCard | None:
        """All that stands in the books."""
        them = sa.select(clients, claim_pending(clients.c.id).label("claimed"))
        row = await self._first(them.where(clients.c.id == client))
        on = await self._first(SUBSCRIPTION.where(subscriptions.c.client_id == client))
        if row is None or on is None:
            return None
        subscription = subscription_view(on)
        open_ = await self._open(client, today)
        return ClientCard(
            id=client,
            person_id=PersonId(row.person_id),
            name=row.name,
            phone=Phone(row.phone),
            standing=standing_of(
                subscription=subscription.standing,
                overdue=any(line.state is ChargeState.OVERDUE for line in open_),
                claimed=row.claimed,
                open_=bool(open_),
            ),
            subscription=subscription,
            note=row.note,
            tags=tuple(row.tags.split()),
            opted_out=row.opted_out_at is not None,
            unreachable=False,
            claimed=row.claimed,
            owed=Money.total(
                (line.amount - line.paid for line in open_), subscription.price.currency
            ),
            charges=open_,
            last_payment=await self._last_payment(client),
            promised_on=row.promised_on,
            not_before=row.not_before,
            today=today,
        )

    async def _open(self, client: ClientId, today: date) -> tuple[ChargeLine, ...]:
        query = sa.select(charges, charge_state(today).label("state")).where(
            charges.c.client_id == client, still_open()
        )
        rows = await self._connection.execute(query.order_by(charges.c.due_on, charges.c.id))
        return tuple(
            ChargeLine(
                id=ChargeId(row.id),
                due_on=row.due_on,
                amount=Money(row.amount, row.currency),
                paid=Money(row.paid, row.currency),
                state=ChargeState(row.state),
                reminded=row.reminded,
            )
            for row in rows
        )

    async def _last_payment(self, client: ClientId) -> PaymentLine | None:
        query = sa.select(payments).where(
            payments.c.client_id == client, payments.c.reversed_at.is_(None)
        )
        newest = query.order_by(payments.c.paid_on.desc(), payments.c.id.desc())
        row = await self._first(newest.limit(1))
        if row is None:
            return None
        return PaymentLine(PaymentId(row.id), Money(row.amount, row.currency), row.paid_on)

    async def _last_message(self, person: int) -> MessageLine | None:
        query = sa.select(outbox.c.created_at, outbox.c.purpose, outbox.c.state).where(
            outbox.c.person_id == person, outbox.c.kind != "screen"
        )
        row = await self._first(query.order_by(outbox.c.id.desc()).limit(1))
        return MessageLine(row.created_at, row.purpose, row.state) if row else None

    async def _chats(self, person: int) -> Sequence[sa.Row[Any]]:
        """The chats they are reached in, and whether each is open to us."""
        query = sa.select(
            addresses.c.channel,
            addresses.c.unreachable_at.is_(None).label("is_open"),
            people.c.role,
        ).join(people, people.c.id == addresses.c.person_id)
        return (await self._connection.execute(query.where(people.c.id == person))).all()

    async def _first(self, query: sa.Select[Any]) -> sa.Row[Any] | None:
        row: sa.Row[Any] | None = (await self._connection.execute(query)).one_or_none()
        return row
