"""Everybody we know, and the chats they are in."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.errors import NotFound
from bot.domain.ids import ClientId, PersonId
from bot.domain.message import Address, ChannelName
from bot.domain.phone import phone_key
from bot.domain.role import Role
from bot.services.ports.people import AddressView, Caller, PersonView
from bot.storage.dialect import insert
from bot.storage.tables import addresses, clients, people

_STAFF = {"owner": Role.OWNER, "manager": Role.MANAGER, "viewer": Role.VIEWER}
_WORDS = {role: word for word, role in _STAFF.items()}

_VIEW = sa.select(
    people.c.id, people.c.name, people.c.role, people.c.language, clients.c.id.label("client_id")
).select_from(people.outerjoin(clients, clients.c.person_id == people.c.id))


def address_key(channel: ChannelName, address: str) -> str:
    """One key for a person in a channel; a phone's is the same with or without its ninth digit."""
    return phone_key(address) if channel is ChannelName.WHATSAPP else address


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


class People:
    """Fills ``services.ports.people.People``, and knows who is calling."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def calling(self, caller: Caller, now: datetime) -> PersonView:
        """Whoever writes from there; somebody new becomes a stranger."""
        keys = self._keys(caller)
        heard = sa.update(addresses).returning(addresses.c.person_id)
        heard = heard.where(
            addresses.c.channel == caller.address.channel, addresses.c.key.in_(keys)
        ).values(last_inbound_at=now, unreachable_at=None, unreachable_why=None)
        found = list((await self._connection.execute(heard)).scalars())
        if len(found) == len(set(keys)) and len(set(found)) == 1:  # as nearly always
            return await self.get(PersonId(found[0]))
        person = PersonId(found[0]) if found else await self._create(caller, now)
        return await self.get(await self._heard(person, caller, keys, now))

    async def get(self, person: PersonId) -> PersonView:
        """Somebody by number; ``NotFound`` if there is none."""
        row = (await self._connection.execute(_VIEW.where(people.c.id == person))).one_or_none()
        if row is None:
            raise NotFound("errors.person.gone")
        return _view(row)

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
        rows = await self._connection.execute(_VIEW.where(people.c.role.is_not(None)))
        return sorted((_view(row) for row in rows), key=lambda one: (-one.role, one.id))

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
            .order_by(addresses.c.last_inbound_at.desc().nulls_last(), addresses.c.id)
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

    def _keys(self, caller: Caller) -> list[str]:
        channel = caller.address.channel
        return [address_key(channel, each) for each in (caller.address.to, *caller.aliases)]

    async def _create(self, caller: Caller, now: datetime) -> PersonId:
        made = (
            sa.insert(people)
            .values(name=caller.name, language=caller.language, created_at=now)
            .returning(people.c.id)
        )
        return PersonId((await self._connection.execute(made)).scalar_one())

    async def _heard(
        self, person: PersonId, caller: Caller, keys: list[str], now: datetime
    ) -> PersonId:
        """Whoever writes can be written to again; every name of theirs leads to the same person.

        Two first messages at once meet here: the second finds the first one's person.
        """
        found = person
        for key, send_to in zip(keys, (caller.address.to, *caller.aliases), strict=True):
            row = insert(self._connection, addresses).values(
                person_id=found,
                channel=caller.address.channel,
                key=key,
                send_to=send_to,
                last_inbound_at=now,
            )
            written = row.on_conflict_do_update(
                index_elements=["channel", "key"],
                set_={"last_inbound_at": now, "unreachable_at": None, "unreachable_why": None},
            )
            answer = await self._connection.execute(written.returning(addresses.c.person_id))
            found = PersonId(answer.scalar_one())
        return found

    async def _set(self, person: PersonId, **values: object) -> None:
        await self._connection.execute(
            sa.update(people).where(people.c.id == person).values(**values)
        )


def _view(row: sa.Row[int, str, str | None, str, int | None]) -> PersonView:
    number, name, role, language, client = row
    stranger = Role.CLIENT if client is not None else Role.STRANGER
    return PersonView(
        PersonId(number),
        name,
        _STAFF.get(role or "", stranger),
        language,
        ClientId(client) if client is not None else None,
    )
