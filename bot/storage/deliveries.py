"""The outbox as people look into it: figures at a glance, and what wants a decision."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import State
from bot.domain.ids import OutboxId, PersonId
from bot.domain.message import Address, ChannelName
from bot.domain.reasons import Reason
from bot.services.ports.delivery import QueueView, Reasons, TroubledView
from bot.services.ports.paging import COUNTED, ROWS, Found, Key
from bot.storage.attempts import note, state_is
from bot.storage.channel_states import ChannelStates
from bot.storage.tables import notice_lines, outbox, people

_TROUBLED = (State.UNCERTAIN, State.FAILED, State.GIVEN_UP)
_VIEW = sa.select(outbox, people.c.name.label("person_name")).join(
    people, people.c.id == outbox.c.person_id
)


class Deliveries:
    """Fills ``ports.delivery.Deliveries``. Counts go as far as they matter, to a thousand."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def overview(self, since: datetime, now: datetime) -> QueueView:
        """Everything at a glance; failures ``since`` then."""
        due = (state_is(outbox, State.WAITING), outbox.c.due_at <= now)
        oldest = sa.select(sa.func.min(outbox.c.due_at)).where(*due)
        failed = (_wants_decision(), outbox.c.ended_at >= since)
        states = await ChannelStates(self._connection).all()
        return QueueView(
            due=await self._count(*due),
            on_the_way=await self._count(state_is(outbox, State.CLAIMED, State.SENDING)),
            in_doubt=await self._count(state_is(outbox, State.UNCERTAIN)),
            oldest_at=(await self._connection.execute(oldest)).scalar_one_or_none(),
            put_off=await self._reasons(state_is(outbox, State.WAITING), outbox.c.due_at > now),
            failed=await self._reasons(*failed),
            troubled=await self._count(_wants_decision()),
            channels=tuple(states.values()),
        )

    async def troubled(self, after: Key | None) -> Found[TroubledView]:
        """What wants a decision, the newest first."""
        query = _VIEW.where(_wants_decision()).order_by(outbox.c.id.desc()).limit(ROWS + 1)
        if after is not None:
            query = query.where(outbox.c.id < int(after["id"]))
        rows = [_view(row) for row in await self._connection.execute(query)]
        more = {"id": rows[ROWS - 1].id} if len(rows) > ROWS else None
        return Found(tuple(rows[:ROWS]), more)

    async def get(self, row: OutboxId) -> TroubledView | None:
        """One message."""
        found = (await self._connection.execute(_VIEW.where(outbox.c.id == row))).one_or_none()
        return _view(found) if found else None

    async def dismiss(self, row: OutboxId, now: datetime) -> bool:
        """Take it off the list; no if somebody has. A doubtful one is then given up."""
        in_doubt = outbox.c.state == State.UNCERTAIN
        done = await self._connection.execute(
            sa.update(outbox)
            .where(outbox.c.id == row, _wants_decision())
            .values(
                dismissed_at=now,
                state=sa.case((in_doubt, State.GIVEN_UP.value), else_=outbox.c.state),
                reason=sa.case((in_doubt, Reason.UNCERTAIN.value), else_=outbox.c.reason),
                ended_at=sa.func.coalesce(outbox.c.ended_at, now),
                lease_owner=None,
                lease_until=None,
            )
        )
        if done.rowcount:
            await note(self._connection, [(row, "dismissed", "")], now)
        return bool(done.rowcount)

    async def again(self, row: OutboxId, address: Address, now: datetime) -> OutboxId:
        """Queue the same once more, for the same lines; it names the one it follows."""
        copied = sa.select(
            sa.literal(secrets.token_urlsafe(12)),
            outbox.c.person_id,
            sa.literal(address.channel.value),
            sa.literal(address.to),
            outbox.c.kind,
            outbox.c.purpose,
            outbox.c.payload,
            sa.literal(State.WAITING.value),
            outbox.c.priority,
            sa.literal(now, outbox.c.due_at.type),
            sa.literal(now, outbox.c.created_at.type),
            outbox.c.id,
        ).where(outbox.c.id == row)
        made = await self._connection.execute(
            sa.insert(outbox).from_select(list(_COPIED), copied).returning(outbox.c.id)
        )
        new = OutboxId(made.scalar_one())
        await self._connection.execute(
            sa.update(notice_lines)
            .where(notice_lines.c.outbox_id == row, notice_lines.c.state == "planned")
            .values(outbox_id=new)
        )
        return new

    async def _count(self, *which: sa.ColumnElement[bool]) -> int:
        few = sa.select(outbox.c.id).where(*which).limit(COUNTED + 1).subquery()
        query = sa.select(sa.func.count()).select_from(few)
        return int((await self._connection.execute(query)).scalar_one())

    async def _reasons(self, *which: sa.ColumnElement[bool]) -> Sequence[Reasons]:
        few = sa.select(outbox.c.reason).where(*which).limit(COUNTED + 1).subquery()
        query = (
            sa.select(few.c.reason, sa.func.count())
            .group_by(few.c.reason)
            .order_by(sa.func.count().desc(), few.c.reason)
        )
        return [Reasons(reason, count) for reason, count in await self._connection.execute(query)]


_COPIED = (
    "opaque",
    "person_id",
    "channel",
    "send_to",
    "kind",
    "purpose",
    "payload",
    "state",
    "priority",
    "due_at",
    "created_at",
    "follows_id",
)


def _wants_decision() -> sa.ColumnElement[bool]:
    return sa.and_(state_is(outbox, *_TROUBLED), outbox.c.dismissed_at.is_(None))


def _view(row: sa.Row[Any]) -> TroubledView:
    return TroubledView(
        id=OutboxId(row.id),
        person_id=PersonId(row.person_id),
        person_name=row.person_name,
        channel=ChannelName(row.channel),
        kind=row.kind,
        purpose=row.purpose,
        state=State(row.state),
        reason=row.reason,
        created_at=row.created_at,
        attempts=row.attempts,
        dismissed=row.dismissed_at is not None,
    )
