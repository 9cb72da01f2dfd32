"""The owner's own texts, every version of each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import PersonId, PlanId
from bot.domain.money import Money
from bot.domain.own_text import OwnText, TextKey
from bot.services.ports.texts import TextExample
from bot.storage.dialect import insert
from bot.storage.tables import charges, clients, subscriptions, texts


class Texts:
    """Fills ``services.ports.texts.TextStore``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def newest(self) -> Sequence[OwnText]:
        """The newest version of each."""
        latest = sa.select(sa.func.max(texts.c.id)).group_by(
            texts.c.form, texts.c.language, texts.c.plan_id
        )
        rows = await self._connection.execute(
            sa.select(texts).where(texts.c.id.in_(latest)).order_by(texts.c.id)
        )
        return [_text(row) for row in rows]

    async def versions(self, key: TextKey) -> Sequence[OwnText]:
        """All versions of one, the newest first."""
        rows = await self._connection.execute(
            sa.select(texts).where(*_is(key)).order_by(texts.c.version.desc())
        )
        return [_text(row) for row in rows]

    async def add(
        self, key: TextKey, words: str, by: PersonId | None, now: datetime
    ) -> OwnText | None:
        """One more version; none if somebody else has just written one."""
        last = sa.select(sa.func.coalesce(sa.func.max(texts.c.version), 0)).where(*_is(key))
        number = (await self._connection.execute(last)).scalar_one() + 1
        row = insert(self._connection, texts).values(
            form=key.form,
            language=key.language,
            plan_id=key.plan_id,
            version=number,
            words=words,
            by_id=by,
            at=now,
        )
        written = await self._connection.execute(
            row.on_conflict_do_nothing().returning(texts.c.version)
        )
        if written.one_or_none() is None:
            return None
        return OwnText(key, number, words, now, by)

    async def example(self, plan: PlanId | None) -> TextExample | None:
        """Somebody who owes now, on that plan if one is named."""
        query = (
            sa.select(
                clients.c.name,
                (charges.c.amount - charges.c.paid).label("left"),
                charges.c.currency,
                charges.c.due_on,
            )
            .select_from(
                charges.join(clients, clients.c.id == charges.c.client_id).join(
                    subscriptions, subscriptions.c.id == charges.c.subscription_id
                )
            )
            .where(charges.c.settled_at.is_(None), charges.c.cancelled_at.is_(None))
            .order_by(charges.c.id.desc())
            .limit(1)
        )
        if plan is not None:
            query = query.where(subscriptions.c.plan_id == plan)
        row = (await self._connection.execute(query)).one_or_none()
        return row and TextExample(row.name, Money(row.left, row.currency), row.due_on)


def _is(key: TextKey) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        texts.c.form == key.form,
        texts.c.language == key.language,
        texts.c.plan_id.is_(None) if key.plan_id is None else texts.c.plan_id == key.plan_id,
    )


def _text(row: sa.Row[Any]) -> OwnText:
    plan = None if row.plan_id is None else PlanId(row.plan_id)
    by = None if row.by_id is None else PersonId(row.by_id)
    key = TextKey(row.form, row.language, plan)
    return OwnText(key, row.version, row.words, row.at, by)
