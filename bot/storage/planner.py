"""Plan reminders for the whole table at once: the ladder's rule, once more, in SQL.

``bot/domain/ladder.py`` says which step the charges of each due date have reached; a test keeps
what is planned here equal to what it says of each charge.
"""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ladder import Due
from bot.domain.message import ChannelName
from bot.domain.reasons import Reason
from bot.services.ports.reminders import Bounds
from bot.storage.dialect import alone, given, insert
from bot.storage.holding import Holding
from bot.storage.reached import Reached, due_of
from bot.storage.tables import Instant, addresses, charges, clients, notice_lines, outbox
from bot.storage.tables.columns import Id
from bot.storage.turns import Turns, free_slots

AT_ONCE = 2000  # people a transaction: others want to write, too
REMINDER_PRIORITY = 5


class Planner:
    """Fills ``ports.reminders.Planner``. Planning twice, or in two processes, plans once."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def plan(
        self,
        dues: Sequence[Due],
        channels: Collection[ChannelName],
        now: datetime,
        bounds: Bounds,
    ) -> int:
        """One notice a person for all that is due and not done; how many. More may be left.

        With the last ones, whatever a rule keeps back is written down with the rule's name.
        """
        if not dues or not channels:
            return 0
        await alone(self._connection, "planner")
        batch = secrets.token_urlsafe(9)
        reached = Reached(dues)
        newest = sa.select(sa.func.coalesce(sa.func.max(outbox.c.id), 0))
        before = (await self._connection.execute(newest)).scalar_one()
        holding = Holding(self._connection)
        room = await holding.room(bounds.rules, now)
        slots = await free_slots(self._connection, bounds, now, AT_ONCE)
        turns = Turns(reached, channels, bounds, slots, room)
        planned = await self._notices(turns, batch, now) if slots else 0
        if planned:
            await self._lines(reached, batch, before, now)
            await self._overtaken(dues, before, now)
        else:
            await holding.record(reached, channels, bounds, now, room=room)
        return planned

    async def keep_back(
        self,
        dues: Sequence[Due],
        channels: Collection[ChannelName],
        now: datetime,
        bounds: Bounds,
        reason: Reason,
    ) -> None:
        """Write down that nobody is written to now, and why."""
        if dues and channels:
            holding = Holding(self._connection)
            await holding.record(Reached(dues), channels, bounds, now, shut=reason)

    async def _notices(self, turns: Turns, batch: str, now: datetime) -> int:
        """A row of the outbox for everybody whose turn it is, over their best chat."""
        someone = turns.taken(now)
        over = addresses.alias("over")
        rows = (
            sa.select(
                _opaque(batch, someone.c.person_id),
                someone.c.person_id,
                over.c.channel,
                over.c.send_to,
                sa.literal("reminder"),
                sa.literal("reminder"),
                sa.literal(""),
                sa.literal(REMINDER_PRIORITY),
                someone.c.due_at,
                sa.literal(now, Instant),
            )
            .select_from(someone.join(over, over.c.id == someone.c.address_id))
            .order_by(someone.c.place)
        )
        made = sa.insert(outbox).from_select(list(_ROW), rows).returning(outbox.c.id)
        # Counted, not asked for: of a statement that begins with WITH, SQLite's driver knows none.
        return len((await self._connection.execute(made)).all())

    async def _lines(self, reached: Reached, batch: str, before: int, now: datetime) -> None:
        """What each of the new notices is about."""
        lines = due_of(
            reached,
            sa.select(
                charges.c.id,
                reached.c.step_id,
                outbox.c.id,
                sa.literal("planned"),
                sa.literal(now, Instant),
            ),
            sa.join(clients, outbox, outbox.c.person_id == clients.c.person_id),
        ).where(outbox.c.id > before, outbox.c.opaque == _opaque(batch, clients.c.person_id))
        written = insert(self._connection, notice_lines).from_select(list(_LINE), lines)
        fresh = written.excluded
        await self._connection.execute(
            # Free again: its notice was dropped before it left, and it is wanted after all.
            written.on_conflict_do_update(
                index_elements=["charge_id", "step_id"],
                set_={"outbox_id": fresh.outbox_id, "state": "planned", "created_at": now},
                where=notice_lines.c.state == "dropped",
            )
        )

    async def _overtaken(self, dues: Sequence[Due], before: int, now: datetime) -> None:
        """Write down the earlier steps of what was just planned, so that they never go."""
        pairs = {(due.step.id, earlier.id, due.due_on) for due in dues for earlier in due.overtaken}
        if not pairs:
            return
        passed = given(
            "passed",
            sorted(pairs),
            sa.column("step_id", Id),
            sa.column("earlier_id", Id),
            sa.column("due_on", sa.Date),
        )
        new = notice_lines.alias("new")
        rows = (
            sa.select(
                new.c.charge_id,
                passed.c.earlier_id,
                sa.cast(sa.null(), Id),
                sa.literal("overtaken"),
                sa.literal(now, Instant),
            )
            .select_from(
                new.join(charges, charges.c.id == new.c.charge_id).join(
                    passed,
                    sa.and_(passed.c.step_id == new.c.step_id, passed.c.due_on == charges.c.due_on),
                )
            )
            .where(new.c.outbox_id > before)
        )
        written = insert(self._connection, notice_lines).from_select(list(_LINE), rows)
        await self._connection.execute(written.on_conflict_do_nothing())


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
_LINE = ("charge_id", "step_id", "outbox_id", "state", "created_at")


def _opaque(batch: str, person: sa.ColumnElement[int]) -> sa.ColumnElement[str]:
    return sa.literal(f"{batch}.").op("||")(sa.cast(person, sa.Text))
