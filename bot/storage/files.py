"""Files that people sent or that we made."""

import hashlib

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.clock import Clock
from bot.domain.errors import NotFound
from bot.domain.ids import FileId
from bot.domain.names import file_name
from bot.services.ports.desk import StoredFile
from bot.storage.tables import files


class Files:
    """Fills ``services.ports.desk.Shelf``."""

    def __init__(self, connection: AsyncConnection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    async def put(self, name: str, mime: str, content: bytes) -> FileId:
        """Keep one; the same bytes of a kind are kept once, under the name that they came by first.

        Whoever gives a file out says what it is called there.
        """
        about = {"sha256": hashlib.sha256(content).hexdigest(), "mime": mime}
        kept = sa.select(files.c.id).filter_by(**about).order_by(files.c.id).limit(1)
        if (known := (await self._connection.execute(kept)).scalar_one_or_none()) is not None:
            return FileId(known)
        made = (
            sa.insert(files)
            .values(
                **about,
                name=file_name(name),
                content=content,
                created_at=self._clock.now(),
            )
            .returning(files.c.id)
        )
        return FileId((await self._connection.execute(made)).scalar_one())

    async def get(self, file_id: FileId) -> StoredFile:
        """One that was kept; ``NotFound`` if it is gone."""
        query = sa.select(files.c.name, files.c.mime, files.c.content).where(files.c.id == file_id)
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            raise NotFound("errors.file.gone")
        return StoredFile(row.name, row.mime, row.content)
