"""Messages that found their way closed, and go on over another: another chat, or another form."""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import State
from bot.domain.ids import OutboxId
from bot.domain.message import Address, ChannelName
from bot.domain.reasons import CLOSED_CHATS, Reason
from bot.storage.attempts import state_is
from bot.storage.decisions import Decisions, wants_decision
from bot.storage.reached import best_address
from bot.storage.tables import addresses, outbox

# Whether the one that an outbox row follows was refused as free words, to this very address, and
# nothing was heard from there since.
_followed = outbox.alias("followed")
REFUSED_AS_WORDS = sa.exists(
    sa.select(sa.literal_column("1")).where(
        _followed.c.id == outbox.c.follows_id,
        _followed.c.reason == Reason.WINDOW_CLOSED.value,
        sa.or_(
            addresses.c.last_inbound_at.is_(None),
            addresses.c.last_inbound_at <= _followed.c.ended_at,
        ),
    )
)

# Whether the one that an outbox row follows has arrived after all.
ARRIVED_AFTER_ALL = sa.exists(
    sa.select(sa.literal_column("1")).where(
        _followed.c.id == outbox.c.follows_id,
        state_is(_followed, State.DELIVERED, State.READ),
    )
)


class Detours:
    """Fills ``ports.arrivals.Detours``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def over_another(
        self, channels: Collection[ChannelName], since: datetime, now: datetime, most: int
    ) -> int:
        """Send on what found its chat closed, where another chat is open; how many went."""
        return await send_on(
            self._connection, _stopped_by(since, *CLOSED_CHATS), channels, now, most
        )

    async def in_another_form(self, since: datetime, now: datetime, most: int) -> int:
        """Queue once more what the network refused as free words; how many.

        It names the one it follows, and so leaves as an approved form, or waits for their words.
        """
        query = (
            sa.select(outbox.c.id, outbox.c.channel, outbox.c.send_to)
            .where(*_stopped_by(since, Reason.WINDOW_CLOSED))
            .order_by(outbox.c.id)
            .limit(most)
        )
        rows = (await self._connection.execute(query)).all()
        return await _again(self._connection, [tuple(row) for row in rows], now)


async def send_on(
    connection: AsyncConnection,
    which: Sequence[sa.ColumnElement[bool]],
    channels: Collection[ChannelName],
    now: datetime,
    most: int,
) -> int:
    """Send these on over another open chat of whom they are for; how many have one, and went.

    Never over the same chat, and what went on once does not wander on for ever.
    """
    theirs = addresses.alias("best")
    went = 0
    for channel in ChannelName:
        others = [other for other in channels if other is not channel]
        best = best_address(others, outbox.c.person_id)
        query = (
            sa.select(outbox.c.id, theirs.c.channel, theirs.c.send_to)
            .select_from(outbox.join(theirs, theirs.c.id == best))
            .where(
                *which,
                # Not as it is, or SQLite looks through all that ever went over this chat.
                outbox.c.channel.concat("") == channel.value,
                outbox.c.follows_id.is_(None),
            )
            .order_by(outbox.c.id)
            .limit(most)
        )
        rows = (await connection.execute(query)).all()
        went += await _again(connection, [tuple(row) for row in rows], now)
    return went


async def _again(
    connection: AsyncConnection, rows: Sequence[tuple[int, str, str]], now: datetime
) -> int:
    """Take each off the list and queue it to where it goes now; not what somebody decided on."""
    decisions = Decisions(connection)
    went = 0
    for row, channel, to in rows:
        if await decisions.dismiss(OutboxId(row), now):
            await decisions.again(OutboxId(row), Address(ChannelName(channel), to), now)
            went += 1
    return went


def _stopped_by(since: datetime, *reasons: str) -> list[sa.ColumnElement[bool]]:
    """What ended for one of these reasons since then, and nobody has decided about.

    Answers are left: whoever asked has gone on.
    """
    return [
        # As the index of those has it: without it SQLite looks through all there ever was.
        wants_decision(),
        state_is(outbox, State.FAILED, State.GIVEN_UP),
        outbox.c.reason.in_(sorted(reasons)),
        outbox.c.ended_at >= since,
        outbox.c.kind != "screen",
        outbox.c.follows_id.is_(None),
    ]
