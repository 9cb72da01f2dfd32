"""What the house needs in order to keep backups: a record of them, and whoever makes the files."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.domain.ids import PersonId

# What a backup is, on its way through a chat: text, so that WhatsApp takes it as well. What goes
# through a chat is no part of the next backup.
SEALED = "text/x-age"


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that is whole on the disk. ``sha256`` is of its rows, however they are encrypted."""

    name: str
    made_at: datetime
    bytes: int
    rows: int
    sha256: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Restored:
    """What a database was filled with."""

    made_at: datetime
    rows: int
    sha256: str
    seconds: float


@dataclass(frozen=True, slots=True)
class BackupView:
    """One backup on record; ``made_at`` is none until it is made."""

    id: int
    kind: str
    asked_by: PersonId | None
    asked_at: datetime
    tries: int
    trouble: str
    made_at: datetime | None
    name: str
    bytes: int
    rows: int
    took_ms: int
    drilled_at: datetime | None
    drill_trouble: str
    drill_ms: int
    remote_at: datetime | None
    remote_tries: int
    remote_trouble: str


class Safe(Protocol):
    """Makes the files, and keeps them."""

    async def make(self) -> Made:
        """A new one; a refusal says why not."""
        ...

    async def drill(self, name: str) -> Restored:
        """Bring one back for a try; a refusal says why not."""
        ...

    def read(self, name: str) -> bytes:
        """The whole file."""
        ...

    def find(self, name: str) -> Path | None:
        """Where it lies; none if it is not here."""
        ...

    def staying(self, names: Collection[str]) -> Collection[str]:
        """Of these those that are to be kept."""
        ...

    def tidy(self) -> None:
        """Take away what need not be kept any more."""
        ...


class Depot(Protocol):
    """A place away from this machine."""

    async def put(self, path: Path, stay: Callable[[Collection[str]], Collection[str]]) -> None:
        """Keep one there, and of the others those that ``stay``; a refusal says why not."""
        ...


class BackupStore(Protocol):
    """The record."""

    async def ask(self, kind: str, by: PersonId | None, now: datetime) -> None:
        """One is wanted."""
        ...

    async def wanted(self, now: datetime) -> BackupView | None:
        """The first that is wanted and may be tried now."""
        ...

    async def waits(self, kind: str) -> bool:
        """Whether one of the kind is wanted and not made yet."""
        ...

    async def newest(self, most: int, kind: str | None = None) -> Sequence[BackupView]:
        """The latest, the newest first."""
        ...

    async def last_drill(self) -> BackupView | None:
        """The one that was last brought back for a try."""
        ...

    async def made(self, backup: int, made: Made) -> None:
        """It is whole."""
        ...

    async def failed(self, backup: int, why: str, again: datetime) -> None:
        """It could not be made; try again then."""
        ...

    async def drilled(self, backup: int, now: datetime, took_ms: int, why: str) -> None:
        """It was brought back; ``why`` says what was wrong, if anything was."""
        ...

    async def unsent(self, now: datetime) -> BackupView | None:
        """The newest, if it is not kept elsewhere yet and may be tried now."""
        ...

    async def sent(self, backup: int, now: datetime) -> None:
        """It is kept elsewhere as well."""
        ...

    async def not_sent(self, backup: int, why: str, again: datetime) -> None:
        """It could not be brought there; try again then."""
        ...

    async def forget_sealed(self, before: datetime) -> None:
        """Drop the copies that went through a chat before then."""
        ...
