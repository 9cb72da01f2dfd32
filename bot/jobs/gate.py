"""The gate before a channel: nothing passes while it fails, and no faster than it allows."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from bot.domain.clock import Clock
from bot.domain.delivery import Outcome, TryLater, Uncertain
from bot.domain.message import ChannelName
from bot.jobs.packing import Packed
from bot.resilience.breaker import Breaker, State
from bot.resilience.pace import Pace, PersonalPace
from bot.telemetry.metrics import breaker_turned

AHEAD = timedelta(seconds=0.5)  # what may go within this is let through, to wait in memory
PATIENCE = timedelta(seconds=8)  # who must wait longer goes back into the queue
_HELD_S = 10
_SLOW_DOWN = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a provider allows: to all of its people together, and to each of them."""

    per_second: float
    burst: int
    every_s: float
    personal_burst: int


LIMITS: Mapping[ChannelName, Limits] = MappingProxyType(
    {
        # About 30 a second for a bot, about one a second to one chat, with short bursts.
        ChannelName.TELEGRAM: Limits(25, 25, 1.0, 8),
        # 80 a second for a number; one in six seconds to one person, 45 of them lent.
        ChannelName.WHATSAPP: Limits(80, 80, 6.0, 30),
        ChannelName.TERMINAL: Limits(1000, 1000, 0.001, 1000),
    }
)


class Passing(NamedTuple):
    """A parcel that was let through, and when it may go."""

    packed: Packed
    at: datetime


class Gate:
    """One channel's gate, for one process."""

    def __init__(self, channel: ChannelName, clock: Clock, limits: Limits | None = None) -> None:
        limits = limits or LIMITS[channel]
        # What is claimed must have left before its lease lapses.
        self._at_once = max(1, int(limits.per_second * _HELD_S))
        self._clock = clock
        self._breaker = Breaker(channel.value, clock, on_change=breaker_turned)
        self._all = Pace(clock, limits.per_second, limits.burst)
        self._each = PersonalPace(clock, timedelta(seconds=limits.every_s), limits.personal_burst)

    def wanted(self, most: int) -> int:
        """How many rows are worth claiming: none while the channel rests, one to try it out."""
        if self.rests_until():
            return 0
        return min(most, self._at_once) if self._breaker.state is State.CLOSED else 1

    def rests_until(self) -> datetime | None:
        """When it is worth trying again; none if now."""
        pause = self._all.earliest()
        asked = pause if pause > self._clock.now() + PATIENCE else None
        return self._breaker.until() or asked

    def pick(self, ready: deque[Packed], most: int) -> tuple[list[Passing], list[Passing]]:
        """Take out of ``ready`` those that may go now, and those that must wait too long."""
        going: list[Passing] = []
        back: list[Passing] = []
        stays: list[Packed] = []
        now = self._clock.now()
        while ready and len(going) < most and self._all.earliest() <= now + AHEAD:
            packed = ready.popleft()
            theirs = self._each.earliest(packed.row.address.to)
            if theirs > now + PATIENCE:
                back.append(Passing(packed, theirs))
            elif theirs > now + AHEAD:
                stays.append(packed)
            elif self._breaker.allows():
                at = max(self._each.take(packed.row.address.to), self._all.take())
                going.append(Passing(packed, at))
            else:
                stays.append(packed)
                break
        ready.extendleft(reversed(stays))
        return going, back

    def learned(self, packed: Packed, outcome: Outcome) -> None:
        """Remember how it went. Only the provider's own failures count against it."""
        now = self._clock.now()
        match outcome:
            case TryLater(slow_down=True):
                self._all.hold(now + (outcome.after or _SLOW_DOWN))
                self._breaker.succeeded()
            case TryLater(after=timedelta() as after):
                self._each.hold(packed.row.address.to, now + after)
                self._breaker.succeeded()
            case TryLater() | Uncertain():
                self._breaker.failed()
            case _:
                self._breaker.succeeded()
