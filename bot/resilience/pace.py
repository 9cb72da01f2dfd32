"""How fast we may speak: a whole channel, and to one person. In memory, for one process.

In both, what a provider grants at once is ``burst``, and every message gives back its place only
after its share of time: in any stretch of time there are never more messages than the burst and
what the stretch earns.
"""

import math
from datetime import UTC, datetime, timedelta

from bot.domain.clock import Clock

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_FEW = 1024  # people remembered before it is worth looking who can be forgotten


class Pace:
    """The pace of a whole channel: so many a second, after ``burst`` at once."""

    def __init__(self, clock: Clock, per_second: float, burst: int = 1) -> None:
        self._paces = PersonalPace(clock, _share(per_second), burst)

    def earliest(self) -> datetime:
        """When the next message could go; nothing is reserved."""
        return self._paces.earliest("")

    def take(self) -> datetime:
        """Reserve the next place: the moment at which the message may go."""
        return self._paces.take("")

    def hold(self, until: datetime) -> None:
        """Be silent until then, as the provider asked; afterwards no burst."""
        self._paces.hold("", until)

    def change(self, per_second: float, burst: int) -> None:
        """Go at another pace from now on; what was taken stays taken."""
        self._paces.change(_share(per_second), burst)


def _share(per_second: float) -> timedelta:
    """Each message's part of a second, rounded up: a microsecond slower, never faster."""
    return timedelta(microseconds=math.ceil(1_000_000 / per_second))


class PersonalPace:
    """The pace to each person: one message ``every`` so often, after ``burst`` at once.

    Take a place here before one of the channel's: who must wait anyway shall not use that up.
    """

    def __init__(self, clock: Clock, every: timedelta, burst: int = 1) -> None:
        self._clock = clock
        self.change(every, burst)
        # When each would have earned back everything lent; who is not here has.
        self._even: dict[str, datetime] = {}
        self._look_again_at = _FEW
        self._last = _LONG_AGO

    def earliest(self, key: str) -> datetime:
        """When the next message to them could go; nothing is reserved."""
        return self._earliest(key, self._now())

    def take(self, key: str) -> datetime:
        """Reserve their next place: the moment at which the message may go."""
        now = self._now()
        at = self._earliest(key, now)
        self._even[key] = max(self._even.get(key, now), now) + self._every
        self._forget_the_even(now)
        return at

    def hold(self, key: str, until: datetime) -> None:
        """Leave them alone until then, as the provider asked; afterwards no burst."""
        even = until + self._lent
        self._even[key] = max(self._even.get(key, even), even)

    def change(self, every: timedelta, burst: int) -> None:
        """Go at another pace from now on; what was taken stays taken."""
        self._every = every
        self._lent = every * (burst - 1)

    def _earliest(self, key: str, now: datetime) -> datetime:
        return max(now, self._even.get(key, now) - self._lent)

    def _now(self) -> datetime:
        now = self._clock.now()
        if now < self._last:
            # Somebody set the clock back: what was reserved would keep us silent all that while.
            self._even.clear()
        self._last = now
        return now

    def _forget_the_even(self, now: datetime) -> None:
        if len(self._even) < self._look_again_at:
            return
        self._even = {key: even for key, even in self._even.items() if even > now}
        self._look_again_at = max(_FEW, 2 * len(self._even))
