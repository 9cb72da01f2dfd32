"""The trace of one client: steps, what held them, what became of messages, payments."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import State
from bot.domain.ids import ChargeId, ClientId, PersonId, StepId
from bot.domain.message import ChannelName
from bot.domain.money import Money
from bot.services.ports.why import TraceLine
from bot.storage.attempts import state_is
from bot.storage.dialect import one_of
from bot.storage.tables import (
    attempts,
    charges,
    holds,
    ladder_steps,
    notice_lines,
    outbox,
    payments,
)

_KEPT = timedelta(days=90)


class Trace:
    """Fills ``ports.why.Trace``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def lines(
        self, client: ClientId, person: PersonId, since: datetime, most: int
    ) -> Sequence[TraceLine]:
        """What there is since then, the latest first."""
        found = [
            *await self._steps(client, since, most),
            *await self._holds(person, since, most),
            *await self._messages(person, since, most),
            *await self._payments(client, since, most),
        ]
        return sorted(found, key=lambda line: line.at, reverse=True)[:most]

    async def done(self, charges: Collection[ChargeId]) -> frozenset[tuple[ChargeId, StepId]]:
        """The steps of these charges that will not be planned again."""
        query = sa.select(notice_lines.c.charge_id, notice_lines.c.step_id).where(
            one_of(self._connection, notice_lines.c.charge_id, charges),
            notice_lines.c.step_id.is_not(None),
            notice_lines.c.state != "dropped",
        )
        rows = await self._connection.execute(query)
        return frozenset((ChargeId(charge), StepId(step)) for charge, step in rows)

    async def waits_over(self, person: PersonId) -> frozenset[ChannelName]:
        """The chats over which a reminder to them has yet to leave."""
        query = sa.select(outbox.c.channel).where(
            outbox.c.person_id == person,
            outbox.c.kind == "reminder",
            state_is(outbox, State.WAITING),
        )
        rows = await self._connection.execute(query)
        return frozenset(ChannelName(channel) for channel in rows.scalars())

    async def forget(self, now: datetime) -> None:
        """Nobody asks why of so long ago."""
        await self._connection.execute(sa.delete(holds).where(holds.c.at < now - _KEPT))

    async def _steps(self, client: ClientId, since: datetime, most: int) -> list[TraceLine]:
        query = (
            sa.select(
                notice_lines.c.created_at,
                notice_lines.c.state,
                charges.c.due_on,
                ladder_steps.c.offset_days,
            )
            .select_from(
                notice_lines.join(charges, charges.c.id == notice_lines.c.charge_id).outerjoin(
                    ladder_steps, ladder_steps.c.id == notice_lines.c.step_id
                )
            )
            .where(charges.c.client_id == client, notice_lines.c.created_at >= since)
            .order_by(notice_lines.c.created_at.desc(), notice_lines.c.id.desc())
            .limit(most)
        )
        return [
            TraceLine(row.created_at, "step", row.state, due_on=row.due_on, offset=row.offset_days)
            for row in await self._rows(query)
        ]

    async def _holds(self, person: PersonId, since: datetime, most: int) -> list[TraceLine]:
        query = (
            sa.select(holds.c.at, holds.c.rule, charges.c.due_on, ladder_steps.c.offset_days)
            .select_from(
                holds.join(charges, charges.c.id == holds.c.charge_id).join(
                    ladder_steps, ladder_steps.c.id == holds.c.step_id
                )
            )
            .where(holds.c.person_id == person, holds.c.at >= since)
            .order_by(holds.c.day.desc(), holds.c.id.desc())
            .limit(most)
        )
        return [
            TraceLine(row.at, "hold", reason=row.rule, due_on=row.due_on, offset=row.offset_days)
            for row in await self._rows(query)
        ]

    async def _messages(self, person: PersonId, since: datetime, most: int) -> list[TraceLine]:
        """What became of reminders; the same again and again is told once a day."""
        query = (
            sa.select(attempts.c.at, attempts.c.what, attempts.c.reason)
            .select_from(attempts.join(outbox, outbox.c.id == attempts.c.outbox_id))
            .where(
                outbox.c.person_id == person,
                outbox.c.kind == "reminder",
                attempts.c.at >= since,
            )
            .order_by(attempts.c.at, attempts.c.id)
        )
        told: dict[tuple[object, ...], TraceLine] = {}
        for row in await self._rows(query):
            line = TraceLine(row.at, "message", row.what, row.reason)
            told.setdefault((row.at.date(), row.what, row.reason), line)
        return list(told.values())[-most:]

    async def _payments(self, client: ClientId, since: datetime, most: int) -> list[TraceLine]:
        query = (
            sa.select(payments.c.recorded_at, payments.c.amount, payments.c.currency)
            .where(
                payments.c.client_id == client,
                payments.c.recorded_at >= since,
                payments.c.reversed_at.is_(None),
            )
            .order_by(payments.c.recorded_at.desc())
            .limit(most)
        )
        return [
            TraceLine(row.recorded_at, "payment", amount=Money(row.amount, row.currency))
            for row in await self._rows(query)
        ]

    async def _rows(self, query: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
        found: Sequence[sa.Row[Any]] = (await self._connection.execute(query)).all()
        return found
