"""The versions of the book of rules; one is written at a time, by whichever process."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import PersonId
from bot.services.ports.versions import Noted, VersionView
from bot.storage.dialect import alone
from bot.storage.tables import people, rule_versions

_VIEW = sa.select(rule_versions, people.c.name.label("by_name")).select_from(
    rule_versions.outerjoin(people, people.c.id == rule_versions.c.person_id)
)
_NEWEST_FIRST = rule_versions.c.number.desc()


class Versions:
    """Fills ``services.ports.versions.VersionStore``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def alone(self) -> None:
        """Until this transaction ends, nobody else writes a version."""
        await alone(self._connection, "rules.version")

    async def hold(self) -> None:
        """Until this transaction ends, nobody else goes on from the newest one."""
        newest = sa.select(rule_versions.c.number).order_by(_NEWEST_FIRST).limit(1)
        await self._connection.execute(newest.with_for_update(key_share=True))

    async def newest(self) -> VersionView | None:
        """The one that counts now; none before the first."""
        return next(iter(await self.page(None, 1)), None)

    async def get(self, number: int) -> VersionView | None:
        """One."""
        query = _VIEW.where(rule_versions.c.number == number)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _view(row)

    async def page(self, before: int | None, most: int) -> Sequence[VersionView]:
        """The newest first, older than number ``before``."""
        query = _VIEW if before is None else _VIEW.where(rule_versions.c.number < before)
        rows = await self._connection.execute(query.order_by(_NEWEST_FIRST).limit(most))
        return [_view(row) for row in rows]

    async def add(
        self, number: int, noted: Noted, now: datetime, files: Mapping[str, str], sha256: str
    ) -> None:
        """One more."""
        await self._connection.execute(
            sa.insert(rule_versions).values(
                number=number,
                at=now,
                person_id=noted.by,
                deed=noted.deed,
                files=dict(files),
                sha256=sha256,
            )
        )


def _view(row: sa.Row[Any]) -> VersionView:
    return VersionView(
        number=row.number,
        at=row.at,
        by=PersonId(row.person_id) if row.person_id is not None else None,
        by_name=row.by_name or "",
        deed=row.deed,
        files=row.files,
    )
