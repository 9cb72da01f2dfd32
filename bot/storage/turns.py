"""Whose turn it is: the most urgent first, no more people than the day allows, one after another.

The most urgent are those whose oldest open charge fell due first: the latest payers, then those
who are due soonest.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.contact import DAY, MINUTE, Slot, slots
from bot.domain.delivery import State
from bot.domain.message import ChannelName
from bot.services.ports.reminders import Bounds
from bot.storage.contacts import is_reminder
from bot.storage.dialect import given
from bot.storage.holding import is_known, may_hear
from bot.storage.reached import Reached, best_address, people_of
from bot.storage.tables import Instant, addresses, outbox

_PHONES = ChannelName.WHATSAPP


@dataclass(frozen=True, slots=True)
class Turns:
    """Who of those that have reached a step may be written to, and when.

    ``room``: to so many more people over WhatsApp; none: to all of them.
    """

    reached: Reached
    channels: Collection[ChannelName]
    bounds: Bounds
    slots: Sequence[Slot]
    room: int | None

    def taken(self, now: datetime) -> sa.CTE:
        """A row for each: ``person_id``, ``address_id``, ``due_at``, ``place``."""
        if self.room is None and not self.bounds.rules.per_minute:
            return self._whoever(now)
        placed = self._in_order(now)
        return self._at_their_time(placed)

    def _whoever(self, now: datetime) -> sa.CTE:
        """Whoever comes first: in an order, all would have to be looked at."""
        most = sum(slot.room for slot in self.slots)
        some = self._people(now, people_of(self.reached)).limit(most).cte("some")
        columns = sa.literal(now, Instant).label("due_at"), some.c.person_id.label("place")
        return self._addressed(some, *columns).cte("someone")

    def _in_order(self, now: datetime) -> sa.Subquery:
        eager = self._people(now, people_of(self.reached, by_age=True)).cte("eager")
        first = eager.c.oldest, eager.c.person_id
        if self.room is None:
            place = sa.func.row_number().over(order_by=first) - 1
            return self._addressed(eager, place.label("place")).subquery("placed")
        over = addresses.alias("by")
        counts = sa.and_(
            over.c.channel == _PHONES.value, ~is_known(eager.c.person_id, _PHONES, now)
        )
        fresh = sa.case((counts, 1), else_=0).label("fresh")
        everybody = self._addressed(eager, eager.c.oldest, fresh, _heard(eager), over=over)
        each = everybody.subquery("each")
        in_turn = _in_turn(each)
        so_far = sa.func.sum(each.c.fresh).over(order_by=in_turn, rows=(None, 0))
        counted = sa.select(each, so_far.label("so_far")).subquery("counted")
        in_turn = _in_turn(counted)
        place = sa.func.row_number().over(order_by=in_turn) - 1
        return (
            sa.select(counted.c.person_id, counted.c.address_id, place.label("place"))
            .where(sa.or_(counted.c.fresh == 0, counted.c.so_far <= self.room))
            .subquery("placed")
        )

    def _at_their_time(self, placed: sa.Subquery) -> sa.CTE:
        rows: list[tuple[int, int, datetime]] = []
        begun = 0
        for slot in self.slots:
            rows.append((begun, begun + slot.room - 1, slot.at))
            begun += slot.room
        columns = (
            sa.column("from_place", sa.Integer),
            sa.column("to_place", sa.Integer),
            sa.column("due_at", Instant),
        )
        times = given("times", rows, *columns)
        within = placed.c.place.between(times.c.from_place, times.c.to_place)
        return (
            sa.select(placed.c.person_id, placed.c.address_id, times.c.due_at, placed.c.place)
            .select_from(placed.join(times, within))
            .cte("someone")
        )

    def _people(self, now: datetime, people: sa.Select[Any]) -> sa.Select[Any]:
        return people.where(
            may_hear(self.bounds.rules, self.bounds.today, now),
            best_address(self.channels).is_not(None),
        )

    def _addressed(
        self,
        people: sa.CTE,
        *more: sa.ColumnElement[Any],
        over: sa.FromClause | None = None,
    ) -> sa.Select[Any]:
        over = addresses.alias("by") if over is None else over
        wish = people.c.wish if self.reached.wishes else None
        best = best_address(self.channels, people.c.person_id, wish)
        return sa.select(people.c.person_id, over.c.id.label("address_id"), *more).select_from(
            people.join(over, over.c.id == best)
        )


def _heard(people: sa.CTE) -> sa.ColumnElement[Any]:
    """When each was reminded last: of those who are as late, those come first who waited longer."""
    row = outbox.alias("heard")
    last = sa.select(sa.func.max(row.c.sending_at)).where(
        row.c.person_id == people.c.person_id, is_reminder(row)
    )
    return last.scalar_subquery().label("heard")


def _in_turn(each: sa.FromClause) -> tuple[sa.ColumnElement[Any], ...]:
    return each.c.oldest, each.c.heard.nulls_first(), each.c.person_id


async def free_slots(
    connection: AsyncConnection, bounds: Bounds, now: datetime, most: int
) -> Sequence[Slot]:
    """When up to ``most`` more reminders may leave today, behind those that have a time already."""
    per_minute = bounds.rules.per_minute
    if not per_minute:
        return slots(now, bounds.closes_at, 0, (), most)
    query = (
        sa.select(outbox.c.due_at, sa.func.count())
        .where(
            outbox.c.purpose == "reminder",
            outbox.c.created_at > now - DAY,
            outbox.c.due_at > now - MINUTE,
            outbox.c.reason == "",
            outbox.c.state != State.CANCELLED,
        )
        .group_by(outbox.c.due_at)
    )
    taken = [(at, number) for at, number in await connection.execute(query)]
    return slots(now, bounds.closes_at, per_minute, taken, most)
