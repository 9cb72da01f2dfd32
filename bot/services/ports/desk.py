"""What a desk lends its handlers besides the services: files, pictures, tickets, savepoints."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from bot.domain.ids import FileId, PersonId
from bot.domain.ticket import About, Ticket

Savepoints: TypeAlias = Callable[[], AbstractAsyncContextManager[object]]


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file's bytes and what it is."""

    name: str
    mime: str
    content: bytes


class Shelf(Protocol):
    """Files that people sent or that we made."""

    async def put(self, name: str, mime: str, content: bytes) -> FileId:
        """Keep one."""
        ...

    async def get(self, file_id: FileId) -> StoredFile:
        """One that was kept; ``NotFound`` if it is gone."""
        ...


@dataclass(frozen=True, slots=True)
class Bars:
    """Two bars a month: what came in, and what was expected. Words are already spoken."""

    title: str
    months: Sequence[str]
    received: Sequence[int]
    expected: Sequence[int]
    received_labels: Sequence[str]
    received_word: str
    expected_word: str


class Pictures(Protocol):
    """Drawing what words say badly."""

    async def qr(self, payload: str) -> bytes:
        """A QR code as PNG."""
        ...

    async def bars(self, chart: Bars) -> bytes:
        """A bar chart as PNG."""
        ...


class TicketDrawer(Protocol):
    """What lies behind buttons."""

    async def find(self, token: str) -> Ticket | None:
        """One by its id, whoever's it is and whether or not it still stands."""
        ...

    async def issue(
        self, person: PersonId, deeds: Sequence[tuple[str, About]], now: datetime
    ) -> list[str]:
        """Write one for each deed; their ids in the same order."""
        ...
