"""Lists that were sent in: what was seen in each, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NewType, Protocol

from bot.domain.ids import FileId, PersonId

ImportId = NewType("ImportId", int)
PREVIEWED, DONE, DROPPED = "previewed", "done", "dropped"


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One list and how it stands."""

    id: ImportId
    file_id: FileId
    state: str
    counts: Mapping[str, Any]


class ImportStore(Protocol):
    """The table of imports."""

    async def add(
        self, file: FileId, person: PersonId | None, counts: Mapping[str, Any], now: datetime
    ) -> ImportId:
        """Remember a preview."""
        ...

    async def lock(self, number: ImportId) -> ImportRow | None:
        """One import, theirs alone until the transaction ends."""
        ...

    async def close(
        self, number: ImportId, state: str, counts: Mapping[str, Any], now: datetime
    ) -> None:
        """Say what became of it."""
        ...
