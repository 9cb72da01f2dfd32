"""Charges as they stood and stand, a set at a time: what a rehearsal of the ladder is played on."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import ChargeId, ClientId, PlanId, StepId
from bot.domain.rehearsal import Owed
from bot.storage.dialect import one_of
from bot.storage.standing import ACTIVE, remindable
from bot.storage.tables import charges, clients, notice_lines, subscriptions

_OWED = sa.select(
    charges.c.id,
    charges.c.client_id,
    subscriptions.c.plan_id,
    charges.c.due_on,
    charges.c.created_at,
).select_from(charges.join(subscriptions, subscriptions.c.id == charges.c.subscription_id))


class ChargeHistory:
    """Fills ``services.ports.ladder.ChargeHistory``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def past(self, first_due: date, last_due: date) -> Sequence[Owed]:
        """Every charge due in the range that was to be reminded of, and when that ended.

        Of pauses only the one that lasts is known: an earlier one is played as if it were none.
        """
        stopped = sa.case((subscriptions.c.standing != ACTIVE, subscriptions.c.standing_since))
        ends = (charges.c.settled_at, charges.c.cancelled_at, clients.c.opted_out_at)
        query: sa.Select[Any] = (
            _OWED.add_columns(*ends, stopped.label("stopped_at"))
            .join(clients, clients.c.id == charges.c.client_id)
            .where(charges.c.reminded, charges.c.due_on.between(first_due, last_due))
        )
        return [_owed(row, _first_end(row)) for row in await self._connection.execute(query)]

    async def ahead(
        self, first_due: date, last_due: date, freed: StepId | None = None
    ) -> Sequence[Owed]:
        """What may be reminded of now, with the steps done; but not those ``freed`` from one."""
        due = charges.c.due_on.between(first_due, last_due)
        done: defaultdict[int, set[StepId]] = defaultdict(set)
        lines = (
            sa.select(notice_lines.c.charge_id, notice_lines.c.step_id)
            .join(charges, charges.c.id == notice_lines.c.charge_id)
            .where(due, remindable(), notice_lines.c.step_id.is_not(None))
            .where(notice_lines.c.state != "dropped")
        )
        if freed is not None:
            passed = sa.and_(notice_lines.c.step_id == freed, notice_lines.c.state == "overtaken")
            lines = lines.where(~passed)
        for line in await self._connection.execute(lines):
            done[line.charge_id].add(StepId(line.step_id))
        wanted: sa.Select[Any] = _OWED.where(due, remindable())
        rows = await self._connection.execute(wanted)
        return [_owed(row, done=frozenset(done.get(row.id, ()))) for row in rows]

    async def names(self, some: Collection[ClientId]) -> Mapping[ClientId, str]:
        """What they are called."""
        query = sa.select(clients.c.id, clients.c.name)
        rows = await self._connection.execute(
            query.where(one_of(self._connection, clients.c.id, some))
        )
        return {ClientId(row.id): row.name for row in rows}


def _first_end(row: sa.Row[Any]) -> Any:
    ends = (row.settled_at, row.cancelled_at, row.opted_out_at, row.stopped_at)
    return min((end for end in ends if end is not None), default=None)


def _owed(row: sa.Row[Any], until: Any = None, done: frozenset[StepId] = frozenset()) -> Owed:
    return Owed(
        ChargeId(row.id),
        ClientId(row.client_id),
        PlanId(row.plan_id),
        row.due_on,
        row.created_at,
        until,
        done,
    )
