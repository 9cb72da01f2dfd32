"""What the house sees of itself, and what it needs from the store to remember it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.domain.message import ChannelName
from bot.domain.service_level import ServiceLevel
from bot.domain.watch import Sample, Trouble

HOUSE, ALERTMANAGER = "house", "alertmanager"


@dataclass(frozen=True, slots=True)
class Incident:
    """A trouble the house had or has. ``told``: whether the house heard that it began.

    ``source``: who noticed it, and says when it is over.
    """

    id: int
    trouble: Trouble
    began_at: datetime
    ended_at: datetime | None = None
    told: bool = False
    source: str = HOUSE


@dataclass(frozen=True, slots=True)
class Vitals:
    """How the house is, as its processes saw it lately: the worst they saw, by figure.

    ``seen_at`` is none before the first look.
    """

    seen_at: datetime | None
    figures: Mapping[str, float] = field(default_factory=dict)
    troubles: Sequence[Incident] = ()


class Watching(Protocol):
    """Samples and incidents."""

    async def alone(self) -> None:
        """Let one process look at a time, until the transaction ends."""
        ...

    async def keep(self, sample: Sample) -> None:
        """Write down a minute; a second time in the same minute changes nothing."""
        ...

    async def since(self, moment: datetime) -> Sequence[Sample]:
        """What all processes saw after then, the oldest first."""
        ...

    async def newest(self) -> datetime | None:
        """The last minute of which something is written."""
        ...

    async def open(self) -> Sequence[Incident]:
        """Troubles that are not over."""
        ...

    async def begin(self, trouble: Trouble, at: datetime, source: str = HOUSE) -> None:
        """One begins, unless it is there already."""
        ...

    async def end(self, incident: Incident, at: datetime) -> None:
        """One is over."""
        ...

    async def was(self, trouble: Trouble, began: datetime, ended: datetime) -> None:
        """One was noticed only when it was over."""
        ...

    async def untold(self) -> Sequence[Incident]:
        """Of which the house has still to hear that they began, or that they are over."""
        ...

    async def told(self, incidents: Sequence[Incident], now: datetime) -> None:
        """The house heard of them as they stand."""
        ...

    async def backup_at(self) -> datetime | None:
        """When the last backup was made, if there is one."""
        ...

    async def silent_since(self) -> Mapping[ChannelName, datetime]:
        """Each chat that tells of arrivals and has said nothing at all since it took a message.

        When it took the first of those of which nothing came.
        """
        ...

    async def level(self, first: datetime, now: datetime) -> ServiceLevel:
        """How well the house served between then and now, since there are samples."""
        ...

    async def forget(self, before: datetime) -> None:
        """Drop what is older."""
        ...
