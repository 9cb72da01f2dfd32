"""Kept answers, checked in every transaction against what the database says has changed."""

from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.resilience.cache import Cache, Kind, Load
from bot.storage.footprints import begin

T = TypeVar("T")

# What revision 0008 counts: by subject, in several rows, as several people write at once. ``era``
# is one number for the life of a database, so that no other's answers are taken for its own.
_generations = sa.table(
    "generations", sa.column("subject", sa.Text), sa.column("number", sa.BigInteger)
)
_ALL = sa.select(
    _generations.c.subject, sa.func.sum(_generations.c.number).label("number")
).group_by(_generations.c.subject)


class Keeping:
    """Fills ``services.ports.kept.Kept`` for one transaction.

    The counts are read in the transaction itself, before the answer is loaded: an answer is never
    kept under a count that is younger than it. What the transaction has itself changed is read
    from the tables, and kept for nobody: it may still come to nothing.
    """

    def __init__(self, connection: AsyncConnection, cache: Cache) -> None:
        self._connection = connection
        self._cache = cache
        self._steps = begin(connection)

    async def get(self, kind: Kind[T], key: str, load: Load[T]) -> T:
        """See ``Kept``."""
        if kind.rests_on & self._steps.touched:
            self._cache.count(kind.name, "own")
            return await load()
        known = await self._known()
        counts = (known.get(subject, 0) for subject in ("era", *sorted(kind.rests_on)))
        return await self._cache.get(kind, key, tuple(counts), load)

    async def _known(self) -> dict[str, int]:
        """How often each subject has changed, as this transaction sees it."""
        if self._steps.known is None:
            rows = await self._connection.execute(_ALL)
            self._steps.known = {row.subject: int(row.number) for row in rows}
        return self._steps.known
