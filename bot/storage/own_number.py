"""How our own number stands, as its network told us, and how well what it sent arrives."""

from dataclasses import asdict, fields
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import State
from bot.domain.message import ChannelName
from bot.domain.own_number import Arrived, NumberFacts
from bot.services.ports.own_number import KnownFacts
from bot.storage.attempts import state_is
from bot.storage.contacts import is_start
from bot.storage.dialect import insert
from bot.storage.tables import number_facts, outbox

_FACTS = frozenset(field.name for field in fields(NumberFacts))


class NumberBook:
    """Fills ``ports.own_number.NumberBook``, for one chat."""

    def __init__(self, connection: AsyncConnection, channel: ChannelName) -> None:
        self._connection = connection
        self._channel = channel

    async def known(self) -> KnownFacts:
        """What was told the last time, and when; and when it was asked for."""
        query = sa.select(number_facts).where(number_facts.c.channel == self._channel)
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return KnownFacts()
        told = {name: value for name, value in row.facts.items() if name in _FACTS}
        facts = NumberFacts(**told) if row.told_at else None
        return KnownFacts(facts, row.told_at, row.asked_at)

    async def keep(self, facts: NumberFacts, now: datetime) -> None:
        """It was asked, and told this."""
        await self._write(facts=asdict(facts), told_at=now, asked_at=now)

    async def asked(self, at: datetime | None) -> None:
        """It was asked then, and told nothing; none: it is to be asked at once."""
        await self._write(asked_at=at)

    async def arrived(self, since: datetime) -> Arrived:
        """What became of what it took since then."""
        taken = (
            outbox.c.channel == self._channel.value,
            outbox.c.accepted_at.is_not(None),
            outbox.c.sending_at > since,
        )
        read = outbox.c.read_at.is_not(None)
        arrived = sa.or_(outbox.c.delivered_at.is_not(None), read)
        sums = sa.select(
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(sa.case((arrived, 1), else_=0)), 0),
            sa.func.coalesce(sa.func.sum(sa.case((read, 1), else_=0)), 0),
        ).where(*taken, is_start(outbox))
        count, delivered, seen = (await self._connection.execute(sums)).one()
        failed = (
            sa.select(outbox.c.reason, sa.func.count())
            .where(
                outbox.c.channel == self._channel.value,
                outbox.c.sending_at > since,
                state_is(outbox, State.FAILED, State.GIVEN_UP),
                is_start(outbox),
            )
            .group_by(outbox.c.reason)
        )
        reasons = {why: int(n) for why, n in await self._connection.execute(failed)}
        return Arrived(int(count), int(delivered), int(seen), reasons)

    async def _write(self, **values: object) -> None:
        row = insert(self._connection, number_facts)
        row = row.values(channel=self._channel, **{"facts": {}, **values})
        await self._connection.execute(
            row.on_conflict_do_update(index_elements=["channel"], set_=values)
        )
