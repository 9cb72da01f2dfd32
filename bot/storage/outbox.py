"""The outbox as those see it who put something in: what waits, for whom, and what lost its reason.

Leasing it out is in leases.py, what became of it in outcomes.py and reports.py.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.clock import Clock
from bot.domain.delivery import State
from bot.domain.ids import OutboxId, PersonId
from bot.domain.reasons import Reason
from bot.services.ports.outbox import PRIORITIES
from bot.services.ports.post import NewRow
from bot.storage.attempts import note, state_is
from bot.storage.dialect import one_of
from bot.storage.standing import remindable
from bot.storage.tables import charges, notice_lines, outbox

log = structlog.get_logger(__name__)

OPAQUE_BYTES = 12


class Outbox:
    """Fills ``ports.post.Outbox``, ``ports.outbox.Waiting`` and ``ports.reminders.ReminderHold``.

    ``clock`` says from when what is added is due.
    """

    def __init__(self, connection: AsyncConnection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    async def add(self, rows: Sequence[NewRow]) -> Sequence[OutboxId]:
        """Queue rows, to be sent in this order."""
        now = self._clock.now()
        made: list[OutboxId] = []
        for row in rows:
            # One by one: nobody promises that many rows get their numbers in order.
            written = await self._connection.execute(_ADD, _values(row, now))
            made.append(OutboxId(written.scalar_one()))
        # The thread from what was asked to what is sent: the sending's lines go by these numbers.
        log.info("outbox.queued", rows=made, purposes=[row.purpose for row in rows])
        return made

    async def wake(self, person: PersonId, now: datetime) -> int:
        """They wrote to us: what waited for that may go. How many rows."""
        done = await self._connection.execute(
            sa.update(outbox)
            .where(
                outbox.c.person_id == person,
                state_is(outbox, State.WAITING),
                outbox.c.reason == Reason.WINDOW_CLOSED,
                outbox.c.due_at > now,
            )
            .values(due_at=now)
        )
        return done.rowcount

    async def waiting_for(self, person: PersonId) -> int:
        """How many messages wait for them to write to us first."""
        query = (
            sa.select(sa.func.count())
            .select_from(outbox)
            .where(
                outbox.c.person_id == person,
                state_is(outbox, State.WAITING),
                outbox.c.reason == Reason.WINDOW_CLOSED,
            )
        )
        return int((await self._connection.execute(query)).scalar_one())

    async def told_lately(
        self, person: PersonId, purpose: str, now: datetime, within: timedelta
    ) -> bool:
        """Whether a notice of this purpose is under way or went out not long ago."""
        query = (
            sa.select(outbox.c.id)
            .where(
                outbox.c.purpose == purpose,
                outbox.c.created_at > now - within,
                outbox.c.person_id == person,
                outbox.c.state.not_in([State.FAILED, State.GIVEN_UP, State.CANCELLED]),
            )
            .limit(1)
        )
        return (await self._connection.execute(query)).first() is not None

    async def drop_moot(self, person: PersonId, now: datetime, reason: str = Reason.MOOT) -> int:
        """Cancel a person's waiting reminders none of whose charges may still be reminded."""
        lines, wanted = notice_lines.alias("lines"), sa.literal(1)
        still = sa.exists(
            sa.select(wanted)
            .select_from(lines.join(charges, charges.c.id == lines.c.charge_id))
            .where(lines.c.outbox_id == outbox.c.id, lines.c.state == "planned", remindable())
            .correlate(outbox)
        )
        return await self._drop(person, now, reason, ~still)

    async def drop_all(self, person: PersonId, now: datetime, reason: str) -> int:
        """Cancel all of a person's waiting reminders; steps that never left are free again."""
        return await self._drop(person, now, reason)

    async def _drop(
        self, person: PersonId, now: datetime, reason: str, *which: sa.ColumnElement[bool]
    ) -> int:
        cancelled = await self._connection.execute(
            sa.update(outbox)
            .where(
                outbox.c.person_id == person,
                state_is(outbox, State.WAITING),
                outbox.c.kind == "reminder",
                *which,
            )
            .values(state=State.CANCELLED, reason=reason, ended_at=now)
            .returning(outbox.c.id, outbox.c.resends)
        )
        # One that waits for its second try may have arrived: whoever got it is not told again.
        gone = cancelled.all()
        dropped = [row for row, _ in gone]
        if dropped:
            await self._free_lines([row for row, resends in gone if not resends])
            await note(self._connection, [(row, "cancelled", reason) for row in dropped], now)
        return len(dropped)

    async def _free_lines(self, rows: Sequence[int]) -> None:
        """Their steps may be planned again, should the charge be reminded after all."""
        await self._connection.execute(
            sa.update(notice_lines)
            .where(
                one_of(self._connection, notice_lines.c.outbox_id, rows),
                notice_lines.c.state == "planned",
            )
            .values(state="dropped")
        )


_ADD = sa.insert(outbox).returning(outbox.c.id)


def _values(row: NewRow, now: datetime) -> dict[str, object]:
    return {
        "opaque": secrets.token_urlsafe(OPAQUE_BYTES),
        "person_id": row.person_id,
        "channel": row.channel,
        "send_to": row.send_to,
        "kind": row.kind,
        "purpose": row.purpose,
        "payload": row.payload,
        "priority": min(max(row.priority, PRIORITIES[0]), PRIORITIES[-1]),
        "due_at": now,
        "created_at": now,
    }
