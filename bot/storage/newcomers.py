"""Write many new clients down at once: people, chats, clients, what they are on."""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import ClientId, PersonId, SubscriptionId
from bot.domain.message import ChannelName
from bot.services.ports.client_store import AddedClient, ClientRecord
from bot.storage.dialect import insert
from bot.storage.tables import addresses, clients, people, subscriptions

CHUNK = 500  # values in one IN (...): far below what either database takes


def chunks(values: Iterable[str]) -> Iterator[list[str]]:
    """The values, a bearable number at a time."""
    rest = iter(values)
    while some := list(itertools.islice(rest, CHUNK)):
        yield some


async def whose_phones(connection: AsyncConnection, keys: Iterable[str]) -> dict[str, ClientId]:
    """Of many phones, those that are a client's: their own, or one they wrote to us from."""
    found: dict[str, ClientId] = {}
    chats = addresses.join(clients, clients.c.person_id == addresses.c.person_id)
    for some in chunks(keys):
        written_from = (
            sa.select(addresses.c.key, clients.c.id)
            .select_from(chats)
            .where(addresses.c.channel == ChannelName.WHATSAPP, addresses.c.key.in_(some))
        )
        theirs = sa.select(clients.c.phone_key, clients.c.id).where(clients.c.phone_key.in_(some))
        for query in (written_from, theirs):
            found.update({key: ClientId(one) for key, one in await connection.execute(query)})
    return found


async def add_clients(
    connection: AsyncConnection, records: Sequence[ClientRecord], language: str, now: datetime
) -> list[AddedClient]:
    """Write them down, in this order; none of their phones may be a client's yet."""
    if not records:
        return []
    persons = await _persons(connection, records, language, now)
    rows = _client_rows(records, persons, now)
    made = await _inserted(connection, clients, clients.c.phone_key, rows)
    numbers = [made[record.phone.key].pop() for record in records]
    ons = await _inserted(
        connection,
        subscriptions,
        subscriptions.c.client_id,
        _subscription_rows(records, numbers, now),
    )
    return [
        AddedClient(ClientId(client), PersonId(person), SubscriptionId(ons[client].pop()))
        for client, person in zip(numbers, persons, strict=True)
    ]


async def _persons(
    connection: AsyncConnection, records: Sequence[ClientRecord], language: str, now: datetime
) -> list[int]:
    """Who they are: strangers who wrote to us become clients, the others are new to us."""
    strangers = await _strangers(connection, [record.phone.key for record in records])
    fresh = [record for record in records if record.phone.key not in strangers]
    rows = [
        {"name": record.name, "role": None, "language": language, "created_at": now}
        for record in fresh
    ]
    # Of two with one name either will do: nothing tells them apart yet.
    made = await _inserted(connection, people, people.c.name, rows)
    new = {record.phone.key: made[record.name].pop() for record in fresh}
    for record in records:
        if record.phone.key in strangers:
            await connection.execute(
                people.update()
                .where(people.c.id == strangers[record.phone.key], people.c.role.is_(None))
                .values(name=record.name)
            )
    await _reach(connection, fresh, new)
    known = new | strangers
    return [known[record.phone.key] for record in records]


async def _strangers(connection: AsyncConnection, keys: Sequence[str]) -> dict[str, int]:
    """Who wrote to us from these phones; one person with two of them is the first one's."""
    found: dict[str, int] = {}
    for some in chunks(keys):
        query = sa.select(addresses.c.key, addresses.c.person_id).where(
            addresses.c.channel == ChannelName.WHATSAPP, addresses.c.key.in_(some)
        )
        for key, person in await connection.execute(query):
            if person not in found.values():
                found[key] = person
    return found


async def _reach(
    connection: AsyncConnection, records: Sequence[ClientRecord], persons: Mapping[str, int]
) -> None:
    if not records:
        return
    rows = [
        {
            "person_id": persons[record.phone.key],
            "channel": ChannelName.WHATSAPP,
            "key": record.phone.key,
            "send_to": record.phone.e164,
        }
        for record in records
    ]
    query = insert(connection, addresses)
    # The second phone of somebody with two: from now on another person's.
    query = query.on_conflict_do_update(
        index_elements=["channel", "key"], set_={"person_id": query.excluded.person_id}
    )
    await connection.execute(query, rows)


def _client_rows(
    records: Sequence[ClientRecord], persons: Sequence[int], now: datetime
) -> list[dict[str, Any]]:
    return [
        {
            "person_id": person,
            "name": record.name,
            "name_key": record.name_key,
            "phone": record.phone.e164,
            "phone_key": record.phone.key,
            "note": record.note,
            "tags": record.tags,
            "created_at": now,
        }
        for record, person in zip(records, persons, strict=True)
    ]


def _subscription_rows(
    records: Sequence[ClientRecord], numbers: Sequence[int], now: datetime
) -> list[dict[str, Any]]:
    return [
        {
            "client_id": client,
            "plan_id": record.plan_id,
            "price": record.price.minor,
            "currency": record.price.currency,
            "period": record.period.value,
            "anchor": record.anchor,
            "day_of_month": record.day_of_month,
            "standing": record.standing,
            "next_cycle": record.first_cycle,
            "next_due": record.next_due,
            "standing_since": now,
            "created_at": now,
        }
        for record, client in zip(records, numbers, strict=True)
    ]


async def _inserted(
    connection: AsyncConnection,
    table: sa.Table,
    by: sa.Column[Any],
    rows: Sequence[Mapping[str, Any]],
) -> dict[Any, list[int]]:
    """The numbers that the rows got, by what each says in a column.

    Not in their order: SQLite would then take them one at a time.
    """
    numbers: dict[Any, list[int]] = {}
    if rows:
        query = table.insert().returning(by, table.c.id)
        for said, number in await connection.execute(query, list(rows)):
            numbers.setdefault(said, []).append(number)
    return numbers
