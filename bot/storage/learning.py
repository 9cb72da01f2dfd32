"""What a network calls somebody, learned from its answer to a message of ours."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.message import Address
from bot.storage.callers import address_key
from bot.storage.dialect import insert
from bot.storage.tables import addresses, clients, people


async def learn_names(
    connection: AsyncConnection, answers: Iterable[tuple[Address, str | None]]
) -> None:
    """Keep the id beside the address that we wrote to, so that an answer by it finds its person.

    What the house typed stays as it is. Where the id is another known person's, nothing moves.
    """
    for address, name in answers:
        # As nearly always, it is the number that we wrote to.
        if name is None or name == address.to.removeprefix("+"):
            continue
        key, theirs = (address_key(address.channel, each) for each in (address.to, name))
        ours = (addresses.c.channel == address.channel, addresses.c.key == key)
        learned = sa.update(addresses).where(*ours).values(wa_id=name)
        learned = learned.returning(addresses.c.person_id)
        person = (await connection.execute(learned)).scalar_one_or_none()
        if person is None or theirs == key:
            continue
        row = insert(connection, addresses).values(
            person_id=person, channel=address.channel, key=theirs, send_to=name, wa_id=name
        )
        await connection.execute(
            row.on_conflict_do_update(
                index_elements=["channel", "key"],
                set_={"person_id": person, "wa_id": name},
                where=addresses.c.person_id.not_in(_KNOWN),
            )
        )


_KNOWN = sa.union(
    sa.select(people.c.id).where(people.c.role.is_not(None)), sa.select(clients.c.person_id)
)
