"""Lists that were sent in, and what became of each."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import FileId, PersonId
from bot.services.ports.imports import PREVIEWED, ImportId, ImportRow
from bot.storage.tables import imports


class Imports:
    """Fills ``services.ports.imports.ImportStore``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(
        self, file: FileId, person: PersonId | None, counts: Mapping[str, Any], now: datetime
    ) -> ImportId:
        """Remember a preview."""
        query = (
            imports.insert()
            .values(
                file_id=file,
                person_id=person,
                state=PREVIEWED,
                counts=dict(counts),
                created_at=now,
            )
            .returning(imports.c.id)
        )
        return ImportId((await self._connection.execute(query)).scalar_one())

    async def lock(self, number: ImportId) -> ImportRow | None:
        """One import, theirs alone until the transaction ends."""
        query = sa.select(imports).where(imports.c.id == number).with_for_update()
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return None
        return ImportRow(ImportId(row.id), FileId(row.file_id), row.state, row.counts)

    async def close(
        self, number: ImportId, state: str, counts: Mapping[str, Any], now: datetime
    ) -> None:
        """Say what became of it."""
        await self._connection.execute(
            imports.update()
            .where(imports.c.id == number)
            .values(state=state, counts=dict(counts), done_at=now)
        )
