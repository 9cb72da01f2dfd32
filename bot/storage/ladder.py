"""The steps of the ladder, as the business has them."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import StepId
from bot.domain.ladder import DEFAULT_STEPS, Step
from bot.storage.tables import ladder_steps


class Ladder:
    """Fills ``ports.reminders.Ladder``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def steps(self) -> tuple[Step, ...]:
        """All of them, the earliest first."""
        rows = await self._connection.execute(
            sa.select(ladder_steps).order_by(ladder_steps.c.offset_days)
        )
        return tuple(Step(StepId(row.id), row.offset_days, row.at, row.template) for row in rows)

    async def seed(self) -> None:
        """Put up the first ladder, where there is none."""
        if await self.steps():
            return
        rows = [
            {"offset_days": days, "at": at, "template": template}
            for days, at, template in DEFAULT_STEPS
        ]
        await self._connection.execute(sa.insert(ladder_steps), rows)
