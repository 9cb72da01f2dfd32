"""What lies behind buttons: a short random id for each deed, never the deed itself."""

import secrets
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import PersonId
from bot.domain.ticket import LIFE, About, Ticket
from bot.storage.tables import tickets

ID_BYTES = 9  # twelve letters: nobody guesses one, and it fits every channel's button


class Tickets:
    """Fills ``services.ports.desk.TicketDrawer``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(self, token: str) -> Ticket | None:
        """One by its id, whoever's it is and whether or not it still stands."""
        query = sa.select(tickets).where(tickets.c.id == token)
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return None
        return Ticket(row.id, PersonId(row.person_id), row.deed, row.about, row.expires_at)

    async def issue(
        self, person: PersonId, deeds: Sequence[tuple[str, About]], now: datetime
    ) -> list[str]:
        """Write one for each deed; their ids in the same order."""
        rows = [
            {
                "id": secrets.token_urlsafe(ID_BYTES),
                "person_id": person,
                "deed": deed,
                "about": dict(about),
                "expires_at": now + LIFE,
            }
            for deed, about in deeds
        ]
        if rows:
            await self._connection.execute(sa.insert(tickets), rows)
        return [str(row["id"]) for row in rows]

    async def forget(self, now: datetime) -> int:
        """Drop those that no longer stand."""
        done = await self._connection.execute(sa.delete(tickets).where(tickets.c.expires_at < now))
        return done.rowcount
