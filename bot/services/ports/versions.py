"""The book of rules, version by version, as the service of versions needs it kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.ids import PersonId


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version. ``by`` none: the program by itself; ``deed`` is the first that led to it."""

    number: int
    at: datetime
    by: PersonId | None
    by_name: str
    deed: str
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Noted:
    """A deed of this transaction, by whom."""

    deed: str
    by: PersonId | None


class VersionStore(Protocol):
    """The table; what is written is never changed."""

    async def alone(self) -> None:
        """Until this transaction ends, nobody else writes a version."""
        ...

    async def hold(self) -> None:
        """Until this transaction ends, nobody else goes on from the newest one."""
        ...

    async def newest(self) -> VersionView | None:
        """The one that counts now; none before the first."""
        ...

    async def get(self, number: int) -> VersionView | None:
        """One."""
        ...

    async def page(self, before: int | None, most: int) -> Sequence[VersionView]:
        """The newest first, older than number ``before``."""
        ...

    async def add(
        self, number: int, noted: Noted, now: datetime, files: Mapping[str, str], sha256: str
    ) -> None:
        """One more."""
        ...
