"""How a phone is being linked."""

from dataclasses import asdict

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import PersonId
from bot.domain.message import ChannelName
from bot.services.ports.linking import Asking, Wanted
from bot.storage.dialect import insert
from bot.storage.tables import links


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
