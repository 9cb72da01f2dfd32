"""Clients and what they are on, one at a time."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.ids import ClientId, SubscriptionId
from bot.domain.message import ChannelName
from bot.domain.phone import Phone
from bot.services.ports.client_store import AddedClient, ClientRecord
from bot.services.ports.clients import SubscriptionView
from bot.storage.client_card import SUBSCRIPTION, Cards, subscription_view
from bot.storage.dialect import insert
from bot.storage.newcomers import add_clients, whose_phones
from bot.storage.standing import still_open
from bot.storage.tables import addresses, charges, clients, subscriptions


class Clients(Cards):
    """Fills ``services.ports.client_store.ClientStore``."""

    async def add(
        self, records: Sequence[ClientRecord], language: str, now: datetime
    ) -> Sequence[AddedClient]:
        """Write them down, in this order. None of their phones may be a client's."""
        return await add_clients(self._connection, records, language, now)

    async def with_phone(self, key: str) -> tuple[ClientId, str] | None:
        """Whose phone it is: the number and the name."""
        whose = await whose_phones(self._connection, [key])
        if key not in whose:
            return None
        query = sa.select(clients.c.name).where(clients.c.id == whose[key])
        return whose[key], (await self._connection.execute(query)).scalar_one()

    async def known_phones(self, keys: Sequence[str]) -> Mapping[str, ClientId]:
        """Of many phones, those that are somebody's, and whose."""
        return await whose_phones(self._connection, keys)

    async def subscription(self, client: ClientId) -> SubscriptionView | None:
        """What a client is on, held until the transaction ends."""
        query = SUBSCRIPTION.where(subscriptions.c.client_id == client)
        held = query.with_for_update(of=subscriptions)
        row = (await self._connection.execute(held)).one_or_none()
        return subscription_view(row) if row else None

    async def change(self, client: ClientId, **values: Any) -> None:
        """Write new values into the client's columns."""
        query = clients.update().where(clients.c.id == client)
        await self._connection.execute(query.values(**values))

    async def change_subscription(self, subscription: SubscriptionId, **values: Any) -> None:
        """Write new values into the subscription's columns."""
        query = subscriptions.update().where(subscriptions.c.id == subscription)
        await self._connection.execute(query.values(**values))

    async def move(self, client: ClientId, phone: Phone) -> None:
        """Reach them on another phone from now on; the chat on the old one is nobody's."""
        query = sa.select(clients.c.person_id, clients.c.phone_key).where(clients.c.id == client)
        who = (await self._connection.execute(query)).one()
        on_whatsapp = addresses.c.channel == ChannelName.WHATSAPP
        await self._connection.execute(
            addresses.delete().where(on_whatsapp, addresses.c.key == who.phone_key)
        )
        fresh = insert(self._connection, addresses).values(
            person_id=who.person_id,
            channel=ChannelName.WHATSAPP,
            key=phone.key,
            send_to=phone.e164,
        )
        # Who wrote from the new phone as a stranger is this client.
        await self._connection.execute(
            fresh.on_conflict_do_update(
                index_elements=["channel", "key"], set_={"person_id": who.person_id}
            )
        )
        await self.change(client, phone=phone.e164, phone_key=phone.key)

    async def remind(self, client: ClientId, today: date, *, overdue: bool) -> int:
        """Whether what is overdue is reminded of; how many charges that changed."""
        return await self._change_charges(
            sa.and_(
                charges.c.client_id == client,
                still_open(),
                charges.c.due_on < today,
                charges.c.reminded != overdue,
            ),
            reminded=overdue,
        )

    async def drop_coming(self, client: ClientId, today: date, now: datetime) -> int:
        """Cancel what is not yet due and unpaid; how many charges."""
        coming = sa.and_(charges.c.client_id == client, still_open(), charges.c.due_on > today)
        return await self._change_charges(sa.and_(coming, charges.c.paid == 0), cancelled_at=now)

    async def restore_coming(self, client: ClientId, today: date) -> int:
        """Take back ``drop_coming`` for what is still not due."""
        return await self._change_charges(
            sa.and_(
                charges.c.client_id == client,
                charges.c.cancelled_at.is_not(None),
                charges.c.due_on >= today,
            ),
            cancelled_at=None,
        )

    async def _change_charges(self, which: sa.ColumnElement[bool], **values: Any) -> int:
        query = charges.update().where(which).values(**values).returning(charges.c.id)
        return len((await self._connection.execute(query)).all())
