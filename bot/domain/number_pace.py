"""How fast a number that WhatsApp did not give us for programs may begin to write to people.

Nobody publishes these figures: they are what others learned from numbers that were banned
(decision 0042). Answers to whoever wrote to us are not counted here.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from bot.domain.delivery import State
from bot.domain.ids import OutboxId, PersonId

# People a day, on the first day on which the number starts chats for us, the second, ...
RAMP = (20, 24, 29, 35, 42, 50, 60, 72, 86, 104, 124, 149, 175, 200)
DAYS = len(RAMP)
LEAST_GAP_S, WIDEST_GAP_S = 15, 60  # between two different people

LOOKED_AT = 20  # so many of the last starts tell how the number is received
DEAD_AFTER = timedelta(seconds=45)  # taken by the gateway, and not a word from the network
PENDING_FOR = timedelta(minutes=5)
UNSEEN_FOR = timedelta(hours=24)
SLOW_FOR = timedelta(hours=24)  # at each level, before the next faster one is tried
SEEN = timedelta(hours=24)  # whoever wrote within this time is answered, not started with

# So many of the last that arrived at least two days ago tell whether people answer it. Two in forty
# is little even for reminders, which most people just pay; fewer is what a network takes for spam.
ANSWERS_OF = 40
ANSWERS_AFTER = timedelta(days=2)
ANSWERS_SEEN = timedelta(days=30)
_ONE_IN = 20

_FEW, _TOO_FEW_TO_STOP = 3, 4
_TENTHS_TO_SLOW, _TENTHS_TO_STOP = 1, 3


class Level(IntEnum):
    """How much of what the ramp allows is used; the value is stored."""

    FULL = 0
    HALF = 1
    QUARTER = 2
    STOP = 3

    @property
    def slower(self) -> "Level":
        """The next one down."""
        return Level(min(self + 1, Level.STOP))

    @property
    def faster(self) -> "Level":
        """The next one up."""
        return Level(max(self - 1, Level.FULL))


@dataclass(frozen=True, slots=True)
class Start:
    """A message with which we began to write to somebody, and what is known of it."""

    id: OutboxId
    person_id: PersonId
    at: datetime
    state: State
    reason: str = ""
    answered: bool = False

    @property
    def is_unheard_of(self) -> bool:
        """Whether it has left, and the network has not said that it has it."""
        return self.state in {State.SENDING, State.UNCERTAIN, State.ACCEPTED}

    @property
    def has_arrived(self) -> bool:
        """Whether their phone has it."""
        return self.state in {State.DELIVERED, State.READ}

    def is_lost(self, now: datetime) -> bool:
        """Whether it is a sign that the number is not well received."""
        if self.state in {State.FAILED, State.GIVEN_UP, State.UNHEARD}:
            return True
        if self.is_unheard_of:
            return now - self.at >= PENDING_FOR
        return self.state is State.SENT and now - self.at >= UNSEEN_FOR


def ramp(day: int) -> int:
    """How many people on the ``day``-th day of starting, counted from 1."""
    return RAMP[min(max(day, 1), DAYS) - 1]


def allowed(day: int, level: Level, wished: int | None = None) -> int:
    """How many people on this day; the owner may wish for fewer, never for more."""
    if level is Level.STOP:
        return 0
    most = -(-ramp(day) // (1 << level))  # rounded up: slow is not stopped
    return most if wished is None else min(most, wished)


def gap(seed: int) -> timedelta:
    """How long nobody else is written to after a start: drawn by its own number.

    Even times between messages are what a program looks like.
    """
    drawn = int.from_bytes(hashlib.blake2b(str(seed).encode(), digest_size=8).digest())
    span_ms = (WIDEST_GAP_S - LEAST_GAP_S) * 1000
    return timedelta(seconds=LEAST_GAP_S, milliseconds=drawn % (span_ms + 1))


def level_after(level: Level, starts: Sequence[Start], now: datetime) -> Level:
    """The level once these starts, the last ones since it was set, are looked at."""
    lost, of = count_lost(starts, now), len(starts)
    if lost >= _TOO_FEW_TO_STOP and lost * 10 > of * _TENTHS_TO_STOP:
        return Level.STOP
    if lost >= _FEW and lost * 10 > of * _TENTHS_TO_SLOW:
        return level.slower
    return level


def unanswered(aged: Sequence[Start]) -> int:
    """How many got no answer, if hardly any of the last ones did; else 0.

    ``aged``: starts whom there was time to answer, the newest first.
    """
    arrived = [start for start in aged if start.has_arrived][:ANSWERS_OF]
    answered = sum(start.answered for start in arrived)
    few = len(arrived) == ANSWERS_OF and answered * _ONE_IN < ANSWERS_OF
    return ANSWERS_OF - answered if few else 0


def count_lost(starts: Sequence[Start], now: datetime) -> int:
    """How many of them did not arrive as they should."""
    return sum(start.is_lost(now) for start in starts)
