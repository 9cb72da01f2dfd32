"""The steps of the ladder, as the business has them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import PlanId, StepId
from bot.domain.ladder import DEFAULT_STEPS, Step
from bot.domain.message import ChannelName
from bot.services.ports.ladder import Draft
from bot.storage.tables import ladder_steps, notice_lines


class Ladder:
    """Fills ``ports.reminders.Ladder`` and ``ports.ladder.LadderStore``."""

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

    async def add(self, draft: Draft) -> StepId:
        """One more."""
        made = sa.insert(ladder_steps).values(**_values(draft)).returning(ladder_steps.c.id)
        return StepId((await self._connection.execute(made)).scalar_one())

    async def change(self, step: StepId, draft: Draft) -> None:
        """Write a step anew."""
        changed = sa.update(ladder_steps).where(ladder_steps.c.id == step)
        await self._connection.execute(changed.values(**_values(draft)))

    async def remove(self, step: StepId, now: datetime) -> None:
        """Take it out; what was sent for it is kept."""
        removed = sa.update(ladder_steps).where(ladder_steps.c.id == step)
        await self._connection.execute(removed.values(removed_at=now))

    async def put_back(self, step: StepId, draft: Draft) -> None:
        """One that was taken out, with all that was sent for it; one that never was is new."""
        gone = sa.select(ladder_steps.c.offset_days).where(
            ladder_steps.c.id == step, ladder_steps.c.removed_at.is_not(None)
        )
        was = (await self._connection.execute(gone)).scalar_one_or_none()
        if was is None:
            await self.add(draft)
            return
        back = sa.update(ladder_steps).where(ladder_steps.c.id == step)
        await self._connection.execute(back.values(**_values(draft), removed_at=None))
        if was != draft.offset_days:
            await self.free(step)

    async def free(self, step: StepId) -> None:
        """Forget whose step it was overtaken for: it has another day now, which may be ahead."""
        await self._connection.execute(
            sa.delete(notice_lines).where(
                notice_lines.c.step_id == step, notice_lines.c.state == "overtaken"
            )
        )


def _values(draft: Draft) -> dict[str, object]:
    return {
        "offset_days": draft.offset_days,
        "at": draft.at,
        "template": draft.template,
        "plan_id": draft.plan_id,
        "channel": draft.channel,
        "in_use": draft.on,
    }


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
