"""The outbox as people look into it: figures at a glance, and what wants a decision."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import State
from bot.domain.ids import OutboxId, PersonId
from bot.domain.message import ChannelName
from bot.services.ports.delivery import Pile, QueueView, Reasons, TroubledView
from bot.services.ports.paging import COUNTED, ROWS, Found, Key
from bot.storage.attempts import state_is
from bot.storage.channel_states import ChannelStates
from bot.storage.decisions import in_pile, wants_decision
from bot.storage.tables import outbox, people

_LATELY = timedelta(minutes=5)
_FAR = 100_000  # as far as what is due is counted, to say how long it will take
_VIEW = sa.select(outbox, people.c.name.label("person_name")).join(
    people, people.c.id == outbox.c.person_id
)


class Deliveries:
    """Fills ``ports.delivery.Deliveries``. Counts go as far as they matter, to a thousand."""

    def __init__(self, connection: AsyncConnection, rows: int = ROWS) -> None:
        """``rows`` stand on a page."""
        self._connection = connection
        self._rows = rows

    async def overview(self, since: datetime, now: datetime) -> QueueView:
        """Everything at a glance; failures ``since`` then."""
        due = (state_is(outbox, State.WAITING), outbox.c.due_at <= now)
        oldest = sa.select(sa.func.min(outbox.c.due_at)).where(*due)
        failed = (wants_decision(), outbox.c.ended_at >= since)
        states = await ChannelStates(self._connection).all()
        return QueueView(
            due=await self._count(*due, most=_FAR),
            a_minute=await self._a_minute(now),
            on_the_way=await self._count(state_is(outbox, State.CLAIMED, State.SENDING)),
            in_doubt=await self._count(state_is(outbox, State.UNCERTAIN)),
            oldest_at=(await self._connection.execute(oldest)).scalar_one_or_none(),
            put_off=await self._reasons(state_is(outbox, State.WAITING), outbox.c.due_at > now),
            failed=await self._reasons(*failed),
            troubled=await self._count(wants_decision()),
            channels=tuple(states.values()),
        )

    async def troubled(self, after: Key | None, of: Pile | None = None) -> Found[TroubledView]:
        """What wants a decision, the newest first; only ``of`` a pile, if one is named."""
        which = (wants_decision(),) if of is None else in_pile(of)
        query = _VIEW.where(*which).order_by(outbox.c.id.desc()).limit(self._rows + 1)
        if after is not None:
            query = query.where(outbox.c.id < int(after["id"]))
        rows = [_view(row) for row in await self._connection.execute(query)]
        more = {"id": rows[self._rows - 1].id} if len(rows) > self._rows else None
        return Found(tuple(rows[: self._rows]), more)

    async def get(self, row: OutboxId) -> TroubledView | None:
        """One message."""
        found = (await self._connection.execute(_VIEW.where(outbox.c.id == row))).one_or_none()
        return _view(found) if found else None

    async def _a_minute(self, now: datetime) -> float:
        """How many of what we start have left in a minute, lately."""
        left = sa.select(sa.func.count(), sa.func.min(outbox.c.sending_at)).where(
            outbox.c.channel.in_([channel.value for channel in ChannelName]),
            outbox.c.kind != "screen",
            outbox.c.sending_at > now - _LATELY,
        )
        count, since = (await self._connection.execute(left)).one()
        if not count:
            return 0.0
        minutes = max((now - since).total_seconds() / 60, 1.0)
        return float(count / minutes)

    async def _count(self, *which: sa.ColumnElement[bool], most: int = COUNTED) -> int:
        few = sa.select(outbox.c.id).where(*which).limit(most + 1).subquery()
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
