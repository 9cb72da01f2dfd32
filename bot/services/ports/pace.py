"""What the pace of a number needs to know of what has left, and where it is remembered."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.ids import OutboxId, PersonId
from bot.domain.number_pace import Start
from bot.domain.pace_state import NumberPace


@dataclass(frozen=True, slots=True)
class Heard:
    """When the network last said that it has a message that we started, and that one arrived."""

    taken_at: datetime | None = None
    arrived_at: datetime | None = None

    @property
    def at(self) -> datetime | None:
        """The later of the two."""
        return max((at for at in (self.taken_at, self.arrived_at) if at), default=None)


@dataclass(frozen=True, slots=True)
class PaceView:
    """The pace as people look at it: ``started`` within seven days, ``used`` within one."""

    pace: NumberPace
    day: int
    days: int
    allowed: int
    tomorrow: int
    used: int
    waiting: int
    started: int = 0
    arrived: int = 0
    answered: int = 0


class PaceStore(Protocol):
    """The one number's pace, over all processes."""

    async def get(self) -> NumberPace | None:
        """How it stands; none if nobody has to care. No other process looks meanwhile."""
        ...

    async def seen(self) -> NumberPace | None:
        """The same, only to be read."""
        ...

    async def keep(self, pace: NumberPace) -> None:
        """Remember how it stands now."""
        ...

    async def start(self, row: OutboxId, now: datetime) -> None:
        """Write down that somebody is written to first by this message."""
        ...

    async def starts(
        self, since: datetime, most: int, until: datetime | None = None
    ) -> Sequence[Start]:
        """The last ones that left since then, and before ``until``, the newest first."""
        ...

    async def one(self, row: OutboxId) -> Start | None:
        """What is known of a message, if it has left."""
        ...

    async def last(self) -> Start | None:
        """What left last of all that we started lately, whoever it was for."""
        ...

    async def reached(self, since: datetime) -> Mapping[PersonId, datetime]:
        """Who was written to first since then, and when last."""
        ...

    async def known(self, people: Collection[PersonId]) -> frozenset[PersonId]:
        """Those of them on whose phone something of ours has arrived."""
        ...

    async def heard(self, since: datetime) -> Heard:
        """What the network said of messages that left since then."""
        ...

    async def waiting(self, until: datetime) -> int:
        """How many that we start wait to leave by then."""
        ...

    async def end_of_line(self) -> datetime | None:
        """When the last of those leaves that wait for their turn."""
        ...

    async def wake(self, reasons: Collection[str], now: datetime) -> int:
        """What waited for one of these reasons may go; how many."""
        ...
