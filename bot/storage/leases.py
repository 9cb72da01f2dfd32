"""Who may send what: rows of the outbox leased to workers, one at a time to each person."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import State
from bot.domain.evidence import LEASE
from bot.domain.ids import OutboxId, PersonId
from bot.domain.message import Address, ChannelName, Outgoing
from bot.services.ports.outbox import PRIORITIES, Claimed
from bot.storage.attempts import state_is
from bot.storage.claiming import CLAIM, CLAIM_ANSWERS
from bot.storage.dialect import alone, one_of
from bot.storage.readers import Reader, readers_of
from bot.storage.tables import channel_states, outbox
from bot.storage.wire import unpack


class Leases:
    """Fills ``ports.outbox.Leases``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def claim(
        self, worker: str, channel: ChannelName, limit: int, now: datetime
    ) -> Sequence[Claimed]:
        """Lease up to ``limit`` rows that may go now, the most urgent first."""
        # Two claims at once could each take a row of the same person that the other does not see.
        await alone(self._connection, "outbox.claim")
        until = now + LEASE
        lease = f"{worker}{_OF}{secrets.token_hex(_TOKEN_BYTES)}"
        given = {
            "lease": lease,
            "via": channel.value,
            "most": limit,
            "now": now,
            "until": until,
        }
        claim = CLAIM_ANSWERS if await self._starts_nothing(channel, now) else CLAIM
        rows = (await self._connection.execute(claim, given)).all()
        if not rows:
            return []
        readers = await readers_of(self._connection, [row.id for row in rows])
        claimed = sorted(rows, key=lambda row: (row.priority, row.due_at, row.id))
        return [_claimed(row, readers[row.id], until, lease) for row in claimed]

    async def mark_sending(self, rows: Collection[Claimed], now: datetime) -> frozenset[OutboxId]:
        """Write down that they are about to leave; those that are still ours to send."""
        marked = await self._connection.execute(
            sa.update(outbox)
            .where(
                *self._are(rows),
                sa.or_(outbox.c.priority == PRIORITIES[0], ~_kept_back(now)),
            )
            .values(state=State.SENDING, sending_at=now, lease_until=now + LEASE)
            .returning(outbox.c.id)
        )
        return frozenset(OutboxId(row) for row in marked.scalars())

    async def release(self, rows: Collection[Claimed]) -> None:
        """Give back what was claimed and has not left."""
        await self._connection.execute(_GIVE_BACK.where(*self._are(rows)))

    async def release_all(self, worker: str) -> int:
        """Give back everything this worker claimed and did not send."""
        theirs = outbox.c.lease_owner.startswith(f"{worker}{_OF}", autoescape=True)
        return (await self._connection.execute(_GIVE_BACK.where(theirs))).rowcount

    def _are(self, rows: Collection[Claimed]) -> tuple[sa.ColumnElement[bool], ...]:
        """Those that are still claimed, and by these claims."""
        return (
            state_is(outbox, State.CLAIMED),
            one_of(self._connection, outbox.c.id, [row.id for row in rows]),
            one_of(self._connection, outbox.c.lease_owner, {row.lease for row in rows}),
        )

    async def _starts_nothing(self, channel: ChannelName, now: datetime) -> bool:
        query = sa.select(_ONE).where(channel_states.c.channel == channel, _starts_rest(now))
        return (await self._connection.execute(query)).first() is not None


_ONE: sa.ColumnElement[int] = sa.literal_column("1")
_OF = "/"  # a worker's name, and which of its claims
_TOKEN_BYTES = 6


def _starts_rest(now: datetime) -> sa.ColumnElement[bool]:
    """Whether the house or the provider lets us start nothing over a chat."""
    return sa.or_(channel_states.c.held_at.is_not(None), channel_states.c.starts_rest_until > now)


def _kept_back(now: datetime) -> sa.ColumnElement[bool]:
    """Either may have spoken between the claim and now."""
    return sa.exists(
        sa.select(_ONE).where(channel_states.c.channel == outbox.c.channel, _starts_rest(now))
    )


_GIVE_BACK = (
    sa.update(outbox)
    .where(state_is(outbox, State.CLAIMED))
    .values(state=State.WAITING, lease_owner=None, lease_until=None)
)


def _claimed(row: sa.Row[Any], reader: Reader, until: datetime, lease: str) -> Claimed:
    return Claimed(
        id=OutboxId(row.id),
        opaque=row.opaque,
        person_id=PersonId(row.person_id),
        address=Address(ChannelName(row.channel), row.send_to),
        kind=row.kind,
        purpose=row.purpose,
        outgoing=_outgoing(row.payload),
        language=reader.language,
        attempts=row.attempts,
        due_at=row.due_at,
        created_at=row.created_at,
        leased_until=until,
        lease=lease,
        failing_since=reader.failing_since,
        last_inbound_at=reader.last_inbound_at,
        unreachable=reader.unreachable,
        again=row.follows_id is not None,
        to_staff=reader.is_staff,
        doubted_since=row.sending_at if row.resends else None,
        window_closed=bool(reader.window_closed),
        arrived=bool(reader.arrived),
    )


def _outgoing(payload: str) -> Outgoing | None:
    """None for what is composed later, and for what no version of ours understands."""
    try:
        return unpack(payload) if payload else None
    except (orjson.JSONDecodeError, KeyError, IndexError, TypeError, ValueError):
        return None
