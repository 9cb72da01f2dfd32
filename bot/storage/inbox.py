"""What came in: the raw bytes until they are understood, and what was answered already."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.ports.inbox import SEEN_FOR, RawRow
from bot.storage.dialect import insert
from bot.storage.tables import inbox_raw, inbox_seen


class Inbox:
    """The only way in."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def keep(self, deliveries: Sequence[tuple[str, bytes]], now: datetime) -> None:
        """Store deliveries as they came."""
        rows = [
            {"channel": channel, "body": body, "received_at": now} for channel, body in deliveries
        ]
        await self._connection.execute(sa.insert(inbox_raw), rows)

    async def undone(self, now: datetime, limit: int) -> Sequence[RawRow]:
        """The oldest that may be tried, and those that must wait for their next try."""
        may = sa.or_(inbox_raw.c.not_before.is_(None), inbox_raw.c.not_before <= now)
        rows = []
        for waits, which in ((False, may), (True, inbox_raw.c.not_before > now)):
            query = (
                sa.select(
                    inbox_raw.c.id,
                    inbox_raw.c.channel,
                    inbox_raw.c.body,
                    inbox_raw.c.tries,
                    inbox_raw.c.received_at,
                )
                .where(inbox_raw.c.done_at.is_(None), which)
                .order_by(inbox_raw.c.id)
                .limit(limit)
            )
            rows += [
                RawRow(row.id, row.channel, row.body, row.tries, row.received_at, waits)
                for row in await self._connection.execute(query)
            ]
        return sorted(rows, key=lambda row: row.id)

    async def done(self, row: int, now: datetime, trouble: str = "") -> None:
        """Nothing more is to be made of it."""
        await self._set(row, done_at=now, trouble=trouble)

    async def later(self, row: RawRow, not_before: datetime, trouble: str) -> None:
        """Try again then."""
        await self._set(row.id, tries=row.tries + 1, not_before=not_before, trouble=trouble)

    async def first_time(self, channel: str, message_id: str, now: datetime) -> bool:
        """Whether this message was not answered yet; from now on it was."""
        row = insert(self._connection, inbox_seen).values(
            channel=channel, message_id=message_id, at=now
        )
        written = row.on_conflict_do_nothing().returning(inbox_seen.c.message_id)
        return (await self._connection.execute(written)).one_or_none() is not None

    async def forget(self, now: datetime) -> None:
        """Drop what nobody will repeat any more; what gave trouble stays to be looked at."""
        old = now - SEEN_FOR
        await self._connection.execute(sa.delete(inbox_seen).where(inbox_seen.c.at < old))
        await self._connection.execute(
            sa.delete(inbox_raw).where(inbox_raw.c.done_at < old, inbox_raw.c.trouble == "")
        )

    async def riddles(self) -> int:
        """How many deliveries gave trouble."""
        query = sa.select(sa.func.count()).where(inbox_raw.c.trouble != "")
        return int((await self._connection.execute(query)).scalar_one())

    async def _set(self, row: int, **values: object) -> None:
        await self._connection.execute(
            sa.update(inbox_raw).where(inbox_raw.c.id == row).values(**values)
        )
