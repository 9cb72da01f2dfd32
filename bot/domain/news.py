"""What a network tells of people besides what they say to us: nobody waits for an answer to it.

``id`` is the same however often it is told; ``at`` is when it happened, as the network dates it.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Moved:
    """Somebody changed their address. Numbers get recycled: the owner decides what follows."""

    old: str
    new: str
    at: datetime
    id: str

    @property
    def who(self) -> str:
        """The address it is about."""
        return self.old


@dataclass(frozen=True, slots=True)
class Renamed:
    """The network calls the same account otherwise from now on; no number of theirs changed."""

    old: str
    new: str
    at: datetime
    id: str

    @property
    def who(self) -> str:
        """The address it is about."""
        return self.old


@dataclass(frozen=True, slots=True)
class Deleted:
    """Somebody took a message of theirs back; ``message_id`` names it."""

    who: str
    message_id: str
    at: datetime
    id: str


@dataclass(frozen=True, slots=True)
class Preference:
    """Somebody told the network whether they want our advertising. Reminders are none."""

    who: str
    stops: bool
    at: datetime
    id: str


News = Moved | Renamed | Deleted | Preference
