"""Reminding by hand, a set at a time: who is meant, what keeps whom back, and their rows."""

import secrets
from collections import defaultdict
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import ChargeId, ClientId, PlanId
from bot.domain.message import ChannelName
from bot.domain.money import Money
from bot.services.ports.by_hand import Example, HeldBack, When, Whom
from bot.services.ports.delivery import Reasons
from bot.services.ports.outbox import BY_HAND
from bot.services.ports.paging import ROWS, Found, Key
from bot.services.ports.reminders import Line
from bot.storage.dialect import alone, insert
from bot.storage.tables import (
    Instant,
    addresses,
    charges,
    clients,
    notice_lines,
    outbox,
    people,
    subscriptions,
)
from bot.storage.whom import meant, wanted

_PRIORITY = 4  # somebody waits for it: before those that the ladder sends


class ByHand:
    """Fills ``services.ports.by_hand.ByHandStore``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def count(
        self, whom: Whom, channels: Collection[ChannelName], when: When
    ) -> Sequence[Reasons]:
        """How many are meant, by what keeps them back; an empty reason is nothing."""
        them = meant(whom, channels, when).subquery("meant")
        query = sa.select(them.c.reason, sa.func.count().label("people")).group_by(them.c.reason)
        ordered = query.order_by(sa.desc("people"), them.c.reason)
        return [Reasons(row.reason, row.people) for row in await self._connection.execute(ordered)]

    async def examples(
        self, whom: Whom, channels: Collection[ChannelName], when: When, most: int
    ) -> Sequence[Example]:
        """The first of those who would be reminded."""
        some = meant(whom, channels, when).cte("meant")
        first = (
            sa.select(some).where(some.c.reason == "").order_by(some.c.name_key).limit(most)
        ).cte("first")
        query = (
            sa.select(first, charges, people.c.language, subscriptions.c.plan_id)
            .select_from(
                first.join(charges, charges.c.client_id == first.c.id)
                .join(people, people.c.id == first.c.person_id)
                .join(subscriptions, subscriptions.c.id == charges.c.subscription_id)
            )
            .where(wanted(when), charges.c.reminded)
            .order_by(first.c.name_key, charges.c.due_on, charges.c.id)
        )
        lines: defaultdict[tuple[str, str], list[Line]] = defaultdict(list)
        for row in await self._connection.execute(query):
            left = Money(row.amount - row.paid, row.currency)
            plan = PlanId(row.plan_id)
            line = Line(0, ChargeId(row.id_1), None, row.due_on, left, wanted=True, plan_id=plan)
            lines[row.name, row.language].append(line)
        return [Example(name, language, tuple(those)) for (name, language), those in lines.items()]

    async def held(
        self, whom: Whom, channels: Collection[ChannelName], when: When, after: Key | None
    ) -> Found[HeldBack]:
        """Who is kept back, by name."""
        them = meant(whom, channels, when).subquery("meant")
        query = sa.select(them).where(them.c.reason != "")
        if after is not None:
            place = sa.tuple_(them.c.name_key, them.c.id)
            query = query.where(place > sa.tuple_(str(after["name"]), int(after["id"])))
        query = query.order_by(them.c.name_key, them.c.id).limit(ROWS + 1)
        rows = (await self._connection.execute(query)).all()
        more = len(rows) > ROWS
        shown = tuple(HeldBack(ClientId(row.id), row.name, row.reason) for row in rows[:ROWS])
        last = rows[ROWS - 1] if more else None
        return Found(shown, {"name": last.name_key, "id": last.id} if last else None)

    async def queue(self, whom: Whom, channels: Collection[ChannelName], when: When) -> int:
        """One notice for each who may be reminded; how many. Twice on a day does nothing."""
        await alone(self._connection, "planner")
        batch = secrets.token_urlsafe(9)
        them = meant(whom, channels, when).cte("meant")
        over = addresses.alias("over")
        rows = (
            sa.select(
                _opaque(batch, them.c.person_id),
                them.c.person_id,
                over.c.channel,
                over.c.send_to,
                sa.literal("reminder"),
                sa.literal(BY_HAND),
                sa.literal(""),
                sa.literal(_PRIORITY),
                sa.literal(when.now, Instant),
                sa.literal(when.now, Instant),
            )
            .select_from(them.join(over, over.c.id == them.c.address_id))
            .where(them.c.reason == "")
        )
        made = sa.insert(outbox).from_select(list(_ROW), rows).returning(outbox.c.id)
        new = (await self._connection.execute(made)).scalars().all()
        if new:
            await self._lines(batch, min(new), when)
        return len(new)

    async def _lines(self, batch: str, first: int, when: When) -> None:
        """What each is about. One that failed earlier today gives its lines to the new one."""
        lines = (
            sa.select(
                charges.c.id,
                sa.literal(when.today, sa.Date),
                outbox.c.id,
                sa.literal("planned"),
                sa.literal(when.now, Instant),
            )
            .select_from(
                outbox.join(clients, clients.c.person_id == outbox.c.person_id).join(
                    charges, charges.c.client_id == clients.c.id
                )
            )
            .where(
                outbox.c.id >= first,
                outbox.c.opaque == _opaque(batch, clients.c.person_id),
                wanted(when),
                charges.c.reminded,
            )
        )
        columns = ["charge_id", "by_hand_on", "outbox_id", "state", "created_at"]
        written = insert(self._connection, notice_lines).from_select(columns, lines)
        fresh = written.excluded
        await self._connection.execute(
            written.on_conflict_do_update(
                index_elements=["charge_id", "by_hand_on"],
                set_={"outbox_id": fresh.outbox_id, "state": "planned", "created_at": when.now},
            )
        )


_ROW = (
    "opaque",
    "person_id",
    "channel",
    "send_to",
    "kind",
    "purpose",
    "payload",
    "priority",
    "due_at",
    "created_at",
)


def _opaque(batch: str, person: sa.ColumnElement[int]) -> sa.ColumnElement[str]:
    return sa.literal(f"{batch}.").op("||")(sa.cast(person, sa.Text))
