"""Where each person is in their conversation, locked while one of their messages is answered."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.dialog.session import Session
from bot.domain.ids import PersonId
from bot.storage.tables import sessions


class Sessions:
    """One row a person; two taps at once queue here instead of racing."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def lock(self, person: PersonId, now: datetime) -> Session:
        """The person's session, theirs alone until the transaction ends."""
        await self._connection.execute(self._first(person, now))
        query = sa.select(sessions.c.state).where(sessions.c.person_id == person).with_for_update()
        state = (await self._connection.execute(query)).scalar_one()
        return Session.model_validate_json(state)

    async def save(self, person: PersonId, session: Session, now: datetime) -> None:
        """Remember where the conversation stands."""
        await self._connection.execute(
            sa.update(sessions)
            .where(sessions.c.person_id == person)
            .values(state=session.model_dump_json(), updated_at=now)
        )

    def _first(self, person: PersonId, now: datetime) -> sa.Executable:
        empty = Session().model_dump_json()
        values = sa.select(
            sa.literal(person),
            sa.literal(empty),
            sa.literal(now, type_=sessions.c.updated_at.type),
        ).where(~sa.exists().where(sessions.c.person_id == person))
        # An insert that yields to the row already there, on either database.
        return sa.insert(sessions).from_select(["person_id", "state", "updated_at"], values)
