"""What leaves on a day to come: the planner's question, asked the evening before."""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import ChargeId, ClientId, PersonId, PlanId, StepId
from bot.domain.ladder import Due
from bot.domain.message import ChannelName
from bot.domain.money import Money
from bot.services.ports.reminders import Bounds, Line
from bot.services.ports.tomorrow import Coming
from bot.storage.dialect import insert
from bot.storage.holding import may_hear
from bot.storage.reached import Reached, best_address
from bot.storage.standing import remindable
from bot.storage.tables import (
    addresses,
    charges,
    clients,
    notice_lines,
    outbox,
    people,
    subscriptions,
)

SKIPPED = "skipped"
_FREE = "dropped"


class Tomorrow:
    """Fills ``services.ports.tomorrow.TomorrowStore``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def coming(
        self, dues: Sequence[Due], channels: Collection[ChannelName], bounds: Bounds
    ) -> Sequence[Coming]:
        """Who is to be reminded on the day of the bounds, by name."""
        if not dues or not channels:
            return []
        reached, line = Reached(dues), notice_lines.alias("known")
        same = sa.and_(line.c.charge_id == charges.c.id, line.c.step_id == reached.c.step_id)
        query = (
            sa.select(
                clients.c.id,
                clients.c.name,
                people.c.language,
                charges.c.id.label("charge_id"),
                charges.c.due_on,
                (charges.c.amount - charges.c.paid).label("left"),
                charges.c.currency,
                subscriptions.c.plan_id,
                reached.c.step_id,
                line.c.state,
                addresses.c.channel,
            )
            .select_from(
                reached.with_charges()
                .join(clients, clients.c.id == charges.c.client_id)
                .join(people, people.c.id == clients.c.person_id)
                .join(subscriptions, subscriptions.c.id == charges.c.subscription_id)
                .outerjoin(line, same)
                .join(addresses, addresses.c.id == best_address(channels))
            )
            .where(
                remindable(),
                may_hear(bounds.rules, bounds.today, bounds.closes_at),
                sa.or_(line.c.id.is_(None), line.c.state.in_([_FREE, SKIPPED])),
            )
            .order_by(clients.c.name_key, clients.c.id, charges.c.due_on, charges.c.id)
        )
        found: dict[tuple[int, bool], Coming] = {}
        for row in await self._connection.execute(query):
            skipped = row.state == SKIPPED
            wanted = Line(
                0,
                ChargeId(row.charge_id),
                StepId(row.step_id),
                row.due_on,
                Money(row.left, row.currency),
                wanted=True,
                plan_id=PlanId(row.plan_id),
            )
            known = found.get((row.id, skipped))
            lines = (*known.lines, wanted) if known else (wanted,)
            one = Coming(ClientId(row.id), row.name, row.language, lines, skipped, row.channel)
            found[row.id, skipped] = one
        return list(found.values())

    async def skip(self, lines: Sequence[Line], now: datetime) -> None:
        """Leave these steps of these charges out."""
        if not lines:
            return
        rows = [
            {
                "charge_id": line.charge_id,
                "step_id": line.step_id,
                "state": SKIPPED,
                "created_at": now,
            }
            for line in lines
        ]
        written = insert(self._connection, notice_lines)
        await self._connection.execute(
            written.on_conflict_do_update(
                index_elements=["charge_id", "step_id"],
                set_={"state": SKIPPED, "outbox_id": None},
                where=notice_lines.c.state == _FREE,
            ),
            rows,
        )

    async def take_back(self, lines: Sequence[Line]) -> None:
        """Let them go after all."""
        for line in lines:
            await self._connection.execute(
                sa.update(notice_lines)
                .where(
                    notice_lines.c.charge_id == line.charge_id,
                    notice_lines.c.step_id == line.step_id,
                    notice_lines.c.state == SKIPPED,
                )
                .values(state=_FREE)
            )

    async def was_told(self, person: PersonId, purpose: str) -> bool:
        """Whether a notice of this purpose was ever queued for them."""
        query = sa.select(outbox.c.id).where(
            outbox.c.purpose == purpose, outbox.c.person_id == person
        )
        return (await self._connection.execute(query.limit(1))).first() is not None
