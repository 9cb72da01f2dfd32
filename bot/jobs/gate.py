"""The gate before a channel: nothing passes while it fails, and no faster than it allows."""

from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from bot.domain.clock import Clock
from bot.domain.delivery import Outcome, Snooze, TryLater, Uncertain
from bot.domain.message import ChannelName
from bot.jobs.packing import Packed
from bot.resilience.breaker import Breaker, State
from bot.resilience.paces import PATIENCE, Answer, Limits, OwnPaces, Paces
from bot.telemetry.metrics import breaker_turned

__all__ = ["LIMITS", "Gate", "Limits", "Passing"]

_HELD_S = 10
_SLOW_DOWN = timedelta(seconds=5)


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
    """A parcel that was let through, and when it may go.

    ``probe`` is the one that finds out whether a channel that failed is back. Once it is written
    down as leaving, it is ours to send until ``leased_until``.
    """

    packed: Packed
    at: datetime
    probe: bool = False
    leased_until: datetime | None = None


class Gate:
    """One channel's gate, for one process."""

    def __init__(
        self,
        channel: ChannelName,
        clock: Clock,
        limits: Limits | None = None,
        paces: Paces | None = None,
        among: Callable[[], int] = lambda: 1,
    ) -> None:
        """``paces``: those that other processes share; without them, our own. ``among``: how
        many processes send over this channel.
        """
        limits = limits or LIMITS[channel]
        self._per_second = limits.per_second
        self._among = among
        self.ours: Callable[[], bool] = lambda: True  # whether it is for us to send at all
        self._clock = clock
        self._breaker = Breaker(channel.value, clock, on_change=breaker_turned)
        breaker_turned(channel.value, State.CLOSED)
        self._paces = paces or OwnPaces(clock, limits)

    def wanted(self, most: int, held: int) -> int:
        """How many rows are worth claiming beside those held: none while the channel rests, one to
        try it out.
        """
        if self.rests_until() or not self.ours():
            return 0
        if self._breaker.state is not State.CLOSED:
            return 1
        # What is claimed must have left before its lease lapses, others going at the same pace.
        in_time = max(1, int(self._per_second * _HELD_S / max(1, self._among())))
        return max(0, min(most, in_time) - held)

    def rests_until(self) -> datetime | None:
        """When it is worth trying again; none if now."""
        pause = self._paces.earliest()
        asked = pause if pause > self._clock.now() + PATIENCE else None
        return self._breaker.until() or asked

    async def pick(self, ready: deque[Packed], most: int) -> tuple[list[Passing], list[Passing]]:
        """Take out of ``ready`` those that may go now, and those that must wait too long."""
        going: list[Passing] = []
        back: list[Passing] = []
        stays: list[Packed] = []
        probing = self._breaker.state is not State.CLOSED
        if probing:
            most = min(most, 1)  # the one that finds out
        turns = await self._paces.ask([packed.row.address.to for packed in ready], most)
        now = self._clock.now()
        for turn in turns:
            packed = ready.popleft()
            if turn.answer is Answer.BACK:
                back.append(Passing(packed, now + turn.wait))
            elif turn.answer is Answer.GO and self._breaker.allows():
                going.append(Passing(packed, now + turn.wait, probing))
            else:
                stays.append(packed)
        ready.extendleft(reversed(stays))
        return going, back

    async def learned(self, packed: Packed, outcome: Outcome) -> None:
        """Remember how it went. Only the provider's own failures count against it."""
        match outcome:
            case Snooze(pause=True):
                self._breaker.trip()  # when the account may be tried again, one finds out for all
            case TryLater(slow_down=True):
                self._breaker.succeeded()
                await self._paces.hold(outcome.after or _SLOW_DOWN)
            case TryLater(slow_person=True):
                self._breaker.succeeded()
                wait = outcome.after or _SLOW_DOWN
                await self._paces.leave_alone(packed.row.address.to, wait)
            case TryLater(answered=False) | Uncertain():
                self._breaker.failed()
            case _:
                self._breaker.succeeded()
