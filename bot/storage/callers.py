"""Who is calling: one account of a network, by whichever of its names it comes.

A phone with or without its ninth digit, the id that WhatsApp made for the account and us, a lid:
each is a row of ``addresses``, and ``wa_id`` ties the rows of one account together.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.errors import NotFound
from bot.domain.ids import ClientId, PersonId
from bot.domain.message import ChannelName
from bot.domain.phone import is_phone, phone_key
from bot.domain.role import Role
from bot.services.ports.people import Caller, PersonView
from bot.storage.dialect import insert
from bot.storage.tables import Instant, addresses, clients, people

STAFF = {"owner": Role.OWNER, "manager": Role.MANAGER, "viewer": Role.VIEWER}
BOTH = "|"  # between the names of an account that two people could be

VIEW = sa.select(
    people.c.id, people.c.name, people.c.role, people.c.language, clients.c.id.label("client_id")
).select_from(people.outerjoin(clients, clients.c.person_id == people.c.id))


def address_key(channel: ChannelName, address: str) -> str:
    """One key for a person in a channel; a phone's is the same with or without its ninth digit."""
    return phone_key(address) if channel is ChannelName.WHATSAPP else address


def view_of(row: sa.Row[int, str, str | None, str, int | None]) -> PersonView:
    """Somebody as they are read by ``VIEW``."""
    number, name, role, language, client = row
    stranger = Role.CLIENT if client is not None else Role.STRANGER
    return PersonView(
        PersonId(number),
        name,
        STAFF.get(role or "", stranger),
        language,
        ClientId(client) if client is not None else None,
    )


class _Call(NamedTuple):
    """One message's sender. ``names`` by key, the one that answers go to first."""

    caller: Caller
    names: dict[str, str]
    wrote_at: datetime
    now: datetime

    @property
    def channel(self) -> ChannelName:
        return self.caller.address.channel

    @property
    def account(self) -> str | None:
        """What ties the account's names together: its phone on WhatsApp, where it is told."""
        if self.channel is not ChannelName.WHATSAPP:
            return None
        return next((to.removeprefix("+") for to in self.names.values() if is_phone(to)), None)


class Callers:
    """Finds whoever calls, or writes them down."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def calling(self, caller: Caller, now: datetime) -> PersonView:
        """Whoever writes from there; somebody new becomes a stranger.

        Names that lead to a stranger and to somebody known are one account's: the known one's.
        Where they lead to two who are known, nobody guesses: a stranger ``in_doubt`` answers.
        """
        told = (caller.address.to, *caller.aliases)
        names = {address_key(caller.address.channel, to): to for to in reversed(told)}
        # News come late and out of order; nobody wrote in the future.
        call = _Call(caller, dict(reversed(names.items())), min(caller.at or now, now), now)
        found = await self._heard(call)
        if len(found) == len(call.names) and len(set(found.values())) == 1:  # as nearly always
            person = PersonId(next(iter(found.values())))
            if call.account is None and call.channel is ChannelName.WHATSAPP:
                await self._account_heard(call, person)
            return await self.get(person)
        if len(set(found.values())) > 1:
            return await self._one_of(call, found)
        person = PersonId(next(iter(found.values()))) if found else await self._create(call)
        return await self.get(await self._write(call, person))

    async def get(self, person: PersonId) -> PersonView:
        """Somebody by number; ``NotFound`` if there is none."""
        row = (await self._connection.execute(VIEW.where(people.c.id == person))).one_or_none()
        if row is None:
            raise NotFound("errors.person.gone")
        return view_of(row)

    async def _heard(self, call: _Call) -> dict[str, int]:
        """Whose each name is that we know, written to from now on again."""
        heard = (
            sa.update(addresses)
            .where(addresses.c.channel == call.channel, addresses.c.key.in_(call.names))
            .values(**_heard_at(call.wrote_at, call.account))
            .returning(addresses.c.key, addresses.c.person_id)
        )
        return {row.key: row.person_id for row in await self._connection.execute(heard)}

    async def _account_heard(self, call: _Call, person: PersonId) -> None:
        """They wrote by a name without a phone: the window is open to their phone as well."""
        account = sa.select(addresses.c.wa_id).where(
            addresses.c.channel == call.channel, addresses.c.key.in_(call.names)
        )
        await self._connection.execute(
            sa.update(addresses)
            .where(
                addresses.c.channel == call.channel,
                addresses.c.person_id == person,
                addresses.c.wa_id.in_(account),
            )
            .values(**_heard_at(call.wrote_at, None))
        )

    async def _one_of(self, call: _Call, found: dict[str, int]) -> PersonView:
        """Of several whom an account's names lead to, the one who is known; else a doubt."""
        in_turn = dict.fromkeys(found[key] for key in call.names if key in found)
        views = [await self.get(PersonId(person)) for person in in_turn]
        known = [view for view in views if view.role is not Role.STRANGER]
        if len(known) > 1:
            return await self._in_doubt(call, known)
        person = (known or views)[0].id
        await self._connection.execute(
            sa.update(addresses)
            .where(addresses.c.channel == call.channel, addresses.c.key.in_(call.names))
            .values(person_id=person)
        )
        return await self.get(await self._write(call, person))

    async def _in_doubt(self, call: _Call, known: Sequence[PersonView]) -> PersonView:
        """Somebody of whom only the house can say who they are."""
        both = call._replace(names={BOTH.join(call.names): call.caller.address.to})
        found = list((await self._heard(both)).values())
        person = PersonId(found[0]) if found else await self._create(call)
        view = await self.get(person if found else await self._write(both, person))
        return view.could_be(view.id for view in known)

    async def _create(self, call: _Call) -> PersonId:
        caller = call.caller
        made = (
            sa.insert(people)
            .values(name=caller.name, language=caller.language, created_at=call.now)
            .returning(people.c.id)
        )
        return PersonId((await self._connection.execute(made)).scalar_one())

    async def _write(self, call: _Call, person: PersonId) -> PersonId:
        """Let every name of theirs lead to the same person.

        Two first messages at once meet here: the second finds the first one's person.
        """
        found = person
        for key, send_to in call.names.items():
            row = insert(self._connection, addresses).values(
                person_id=found,
                channel=call.channel,
                key=key,
                send_to=send_to,
                wa_id=call.account,
                last_inbound_at=call.wrote_at,
            )
            written = row.on_conflict_do_update(
                index_elements=["channel", "key"], set_=_heard_at(call.wrote_at, call.account)
            )
            answer = await self._connection.execute(written.returning(addresses.c.person_id))
            found = PersonId(answer.scalar_one())
        return found


def _heard_at(wrote_at: datetime, account: str | None) -> dict[str, Any]:
    """What an address is, once somebody wrote from it: a late delivery takes nothing back."""
    before = addresses.c.last_inbound_at
    newest = sa.case((before > wrote_at, before), else_=sa.literal(wrote_at, Instant))
    values = {"last_inbound_at": newest, "unreachable_at": None, "unreachable_why": None}
    return values | ({"wa_id": account} if account else {})
