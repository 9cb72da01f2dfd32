"""Who may be written to now: a channel's pace and each person's, asked for many at once.

In memory for one process here; where several share one number, ``storage/pace_redis.py``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import NamedTuple, Protocol

from bot.domain.clock import Clock
from bot.resilience.pace import Pace, PersonalPace

AHEAD = timedelta(seconds=0.5)  # what may go within this is let through, to wait in memory
PATIENCE = timedelta(seconds=8)  # who must wait longer goes back into the queue


@dataclass(frozen=True, slots=True)
class Limits:
    """What a provider allows: to all of its people together, and to each of them."""

    per_second: float
    burst: int
    every_s: float
    personal_burst: int

    def shared(self, among: int) -> "Limits":
        """The part of one of several who do not hear of each other."""
        return Limits(
            self.per_second / among,
            max(1, self.burst // among),
            self.every_s * among,
            max(1, self.personal_burst // among),
        )

    @property
    def every(self) -> timedelta:
        """The time between two messages to one person."""
        return timedelta(seconds=self.every_s)


class Answer(Enum):
    """What is said to one message."""

    GO = "go"  # its place is reserved
    STAY = "stay"  # in a moment
    BACK = "back"  # not for a while: others need the room


class Turn(NamedTuple):
    """One message's answer, and how long it has to wait."""

    answer: Answer
    wait: timedelta


class Paces(Protocol):
    """The pace of one channel."""

    async def ask(self, people: Sequence[str], most: int) -> Sequence[Turn]:
        """The turns of the first of these, in order, reserving up to ``most`` places.

        It ends where the channel's own pace does: whoever is behind that is not answered.
        """
        ...

    async def hold(self, wait: timedelta) -> None:
        """Be silent so long, as the provider asked; afterwards no burst."""
        ...

    async def leave_alone(self, person: str, wait: timedelta) -> None:
        """The same for one person."""
        ...

    def earliest(self) -> datetime:
        """When the channel may go on, as far as is known."""
        ...


class OwnPaces:
    """One process's own. ``among``: how many share the number without hearing of each other."""

    def __init__(self, clock: Clock, limits: Limits, among: Callable[[], int] = lambda: 1) -> None:
        self._clock = clock
        self._limits = limits
        self._among = among
        self._sharing = max(1, among())
        ours = limits.shared(self._sharing)
        self._all = Pace(clock, ours.per_second, ours.burst)
        self._each = PersonalPace(clock, ours.every, ours.personal_burst)

    async def ask(self, people: Sequence[str], most: int) -> Sequence[Turn]:
        """See ``Paces``."""
        self._share()
        now = self._clock.now()
        turns: list[Turn] = []
        going = 0
        for person in people:
            if going == most or self._all.earliest() > now + AHEAD:
                break
            theirs = self._each.earliest(person)
            if theirs > now + AHEAD:
                answer = Answer.BACK if theirs > now + PATIENCE else Answer.STAY
                turns.append(Turn(answer, theirs - now))
            else:
                going += 1
                at = max(self._each.take(person), self._all.take())
                turns.append(Turn(Answer.GO, at - now))
        return turns

    async def hold(self, wait: timedelta) -> None:
        """See ``Paces``."""
        self.hold_now(wait)

    async def leave_alone(self, person: str, wait: timedelta) -> None:
        """See ``Paces``."""
        self._each.hold(person, self._clock.now() + wait)

    def hold_now(self, wait: timedelta) -> None:
        """Be silent so long; afterwards no burst."""
        self._all.hold(self._clock.now() + wait)

    def earliest(self) -> datetime:
        """See ``Paces``."""
        return self._all.earliest()

    def _share(self) -> None:
        among = max(1, self._among())
        if among != self._sharing:
            self._sharing = among
            ours = self._limits.shared(among)
            self._all.change(ours.per_second, ours.burst)
            self._each.change(ours.every, ours.personal_burst)
