"""How a phone is being linked."""

from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import ARRIVED
from bot.domain.ids import PersonId
from bot.domain.message import ChannelName
from bot.services.ports.linking import CODE, Asking, Wanted
from bot.storage.dialect import insert
from bot.storage.tables import links, outbox


class Linkings:
    """Fills ``ports.linking.Linkings``; one row a chat."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, channel: ChannelName) -> Asking:
        """How it stands."""
        query = sa.select(links).where(links.c.channel == channel)
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return Asking()
        return Asking(
            wanted=Wanted(row.wanted),
            phone=row.phone,
            asked_by=None if row.asked_by is None else PersonId(row.asked_by),
            asked_at=row.asked_at,
            shown=row.shown,
            code_hash=row.code_hash,
            told=row.told,
        )

    async def put(self, channel: ChannelName, asking: Asking) -> None:
        """How it stands from now on."""
        told = asdict(asking)
        row = insert(self._connection, links).values(channel=channel, **told)
        await self._connection.execute(
            row.on_conflict_do_update(index_elements=["channel"], set_=told)
        )

    async def last_code(self, asked_by: PersonId, since: datetime) -> str | None:
        """The message with the last code that they got since then, by its id at the provider."""
        query = (
            sa.select(outbox.c.provider_id)
            .where(
                outbox.c.person_id == asked_by,
                outbox.c.purpose == CODE,
                outbox.c.created_at >= since,
                outbox.c.state.in_(ARRIVED),
            )
            .order_by(outbox.c.id.desc())
            .limit(1)
        )
        found: str | None = await self._connection.scalar(query)
        return found
