"""How far the versions have come, and what was found there that is not ours."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import PersonId
from bot.domain.rule_files import Files
from bot.services.ports.rule_pushes import Decision, Edit, Seen
from bot.services.ports.versions import VersionView
from bot.storage.dialect import insert
from bot.storage.tables import rule_edits, rule_pushes, rule_versions
from bot.storage.versions import Versions

_LAST = sa.select(sa.func.coalesce(sa.func.max(rule_pushes.c.number), 0)).scalar_subquery()
_UNSETTLED = (Decision.OPEN.value, Decision.TAKEN.value, Decision.PUT_BACK.value)


class RulePushes:
    """Fills ``services.ports.rule_pushes.PushStore``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._versions = Versions(connection)

    async def last(self) -> VersionView | None:
        """The newest version that stands there, or stood there last."""
        return await self._version(sa.select(_LAST))

    async def next(self) -> VersionView | None:
        """The oldest that does not, and is newer than ``last``."""
        number = rule_versions.c.number
        return await self._version(sa.select(sa.func.min(number)).where(number > _LAST))

    async def waiting(self) -> int:
        """How many are newer than ``last``."""
        query = sa.select(sa.func.count()).where(rule_versions.c.number > _LAST)
        return int((await self._connection.execute(query)).scalar_one())

    async def pushed(self, number: int, commit: str, now: datetime) -> None:
        """It stands there; told twice, it counts once."""
        row = insert(self._connection, rule_pushes).values(
            number=number, name=commit, pushed_at=now
        )
        await self._connection.execute(row.on_conflict_do_nothing())

    async def edit(self) -> Edit | None:
        """What was found there last and is not settled."""
        query = sa.select(rule_edits).where(rule_edits.c.state.in_(_UNSETTLED))
        newest = query.order_by(rule_edits.c.id.desc()).limit(1)
        row = (await self._connection.execute(newest)).one_or_none()
        return None if row is None else _edit(row)

    async def found(self, seen: Seen, files: Files, now: datetime) -> int:
        """Somebody changed it there; an edit that is open already is the same one, further on."""
        values = {"head": seen.head, "by": seen.by, "files": dict(files), "found_at": now}
        known = await self.edit()
        if known is not None and known.state is Decision.OPEN:
            changed = sa.update(rule_edits).where(rule_edits.c.id == known.id)
            await self._connection.execute(changed.values(**values))
            return known.id
        if known is not None:  # what was decided came too late
            await self.decide(known.id, Decision.SETTLED, None, now)
        made = sa.insert(rule_edits).values(**values, state=Decision.OPEN.value)
        found = await self._connection.execute(made.returning(rule_edits.c.id))
        return int(found.scalar_one())

    async def decide(self, edit: int, state: Decision, by: PersonId | None, now: datetime) -> None:
        """What becomes of it."""
        values: dict[str, object] = {"state": state.value}
        if state is not Decision.SETTLED:
            values |= {"decided_by": by, "decided_at": now}
        changed = sa.update(rule_edits).where(rule_edits.c.id == edit)
        await self._connection.execute(changed.values(**values))

    async def _version(self, number: sa.Select[Any]) -> VersionView | None:
        found = (await self._connection.execute(number)).scalar_one_or_none()
        return await self._versions.get(int(found)) if found else None


def _edit(row: sa.Row[Any]) -> Edit:
    return Edit(row.id, row.found_at, row.head, row.by, row.files, Decision(row.state))
