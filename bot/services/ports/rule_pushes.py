"""What the house needs to keep its rules readable elsewhere, and to notice what changed there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.domain.ids import PersonId
from bot.domain.rule_files import Files
from bot.services.ports.versions import VersionView


class Decision(StrEnum):
    """What becomes of an edit that was made there; the value is stored."""

    OPEN = "open"
    TAKEN = "taken"  # the house does as it says
    PUT_BACK = "put_back"  # ours goes there again
    SETTLED = "settled"  # what was decided stands there, or it went by itself


@dataclass(frozen=True, slots=True)
class Seen:
    """What stands there now. ``files``: a path -> what its contents are known by there.

    ``too_long``: those of them that are not read.
    """

    head: str
    by: str
    files: Mapping[str, str]
    too_long: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Edit:
    """The rules as somebody else left them there."""

    id: int
    found_at: datetime
    head: str
    by: str
    files: Files
    state: Decision


@dataclass(frozen=True, slots=True)
class Parcel:
    """One version on its way there: a commit of its own."""

    number: int
    files: Files
    message: str
    author: str
    at: datetime


class RuleShelf(Protocol):
    """The place where the rules can be read."""

    async def look(self) -> Seen:
        """What stands there; a refusal says why that cannot be known."""
        ...

    def holds(self, seen: Seen, files: Files) -> bool:
        """Whether exactly these stand there."""
        ...

    async def read(self, seen: Seen) -> Files:
        """What was seen, in full."""
        ...

    async def put(self, seen: Seen, parcel: Parcel) -> str | None:
        """Put a version on top of what was seen; its name there, none if that changed meanwhile."""
        ...

    async def close(self) -> None:
        """Nothing more for now."""
        ...


class PushStore(Protocol):
    """How far the versions have come, and what was found there."""

    async def last(self) -> VersionView | None:
        """The newest version that stands there, or stood there last."""
        ...

    async def next(self) -> VersionView | None:
        """The oldest that does not, and is newer than ``last``."""
        ...

    async def waiting(self) -> int:
        """How many are newer than ``last``."""
        ...

    async def pushed(self, number: int, commit: str, now: datetime) -> None:
        """It stands there; told twice, it counts once."""
        ...

    async def edit(self) -> Edit | None:
        """What was found there last and is not settled."""
        ...

    async def found(self, seen: Seen, files: Files, now: datetime) -> int:
        """Somebody changed it there; an edit that is open already is the same one, further on."""
        ...

    async def decide(self, edit: int, state: Decision, by: PersonId | None, now: datetime) -> None:
        """What becomes of it."""
        ...
