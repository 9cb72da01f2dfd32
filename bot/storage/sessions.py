"""Where each person is in their conversation, locked while one of their messages is answered."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.dialog.session import Session
from bot.domain.ids import PersonId
from bot.storage.dialect import insert
from bot.storage.tables import sessions


class Sessions:
    """One row a person; two taps at once queue here instead of racing."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def lock(self, person: PersonId, now: datetime) -> Session:
        """The person's session, theirs alone until the transaction ends."""
        fresh = insert(self._connection, sessions).values(
            person_id=person, state=Session().model_dump_json(), updated_at=now
        )
        # One statement: whoever is there already is locked by being written to.
        kept = fresh.on_conflict_do_update(
            index_elements=[sessions.c.person_id], set_={"updated_at": now}
        ).returning(sessions.c.state)
        state = (await self._connection.execute(kept)).scalar_one()
        return Session.model_validate_json(state)

    async def save(self, person: PersonId, session: Session, now: datetime) -> None:
        """Remember where the conversation stands."""
        await self._connection.execute(
            sa.update(sessions)
            .where(sessions.c.person_id == person)
            .values(state=session.model_dump_json(), updated_at=now)
        )
