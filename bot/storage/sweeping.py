"""What time alone puts right: lapsed leases, doubts whose grace is over, reports without a row."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import Report, State
from bot.domain.evidence import Doubt, after_grace, grace
from bot.domain.message import ChannelName
from bot.domain.reasons import Reason
from bot.services.ports.outbox import Swept
from bot.storage.attempts import note, state_is
from bot.storage.channel_states import ChannelStates
from bot.storage.dialect import one_of
from bot.storage.reports import Reports
from bot.storage.tables import orphan_reports, outbox

AT_ONCE = 500
_ASKED_AGAIN = timedelta(minutes=1)
_KEPT = timedelta(days=30)  # reports about messages that were never ours


class Sweeping:
    """Fills ``ports.outbox.Sweeping``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def sweep(self, now: datetime) -> Swept:
        """Take back lapsed leases, decide about doubts whose grace is over."""
        # Decided before the lapsed ones join them: everybody gets their grace.
        resent, given_up = await self._decide(now)
        return Swept(
            released=await self._take_back(now),
            doubted=await self._doubt(now),
            resent=resent,
            given_up=given_up,
            matched=await self._match(now),
        )

    async def _take_back(self, now: datetime) -> int:
        """Claimed and lapsed: nothing had left."""
        done = await self._connection.execute(
            sa.update(outbox)
            .where(state_is(outbox, State.CLAIMED), outbox.c.lease_until < now)
            .values(state=State.WAITING, lease_owner=None, lease_until=None)
        )
        return done.rowcount

    async def _doubt(self, now: datetime) -> int:
        """Sending and lapsed: it may have left. The owner may still come back and say so."""
        doubted = 0
        for channel in ChannelName:
            done = await self._connection.execute(
                sa.update(outbox)
                .where(
                    state_is(outbox, State.SENDING),
                    outbox.c.lease_until < now,
                    outbox.c.channel == channel,
                )
                .values(
                    state=State.UNCERTAIN,
                    reason=Reason.LEASE_LAPSED,
                    lease_until=now + grace(channel),
                )
                .returning(outbox.c.id)
            )
            rows = list(done.scalars())
            await note(
                self._connection, [(row, "uncertain", Reason.LEASE_LAPSED) for row in rows], now
            )
            doubted += len(rows)
        return doubted

    async def _decide(
        self, now: datetime
    ) -> tuple[tuple[ChannelName, ...], tuple[ChannelName, ...]]:
        rows = await self._over(now)
        if not rows:
            return (), ()
        states = await ChannelStates(self._connection).all()
        heard = {channel: state.heard_at for channel, state in states.items()}
        doubts = {row.id: _doubt_of(row, heard, now) for row in rows}
        again = [row for row, doubt in doubts.items() if doubt is Doubt.AGAIN]
        over = [row for row, doubt in doubts.items() if doubt is Doubt.GIVE_UP]
        await self._wait([row for row, doubt in doubts.items() if doubt is Doubt.WAIT], now)
        await self._again(again, now)
        await self._give_up(over, now)
        over_which = {row.id: ChannelName(row.channel) for row in rows}
        return tuple(over_which[row] for row in again), tuple(over_which[row] for row in over)

    async def _over(self, now: datetime) -> Sequence[Any]:
        query = (
            sa.select(
                outbox.c.id,
                outbox.c.channel,
                outbox.c.kind,
                outbox.c.resends,
                outbox.c.sending_at,
                outbox.c.created_at,
            )
            .where(state_is(outbox, State.UNCERTAIN), outbox.c.lease_until <= now)
            .order_by(outbox.c.lease_until)
            .limit(AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        return (await self._connection.execute(query)).all()

    async def _wait(self, rows: Sequence[int], now: datetime) -> None:
        """Ask again later, so that they do not stand before those that can be decided."""
        if rows:
            await self._connection.execute(
                sa.update(outbox)
                .where(one_of(self._connection, outbox.c.id, rows))
                .values(lease_until=now + _ASKED_AGAIN)
            )

    async def _again(self, rows: Sequence[int], now: datetime) -> None:
        if rows:
            await self._connection.execute(
                sa.update(outbox)
                .where(one_of(self._connection, outbox.c.id, rows))
                .values(
                    state=State.WAITING,
                    resends=outbox.c.resends + 1,
                    due_at=now,
                    lease_owner=None,
                    lease_until=None,
                )
            )
            await note(self._connection, [(row, "resent", "") for row in rows], now)

    async def _give_up(self, rows: Sequence[int], now: datetime) -> None:
        if rows:
            await self._connection.execute(
                sa.update(outbox)
                .where(one_of(self._connection, outbox.c.id, rows))
                .values(
                    state=State.GIVEN_UP,
                    reason=Reason.UNCERTAIN,
                    ended_at=now,
                    lease_owner=None,
                    lease_until=None,
                )
            )
            steps = [(row, "given_up", Reason.UNCERTAIN.value) for row in rows]
            await note(self._connection, steps, now)

    async def _match(self, now: datetime) -> int:
        """Reports that were kept in the very moment in which their message was recorded."""
        await self._connection.execute(
            sa.delete(orphan_reports).where(orphan_reports.c.at < now - _KEPT)
        )
        late = sa.select(orphan_reports).where(
            sa.exists(
                sa.select(sa.literal(1)).where(
                    outbox.c.provider_id == orphan_reports.c.provider_id,
                    outbox.c.channel == orphan_reports.c.channel,
                )
            )
        )
        rows = (await self._connection.execute(late.limit(AT_ONCE))).all()
        for row in rows:
            report = Report(row.provider_id, State(row.state), row.at, reason=row.reason)
            await Reports(self._connection).apply(ChannelName(row.channel), [report], now)
        if rows:
            ids = [row.id for row in rows]
            await self._connection.execute(
                sa.delete(orphan_reports).where(one_of(self._connection, orphan_reports.c.id, ids))
            )
        return len(rows)


def _doubt_of(row: Any, heard: Mapping[ChannelName, datetime | None], now: datetime) -> Doubt:
    channel = ChannelName(row.channel)
    return after_grace(
        channel,
        row.kind,
        row.resends,
        left_at=row.sending_at or row.created_at,
        heard_at=heard.get(channel),
        now=now,
    )
