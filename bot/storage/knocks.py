"""Wrong codes and answered strangers, a row each, for as long as they count."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import PersonId
from bot.domain.knocks import Knock, Knocked
from bot.storage.tables import knocks


class Knocks:
    """Fills ``services.ports.door.Knocks``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def note(self, knock: Knock, person: PersonId, now: datetime) -> None:
        """One more."""
        row = sa.insert(knocks).values(what=knock, person_id=person, at=now)
        await self._connection.execute(row)

    async def by(self, person: PersonId, knock: Knock, since: datetime) -> Knocked:
        """Those of one person."""
        query = sa.select(sa.func.count(), sa.func.max(knocks.c.at)).where(
            knocks.c.person_id == person, knocks.c.what == knock, knocks.c.at > since
        )
        times, last = (await self._connection.execute(query)).one()
        return Knocked(times, last)

    async def by_all(self, knock: Knock, since: datetime, most: int) -> int:
        """How many of everybody's, counted up to ``most``."""
        some = sa.select(knocks.c.id).where(knocks.c.what == knock, knocks.c.at > since).limit(most)
        query = sa.select(sa.func.count()).select_from(some.subquery())
        return int((await self._connection.execute(query)).scalar_one())

    async def forget(self, before: datetime) -> None:
        """Drop what counts no more."""
        await self._connection.execute(sa.delete(knocks).where(knocks.c.at < before))
