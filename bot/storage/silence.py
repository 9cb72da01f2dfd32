"""Messages that a network took, and of which no word came that they arrived."""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import State
from bot.domain.ids import OutboxId
from bot.domain.message import ChannelName
from bot.domain.reasons import Reason
from bot.storage.attempts import note, state_is
from bot.storage.decisions import wants_decision
from bot.storage.detours import send_on
from bot.storage.dialect import one_of
from bot.storage.tables import channel_states, inbox_raw, outbox, people

_ONE: sa.ColumnElement[int] = sa.literal_column("1")


class Silences:
    """Fills ``ports.arrivals.Silence``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def fall(self, since: datetime, now: datetime, most: int) -> Sequence[OutboxId]:
        """Put on the list what was taken before ``since``, once each, the oldest first."""
        news_came = sa.exists(
            sa.select(_ONE).where(
                channel_states.c.channel == outbox.c.channel,
                channel_states.c.heard_at > outbox.c.accepted_at,
            )
        )
        few = (
            sa.select(outbox.c.id)
            .where(*_SILENT, outbox.c.accepted_at < since, _to_a_client(), news_came)
            .order_by(outbox.c.accepted_at)
            .limit(most)
        )
        fallen = await self._connection.execute(
            sa.update(outbox)
            .where(outbox.c.id.in_(few), *_SILENT)
            .values(state=State.UNHEARD, reason=Reason.UNHEARD, ended_at=now)
            .returning(outbox.c.id)
        )
        rows = sorted(OutboxId(row) for row in fallen.scalars())
        await note(self._connection, [(row, "unheard", "") for row in rows], now)
        return rows

    async def elsewhere(
        self, rows: Sequence[OutboxId], channels: Collection[ChannelName], now: datetime
    ) -> int:
        """Send those on whose people have another open chat over that one; how many went."""
        # One parameter for all: whatever their number, it is the same statement.
        these = [one_of(self._connection, outbox.c.id, rows)]
        return await send_on(self._connection, these, channels, now, len(rows))

    async def untold(self) -> int:
        """How many messages did not arrive and nobody of the house was told of."""
        query = sa.select(sa.func.count()).select_from(outbox).where(*_untold())
        return int((await self._connection.execute(query)).scalar_one())

    async def told(self, now: datetime) -> None:
        """They were told of all of them."""
        await self._connection.execute(sa.update(outbox).where(*_untold()).values(told_at=now))


# As the index has it.
_WHATSAPP: sa.ColumnElement[str] = sa.literal_column("'whatsapp'")
_SILENT = (
    outbox.c.channel == _WHATSAPP,
    outbox.c.kind != sa.literal_column("'screen'"),
    state_is(outbox, State.ACCEPTED, State.SENT),
)


async def silent_since(connection: AsyncConnection) -> datetime | None:
    """When the oldest message was taken since which nothing at all came in; none if all is well.

    Nothing sent is no silence. What lies here and is not understood yet was heard all the same.
    """
    heard = sa.select(channel_states.c.heard_at).where(channel_states.c.channel == _WHATSAPP)
    lies_here = (
        sa.select(inbox_raw.c.received_at)
        .where(inbox_raw.c.done_at.is_(None), inbox_raw.c.channel == _WHATSAPP)
        .order_by(inbox_raw.c.id.desc())
        .limit(1)
    )
    came = [(await connection.execute(query)).scalar_one_or_none() for query in (heard, lies_here)]
    last = max((at for at in came if at is not None), default=None)
    query = sa.select(sa.func.min(outbox.c.accepted_at)).where(
        *_SILENT,
        # A report may be quicker than our own note that the message was taken.
        outbox.c.state == State.ACCEPTED,
    )
    if last is not None:
        query = query.where(outbox.c.accepted_at > last)
    found: datetime | None = (await connection.execute(query)).scalar_one()
    return found


def _to_a_client() -> sa.ColumnElement[bool]:
    return sa.exists(
        sa.select(_ONE).where(people.c.id == outbox.c.person_id, people.c.role.is_(None))
    )


def _untold() -> tuple[sa.ColumnElement[bool], ...]:
    # Of the doubtful ones evidence may still tell.
    return (
        wants_decision(),
        outbox.c.state != State.UNCERTAIN,
        outbox.c.told_at.is_(None),
        _to_a_client(),
    )
