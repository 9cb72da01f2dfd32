"""Everybody we know, and the chats they are in."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import ClientId, PersonId
from bot.domain.message import Address, ChannelName
from bot.domain.role import Role
from bot.services.ports.people import AddressView, PersonView
from bot.storage.callers import BOTH, STAFF, VIEW, Callers, address_key, view_of
from bot.storage.learning import rename
from bot.storage.reached import no_phone
from bot.storage.tables import addresses, clients, people

_WORDS = {role: word for word, role in STAFF.items()}


async def mark_unreachable(
    connection: AsyncConnection, address: Address, why: str, at: datetime
) -> None:
    """Start nothing more to this address until its person writes again; nor if they have since."""
    await connection.execute(
        sa.update(addresses)
        .where(
            addresses.c.channel == address.channel,
            addresses.c.key == address_key(address.channel, address.to),
            sa.or_(addresses.c.last_inbound_at.is_(None), addresses.c.last_inbound_at <= at),
        )
        .values(unreachable_at=at, unreachable_why=why)
    )


class People(Callers):
    """Fills ``services.ports.people.People``."""

    async def known(self, address: Address) -> PersonView | None:
        """Whose address it is; none if nobody ever wrote from there."""
        query = VIEW.join(addresses, addresses.c.person_id == people.c.id).where(
            addresses.c.channel == address.channel,
            addresses.c.key == address_key(address.channel, address.to),
        )
        row = (await self._connection.execute(query)).one_or_none()
        return view_of(row) if row is not None else None

    async def renamed(self, channel: ChannelName, old: str, new: str) -> None:
        """The network calls the same account otherwise from now on."""
        await rename(self._connection, channel, old, new)

    async def take_over(self, stranger: PersonId, to: PersonId) -> bool:
        """Give all chats of a stranger's to somebody; no if there are none any more.

        The account of a doubt is all of its names, whosever they were.
        """
        query = sa.select(addresses.c.channel, addresses.c.key)
        found = await self._connection.execute(query.where(addresses.c.person_id == stranger))
        names = [(row.channel, key) for row in found for key in row.key.split(BOTH)]
        doubt = (addresses.c.person_id == stranger, addresses.c.key.contains(BOTH))
        await self._connection.execute(sa.delete(addresses).where(*doubt))
        theirs = sa.tuple_(addresses.c.channel, addresses.c.key).in_(names)
        await self._connection.execute(sa.update(addresses).where(theirs).values(person_id=to))
        return bool(names)

    async def hold(self, person: PersonId) -> None:
        """Let nobody else change who they are until the transaction ends."""
        query = sa.select(people.c.id).where(people.c.id == person)
        await self._connection.execute(query.with_for_update(key_share=True))

    async def of_client(self, client: ClientId) -> PersonId:
        """The person behind a client."""
        query = sa.select(clients.c.person_id).where(clients.c.id == client)
        return PersonId((await self._connection.execute(query)).scalar_one())

    async def staff(self) -> Sequence[PersonView]:
        """Everyone of the house, the owner first."""
        rows = await self._connection.execute(VIEW.where(people.c.role.is_not(None)))
        return sorted((view_of(row) for row in rows), key=lambda one: (-one.role, one.id))

    async def chats_of_staff(self, channel: ChannelName) -> Sequence[str]:
        """Where the house's own people are reached in one channel."""
        query = (
            sa.select(addresses.c.send_to)
            .join(people, people.c.id == addresses.c.person_id)
            .where(people.c.role.is_not(None), addresses.c.channel == channel)
        )
        return (await self._connection.execute(query)).scalars().all()

    async def addresses(self, person: PersonId) -> Sequence[AddressView]:
        """Where they are reached, the chat they last wrote in first."""
        query = (
            sa.select(
                addresses.c.channel,
                addresses.c.send_to,
                addresses.c.last_inbound_at,
                addresses.c.unreachable_at,
            )
            .where(addresses.c.person_id == person)
            .order_by(
                addresses.c.last_inbound_at.desc().nulls_last(), no_phone(addresses), addresses.c.id
            )
        )
        return [
            AddressView(
                Address(ChannelName(row.channel), row.send_to),
                row.last_inbound_at,
                row.unreachable_at is not None,
            )
            for row in await self._connection.execute(query)
        ]

    async def rename(self, person: PersonId, name: str) -> None:
        """Call them otherwise."""
        await self._set(person, name=name)

    async def speak(self, person: PersonId, language: str) -> None:
        """Answer them in another language from now on."""
        await self._set(person, language=language)

    async def set_role(self, person: PersonId, role: Role) -> None:
        """Let them into the house, or out of it."""
        await self._set(person, role=_WORDS.get(role))

    async def join(self, person: PersonId, channel: ChannelName, key: str) -> None:
        """Make a chat theirs that was a stranger's until now, by every name it goes by."""
        stranger = sa.select(addresses.c.person_id).where(
            addresses.c.channel == channel, addresses.c.key == address_key(channel, key)
        )
        await self._connection.execute(
            sa.update(addresses)
            .where(
                addresses.c.person_id == stranger.scalar_subquery(),
                addresses.c.channel == channel,  # never what else somebody may be reached by
            )
            .values(person_id=person)
        )

    async def unreachable(self, gone: Iterable[Address], why: str, now: datetime) -> None:
        """Write nothing more to these until they write to us."""
        for address in gone:
            await mark_unreachable(self._connection, address, why, now)

    async def _set(self, person: PersonId, **values: object) -> None:
        await self._connection.execute(
            sa.update(people).where(people.c.id == person).values(**values)
        )
