"""What we know of our approved forms of words."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.template import APPROVED, TemplateNews, TemplateStatus
from bot.services.ports.templates import KeptTemplate
from bot.storage.dialect import insert, one_of
from bot.storage.tables import business, people, templates

_NEVER = datetime(2000, 1, 1, tzinfo=UTC)


class Templates:
    """Fills ``ports.templates.TemplateStore``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def all(self) -> Sequence[KeptTemplate]:
        """Every one, by name and language."""
        rows = await self._connection.execute(
            sa.select(templates).order_by(templates.c.name, templates.c.language)
        )
        return [
            KeptTemplate(
                TemplateStatus(
                    name=row.name,
                    language=row.language,
                    status=row.status,
                    category=row.category,
                    reason=row.reason,
                    remote_id=row.remote_id,
                    fingerprint=row.fingerprint,
                ),
                row.checked_at,
            )
            for row in rows
        ]

    async def usable(self, names: Collection[str]) -> frozenset[tuple[str, str]]:
        """Those of these that may be sent now, as (name, language)."""
        rows = await self._connection.execute(
            sa.select(templates.c.name, templates.c.language).where(
                one_of(self._connection, templates.c.name, names),
                templates.c.status == APPROVED,
            )
        )
        return frozenset((row.name, row.language) for row in rows)

    async def keep(self, statuses: Sequence[TemplateStatus], now: datetime) -> None:
        """Write down how they stand."""
        for status in statuses:
            values = {
                "remote_id": status.remote_id,
                "status": status.status,
                "category": status.category,
                "reason": status.reason,
                "fingerprint": status.fingerprint,
                "checked_at": now,
            }
            row = insert(self._connection, templates).values(
                name=status.name, language=status.language, **values
            )
            await self._connection.execute(
                row.on_conflict_do_update(index_elements=["name", "language"], set_=values)
            )

    async def note(self, news: TemplateNews, now: datetime) -> bool:
        """Take in what a webhook said of one; no if it is none of ours. What it left out stays."""
        said = {"status": news.status, "category": news.category, "reason": news.reason}
        changed = {name: value for name, value in said.items() if value}
        if news.status == APPROVED:
            changed["reason"] = ""
        done = await self._connection.execute(
            sa.update(templates)
            .where(templates.c.name == news.name, templates.c.language == news.language)
            .values(checked_at=now, **changed)
        )
        return bool(done.rowcount)

    async def doubt(self) -> None:
        """Ask the account about all of them at the next occasion."""
        await self._connection.execute(sa.update(templates).values(checked_at=_NEVER))

    async def languages(self) -> Collection[str]:
        """The languages in which people are written to."""
        both = sa.union(sa.select(people.c.language), sa.select(business.c.language))
        return frozenset((await self._connection.execute(both)).scalars())
