"""The record of backups: wanted, made, tried out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import PersonId
from bot.services.ports.backups import SEALED, BackupView, Made
from bot.storage.tables import backups, files

_SHOWN = [backups.c[name] for name in BackupView.__slots__]


class Backups:
    """Fills ``services.ports.backups.BackupStore``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def ask(self, kind: str, by: PersonId | None, now: datetime) -> None:
        """One is wanted."""
        row = {"kind": kind, "asked_by": by, "asked_at": now, "not_before": now}
        await self._connection.execute(sa.insert(backups).values(row))

    async def wanted(self, now: datetime) -> BackupView | None:
        """The first that is wanted and may be tried now."""
        query = (
            sa.select(*_SHOWN)
            .where(backups.c.made_at.is_(None), backups.c.not_before <= now)
            .order_by(backups.c.id)
            .limit(1)
        )
        return await self._one(query)

    async def waits(self, kind: str) -> bool:
        """Whether one of the kind is wanted and not made yet."""
        query = sa.select(1).where(backups.c.made_at.is_(None), backups.c.kind == kind).limit(1)
        return (await self._connection.execute(query)).first() is not None

    async def newest(self, most: int, kind: str | None = None) -> Sequence[BackupView]:
        """The latest, the newest first."""
        query = sa.select(*_SHOWN).order_by(backups.c.id.desc()).limit(most)
        if kind is not None:
            query = query.where(backups.c.kind == kind)
        rows = await self._connection.execute(query)
        return [BackupView(*row) for row in rows]

    async def last_drill(self) -> BackupView | None:
        """The one that was last brought back for a try."""
        query = (
            sa.select(*_SHOWN)
            .where(backups.c.drilled_at.is_not(None))
            .order_by(backups.c.drilled_at.desc())
            .limit(1)
        )
        return await self._one(query)

    async def made(self, backup: int, made: Made) -> None:
        """It is whole."""
        await self._set(
            backup,
            made_at=made.made_at,
            name=made.name,
            bytes=made.bytes,
            rows=made.rows,
            sha256=made.sha256,
            took_ms=round(made.seconds * 1000),
            trouble="",
        )

    async def failed(self, backup: int, why: str, again: datetime) -> None:
        """It could not be made; try again then."""
        await self._set(backup, trouble=why, not_before=again, tries=backups.c.tries + 1)

    async def drilled(self, backup: int, now: datetime, took_ms: int, why: str) -> None:
        """It was brought back; ``why`` says what was wrong, if anything was."""
        await self._set(backup, drilled_at=now, drill_ms=took_ms, drill_trouble=why)

    async def unsent(self, now: datetime) -> BackupView | None:
        """The newest, if it is not kept elsewhere yet and may be tried now."""
        newest = sa.select(sa.func.max(backups.c.id)).where(backups.c.made_at.is_not(None))
        query = sa.select(*_SHOWN).where(
            backups.c.id == newest.scalar_subquery(),
            backups.c.remote_at.is_(None),
            sa.func.coalesce(backups.c.remote_not_before, now) <= now,
        )
        return await self._one(query)

    async def sent(self, backup: int, now: datetime) -> None:
        """It is kept elsewhere as well."""
        await self._set(backup, remote_at=now, remote_trouble="")

    async def not_sent(self, backup: int, why: str, again: datetime) -> None:
        """It could not be brought there; try again then."""
        tries = backups.c.remote_tries + 1
        await self._set(backup, remote_trouble=why, remote_not_before=again, remote_tries=tries)

    async def forget_sealed(self, before: datetime) -> None:
        """Drop the copies that went through a chat before then."""
        await self._connection.execute(
            sa.delete(files).where(files.c.mime == SEALED, files.c.created_at < before)
        )

    async def _one(self, query: sa.Select[Any]) -> BackupView | None:
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else BackupView(*row)

    async def _set(self, backup: int, **values: object) -> None:
        await self._connection.execute(
            sa.update(backups).where(backups.c.id == backup).values(**values)
        )
