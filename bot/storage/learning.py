"""What a network calls somebody: learned from its answer to a message of ours, or told anew."""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import State
from bot.domain.message import Address, ChannelName
from bot.storage.attempts import state_is
from bot.storage.callers import address_key
from bot.storage.dialect import insert, one_of
from bot.storage.tables import addresses, clients, outbox, people


async def learn_names(
    connection: AsyncConnection, answers: Iterable[tuple[Address, str | None]]
) -> None:
    """Keep the id beside the address that we wrote to, so that an answer by it finds its person.

    What the house typed stays as it is. Where the id is another known person's, nothing moves.
    """
    told: dict[ChannelName, dict[str, str]] = {}
    for address, name in answers:
        # As nearly always, it is the number that we wrote to.
        if name is not None and name != address.to.removeprefix("+"):
            key = address_key(address.channel, address.to)
            told.setdefault(address.channel, {})[key] = name
    for channel, names in told.items():
        await _learn(connection, channel, names)


async def _learn(
    connection: AsyncConnection, channel: ChannelName, names: Mapping[str, str]
) -> None:
    """Write only what is new: every message to somebody is answered by the same name."""
    query = sa.select(addresses.c.id, addresses.c.person_id, addresses.c.key, addresses.c.wa_id)
    query = query.where(addresses.c.channel == channel, one_of(connection, addresses.c.key, names))
    found = (await connection.execute(query.order_by(addresses.c.id))).all()
    news = [row for row in found if row.wa_id != names[row.key]]
    if not news:
        return
    learned = [{"row": row.id, "name": names[row.key]} for row in news]
    await connection.execute(_LEARN, learned)
    for row in news:
        name = names[row.key]
        theirs = address_key(channel, name)
        if theirs != row.key:
            await _write(
                connection, person_id=row.person_id, channel=channel, key=theirs, name=name
            )


async def rename(connection: AsyncConnection, channel: ChannelName, old: str, new: str) -> None:
    """The network calls the same account otherwise; what waits for it goes there."""
    key, theirs = address_key(channel, old), address_key(channel, new)
    query = sa.select(addresses).where(addresses.c.channel == channel, addresses.c.key == key)
    was = (await connection.execute(query)).one_or_none()
    if was is None or theirs == key:
        return
    theirs_now = await _write(
        connection,
        person_id=was.person_id,
        channel=channel,
        key=theirs,
        name=new,
        wa_id=was.wa_id,
        last_inbound_at=was.last_inbound_at,
    )
    if not theirs_now:
        return  # what is owed would be told to somebody else
    await connection.execute(sa.delete(addresses).where(addresses.c.id == was.id))
    await connection.execute(
        sa.update(outbox)
        .where(
            outbox.c.person_id == was.person_id,
            outbox.c.channel == channel,
            outbox.c.send_to == was.send_to,
            state_is(outbox, State.WAITING),
        )
        .values(send_to=new)
    )


async def _write(connection: AsyncConnection, *, name: str, person_id: int, **about: Any) -> bool:
    """One more name of a person's, unless it is another known person's; whether it is theirs."""
    about = {"wa_id": name, **about, "person_id": person_id, "send_to": name}
    row = insert(connection, addresses).values(**about)
    await connection.execute(
        row.on_conflict_do_update(
            index_elements=["channel", "key"],
            set_={"person_id": person_id, "wa_id": about["wa_id"]},
            where=addresses.c.person_id.not_in(_KNOWN),
        )
    )
    whose = sa.select(addresses.c.person_id).where(
        addresses.c.channel == about["channel"], addresses.c.key == about["key"]
    )
    return bool((await connection.execute(whose)).scalar_one() == person_id)


_LEARN = (
    sa.update(addresses)
    .where(addresses.c.id == sa.bindparam("row"))
    .values(wa_id=sa.bindparam("name"))
)
_KNOWN = sa.union(
    sa.select(people.c.id).where(people.c.role.is_not(None)), sa.select(clients.c.person_id)
)
