"""Days on which far more would go out than usual: how many, and what the house says of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from bot.domain.ids import PersonId
from bot.domain.ladder import Due
from bot.domain.message import ChannelName
from bot.services.ports.reminders import Bounds


class Answer(StrEnum):
    """What becomes of a day; the value is stored."""

    USUAL = "usual"  # nothing to ask
    ASKED = ""  # nobody has said yet
    SEND = "send"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class BigDay:
    """A day that was looked at. ``usual``: of the largest of the days before."""

    day: date
    people: int
    usual: int
    answer: Answer
    asked_at: datetime
    asked_again: bool = False


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who would hear from us now: how many, and the names of the first."""

    people: int
    names: Sequence[str] = ()


class BigDayStore(Protocol):
    """The record of such days, and the counts they rest on."""

    async def get(self, day: date) -> BigDay | None:
        """One, if it was looked at."""
        ...

    async def pending(self) -> BigDay | None:
        """The one that waits for an answer."""
        ...

    async def keep(self, day: BigDay) -> None:
        """Write one down, over what was written of it."""
        ...

    async def answer(
        self, day: date, answer: Answer, by: PersonId, *, over: Collection[Answer]
    ) -> bool:
        """Write the answer over one of these; no if there is another by now."""
        ...

    async def crowd(
        self,
        dues: Sequence[Due],
        channels: Collection[ChannelName],
        now: datetime,
        bounds: Bounds,
    ) -> Crowd:
        """Who has reached a step and may hear of it now."""
        ...

    async def reminded(self, since: datetime) -> int:
        """How many reminders the ladder has queued since then."""
        ...

    async def largest(self, midnights: Sequence[datetime]) -> int:
        """Of the days that lie between these instants, the reminders of the fullest."""
        ...
