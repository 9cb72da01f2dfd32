"""Clients and what they are on, one at a time."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.delivery import State
from bot.domain.ids import ClientId, PersonId, SubscriptionId
from bot.domain.message import ChannelName
from bot.domain.phone import Phone
from bot.services.ports.client_store import AddedClient, ClientRecord
from bot.services.ports.clients import SubscriptionView
from bot.storage.attempts import state_is
from bot.storage.client_card import SUBSCRIPTION, Cards, subscription_view
from bot.storage.dialect import insert, one_of
from bot.storage.newcomers import add_clients, whose_phones
from bot.storage.standing import still_open
from bot.storage.tables import addresses, charges, clients, outbox, people, subscriptions


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
        """Reach them on another phone from now on; the chat on the old one is nobody's.

        What has not left for the old one goes to the new one.
        """
        query = sa.select(clients.c.person_id, clients.c.phone_key).where(clients.c.id == client)
        who = (await self._connection.execute(query)).one()
        on_whatsapp = addresses.c.channel == ChannelName.WHATSAPP
        # Who is of the house as well goes on running it from the old one.
        staff = sa.select(people.c.id).where(people.c.role.is_not(None))
        left = addresses.delete().where(
            on_whatsapp, addresses.c.key == who.phone_key, addresses.c.person_id.not_in(staff)
        )
        old = (await self._connection.execute(left.returning(addresses.c.send_to))).scalars().all()
        fresh = insert(self._connection, addresses).values(
            person_id=who.person_id,
            channel=ChannelName.WHATSAPP,
            key=phone.key,
            send_to=phone.e164,
        )
        # Who wrote from the new phone as a stranger is this client.
        reached = fresh.on_conflict_do_update(
            index_elements=["channel", "key"], set_={"person_id": who.person_id}
        ).returning(addresses.c.send_to)
        new = (await self._connection.execute(reached)).scalar_one()
        await self._redirect(PersonId(who.person_id), old, new)
        await self.change(client, phone=phone.e164, phone_key=phone.key)

    async def is_of_the_house(self, key: str) -> bool:
        """Whether a phone is the chat of somebody of the house."""
        chats = addresses.join(people, people.c.id == addresses.c.person_id)
        query = (
            sa.select(sa.literal(1))
            .select_from(chats)
            .where(
                addresses.c.channel == ChannelName.WHATSAPP,
                addresses.c.key == key,
                people.c.role.is_not(None),
            )
        )
        return (await self._connection.execute(query)).first() is not None

    async def _redirect(self, person: PersonId, old: Sequence[str], new: str) -> None:
        to_the_old = sa.and_(
            outbox.c.person_id == person,
            outbox.c.channel == ChannelName.WHATSAPP,
            one_of(self._connection, outbox.c.send_to, old),
        )
        query = outbox.update().where(to_the_old)
        # One that a worker holds is taken from it: it was composed for the old phone.
        taken = query.where(state_is(outbox, State.WAITING, State.CLAIMED))
        await self._connection.execute(
            taken.values(send_to=new, state=State.WAITING, lease_owner=None, lease_until=None)
        )
        # What is under way or in doubt stays with its worker; should it go again, it goes there.
        leaving = query.where(state_is(outbox, State.SENDING, State.UNCERTAIN))
        await self._connection.execute(leaving.values(send_to=new))

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
