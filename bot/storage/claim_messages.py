"""The messages that a claim came by: what is corrected or deleted there is so here as well."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import ClaimId, ClientId
from bot.services.ports.claims import ClaimState, Word
from bot.storage.dialect import insert
from bot.storage.tables import claim_messages, claims

TAKEN_BACK = sa.exists().where(
    claim_messages.c.claim_id == claims.c.id, claim_messages.c.taken_back_at.is_not(None)
)
_BY_MESSAGE = sa.select(
    claim_messages.c.claim_id, claim_messages.c.said, claims.c.said.label("whole")
).join(claims, claims.c.id == claim_messages.c.claim_id)


class ClaimMessages:
    """One connection's."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def came_by(self, claim: ClaimId, word: Word) -> None:
        """Remember by which message a claim came, or something was added to it."""
        if word.came_by:
            row = insert(self._connection, claim_messages).values(
                claim_id=claim, message_id=word.came_by, said=word.said
            )
            await self._connection.execute(row.on_conflict_do_nothing())

    async def _message(self, claim: ClaimId, message: str, **values: object) -> None:
        await self._connection.execute(
            sa.update(claim_messages)
            .where(claim_messages.c.claim_id == claim, claim_messages.c.message_id == message)
            .values(**values)
        )

    async def correct(self, client: ClientId, message: str, said: str) -> bool:
        """Let the pending one that came by a message say this; no if there is none."""
        query = _BY_MESSAGE.where(
            claims.c.client_id == client,
            claim_messages.c.message_id == message,
            claims.c.state == ClaimState.PENDING,
        )
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return False
        whole = row.whole.replace(row.said, said, 1) if row.said else f"{row.whole}\n{said}"
        await self._connection.execute(
            sa.update(claims).where(claims.c.id == row.claim_id).values(said=whole.strip())
        )
        await self._message(ClaimId(row.claim_id), message, said=said)
        return True

    async def take_back(self, client: ClientId, message: str, now: datetime) -> ClaimId | None:
        """Write down that a message of a claim was deleted; none if it was no claim's."""
        query = _BY_MESSAGE.where(
            claims.c.client_id == client,
            claim_messages.c.message_id == message,
            claim_messages.c.taken_back_at.is_(None),
        )
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return None
        await self._message(ClaimId(row.claim_id), message, taken_back_at=now)
        return ClaimId(row.claim_id)
