"""The steps of the ladder, as the business has them."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import PlanId, StepId
from bot.domain.ladder import DEFAULT_STEPS, Step
from bot.domain.message import ChannelName
from bot.storage.tables import ladder_steps


class Ladder:
    """Fills ``ports.reminders.Ladder``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def steps(self) -> tuple[Step, ...]:
        """All of them, the earliest first."""
        rows = await self._connection.execute(
            sa.select(ladder_steps)
            .where(ladder_steps.c.removed_at.is_(None))
            .order_by(ladder_steps.c.offset_days, ladder_steps.c.plan_id.nulls_first())
        )
        return tuple(_step(row) for row in rows)

    async def seed(self) -> None:
        """Put up the first ladder, where there is none."""
        if (await self._connection.execute(sa.select(ladder_steps.c.id).limit(1))).first():
            return
        rows = [
            {"offset_days": days, "at": at, "template": template}
            for days, at, template in DEFAULT_STEPS
        ]
        await self._connection.execute(sa.insert(ladder_steps), rows)


def _step(row: sa.Row[Any]) -> Step:
    return Step(
        StepId(row.id),
        row.offset_days,
        row.at,
        row.template,
        plan_id=None if row.plan_id is None else PlanId(row.plan_id),
        channel=ChannelName(row.channel) if row.channel else None,
        on=row.in_use,
    )
