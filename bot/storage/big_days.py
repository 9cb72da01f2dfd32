"""Days on which far more would go out than usual, and the counts that tell which those are."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import PersonId
from bot.domain.ladder import Due
from bot.domain.message import ChannelName
from bot.services.ports.big_days import Answer, BigDay, Crowd
from bot.services.ports.reminders import Bounds
from bot.storage.dialect import alone, insert
from bot.storage.holding import may_hear
from bot.storage.reached import Reached, best_address, people_of
from bot.storage.tables import big_days, clients, outbox

_NAMES = 3


class BigDays:
    """Fills ``services.ports.big_days.BigDayStore``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, day: date) -> BigDay | None:
        """One, if it was looked at. Until the transaction ends no other process looks."""
        await alone(self._connection, "big_days")
        return await self._one(big_days.c.day == day)

    async def pending(self) -> BigDay | None:
        """The one that waits for an answer."""
        return await self._one(big_days.c.answer == Answer.ASKED)

    async def keep(self, day: BigDay) -> None:
        """Write one down, over what was written of it."""
        row = {
            "people": day.people,
            "usual": day.usual,
            "answer": day.answer.value,
            "asked_at": day.asked_at,
            "asked_again_at": day.asked_at if day.asked_again else None,
        }
        written = insert(self._connection, big_days).values(day=day.day, **row)
        await self._connection.execute(
            written.on_conflict_do_update(index_elements=["day"], set_=row)
        )

    async def answer(
        self, day: date, answer: Answer, by: PersonId, *, over: Collection[Answer]
    ) -> bool:
        """Write the answer over one of these; no if there is another by now."""
        done = await self._connection.execute(
            sa.update(big_days)
            .where(big_days.c.day == day, big_days.c.answer.in_([each.value for each in over]))
            .values(answer=answer.value, decided_by=by)
        )
        return done.rowcount == 1

    async def crowd(
        self,
        dues: Sequence[Due],
        channels: Collection[ChannelName],
        now: datetime,
        bounds: Bounds,
    ) -> Crowd:
        """Who has reached a step and may hear of it now."""
        if not dues or not channels:
            return Crowd(0)
        those = people_of(Reached(dues)).where(
            best_address(channels).is_not(None), may_hear(bounds.rules, bounds.today, now)
        )
        them = those.cte("them")
        counted = sa.select(sa.func.count()).select_from(them)
        people = int((await self._connection.execute(counted)).scalar_one())
        if not people:
            return Crowd(0)
        named = sa.select(clients.c.name).join(them, them.c.person_id == clients.c.person_id)
        some = await self._connection.execute(named.order_by(clients.c.name_key).limit(_NAMES))
        return Crowd(people, tuple(some.scalars()))

    async def reminded(self, since: datetime) -> int:
        """How many reminders the ladder has queued since then."""
        query = sa.select(sa.func.count()).select_from(outbox).where(*_queued(since))
        return int((await self._connection.execute(query)).scalar_one())

    async def largest(self, midnights: Sequence[datetime]) -> int:
        """Of the days that lie between these instants, the reminders of the fullest."""
        days: list[sa.Select[Any]] = [
            sa.select(sa.func.count().label("queued"))
            .select_from(outbox)
            .where(*_queued(first), outbox.c.created_at < last)
            for first, last in pairwise(midnights)
        ]
        every = sa.union_all(*days).subquery("days")
        query = sa.select(sa.func.coalesce(sa.func.max(every.c.queued), 0))
        return int((await self._connection.execute(query)).scalar_one())

    async def _one(self, which: sa.ColumnElement[bool]) -> BigDay | None:
        row = (
            await self._connection.execute(
                sa.select(big_days).where(which).order_by(big_days.c.day.desc()).limit(1)
            )
        ).one_or_none()
        if row is None:
            return None
        return BigDay(
            row.day,
            row.people,
            row.usual,
            Answer(row.answer),
            row.asked_at,
            asked_again=row.asked_again_at is not None,
        )


def _queued(since: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return outbox.c.purpose == "reminder", outbox.c.created_at >= since
