"""What notices are about, read and closed in bulk."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import ARRIVED, ENDED_BADLY
from bot.domain.ids import ChargeId, ClientId, OutboxId, PersonId, PlanId, StepId
from bot.domain.money import Money
from bot.domain.ticket import LIFE
from bot.services.ports.reminders import Line, Sheet
from bot.storage.attempts import state_is
from bot.storage.dialect import one_of
from bot.storage.holding import is_quiet
from bot.storage.standing import remindable
from bot.storage.tables import charges, clients, notice_lines, outbox, subscriptions, tickets
from bot.storage.tickets import ID_BYTES


class Sheets:
    """Fills ``ports.reminders.Sheets``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def load(self, ids: Collection[OutboxId], today: date) -> Mapping[OutboxId, Sheet]:
        """The planned lines of these rows; a row without any is left out."""
        query = (
            sa.select(
                notice_lines.c.id,
                notice_lines.c.outbox_id,
                notice_lines.c.charge_id,
                notice_lines.c.step_id,
                charges.c.due_on,
                (charges.c.amount - charges.c.paid).label("left"),
                charges.c.currency,
                charges.c.txid,
                sa.and_(remindable(), ~is_quiet(today)).label("wanted"),
                clients.c.id.label("client_id"),
                clients.c.name,
                subscriptions.c.plan_id,
            )
            .select_from(
                notice_lines.join(charges, charges.c.id == notice_lines.c.charge_id)
                .join(clients, clients.c.id == charges.c.client_id)
                .join(subscriptions, subscriptions.c.id == charges.c.subscription_id)
            )
            .where(
                one_of(self._connection, notice_lines.c.outbox_id, ids),
                notice_lines.c.state == "planned",
            )
            .order_by(charges.c.due_on, charges.c.id)
        )
        sheets: dict[OutboxId, Sheet] = {}
        for row in await self._connection.execute(query):
            line = Line(
                row.id,
                ChargeId(row.charge_id),
                None if row.step_id is None else StepId(row.step_id),
                row.due_on,
                Money(row.left, row.currency),
                bool(row.wanted),
                PlanId(row.plan_id),
                row.txid,
            )
            number = OutboxId(row.outbox_id)
            before = sheets[number].lines if number in sheets else ()
            sheets[number] = Sheet(ClientId(row.client_id), row.name, (*before, line))
        return sheets

    async def followed(self, ids: Collection[OutboxId]) -> Collection[int]:
        """Those of their lines whose charges a younger message is about, or will be."""
        if not ids:
            return ()
        newer, message = notice_lines.alias("newer"), outbox.alias("younger")
        younger: sa.Select[tuple[int]] = (
            sa.select(sa.literal_column("1"))
            .select_from(newer.join(message, message.c.id == newer.c.outbox_id))
            .where(
                newer.c.charge_id == notice_lines.c.charge_id,
                newer.c.outbox_id > notice_lines.c.outbox_id,
                newer.c.state == "planned",
                message.c.state.not_in(ENDED_BADLY),
            )
        )
        query = sa.select(notice_lines.c.id).where(
            one_of(self._connection, notice_lines.c.outbox_id, ids), sa.exists(younger)
        )
        return frozenset((await self._connection.execute(query)).scalars())

    async def close(self, lines: Collection[int], state: str) -> None:
        """Take lines out: ``dropped`` ones may be planned again, ``overtaken`` ones not.

        What waits for its second try may have arrived, or the one it follows: no line is dropped.
        """
        if not lines:
            return
        query = sa.update(notice_lines).where(one_of(self._connection, notice_lines.c.id, lines))
        if state == "dropped":
            before = outbox.alias("before")
            taken = sa.select(before.c.id).where(
                before.c.id == outbox.c.follows_id, state_is(before, *ARRIVED)
            )
            twice = sa.select(outbox.c.id).where(sa.or_(outbox.c.resends > 0, sa.exists(taken)))
            query = query.where(
                ~sa.exists(twice.where(outbox.c.id == notice_lines.c.outbox_id)),
            )
        await self._connection.execute(query.values(state=state))

    async def issue(
        self, people: Sequence[PersonId], deeds: Sequence[str], now: datetime
    ) -> Mapping[PersonId, Sequence[str]]:
        """Tickets for the same buttons on everybody's notice, in the buttons' order."""
        tokens = {person: [secrets.token_urlsafe(ID_BYTES) for _ in deeds] for person in people}
        rows = [
            {
                "id": token,
                "person_id": person,
                "deed": deed,
                "about": {},
                "expires_at": now + LIFE,
            }
            for person, theirs in tokens.items()
            for token, deed in zip(theirs, deeds, strict=True)
        ]
        if rows:
            await self._connection.execute(sa.insert(tickets), rows)
        return tokens
