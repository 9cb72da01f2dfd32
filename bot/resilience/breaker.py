"""Leave alone what keeps failing, and let one message find out whether it is back."""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.clock import Clock

_REST = timedelta(seconds=30)


class State(StrEnum):
    """Closed lets everything through, open nothing, half open one probe at a time."""

    CLOSED = "closed"
    HALF_OPEN = "half_open"
    OPEN = "open"


class Breaker:
    """One provider's breaker. Only what is the provider's own failure counts (5xx, time-outs,
    lost connections); what it refuses for good reason is a sign that it lives.
    """

    def __init__(
        self,
        name: str,
        clock: Clock,
        failures: int = 5,
        rest: timedelta = _REST,
        on_change: Callable[[str, State], None] | None = None,
    ) -> None:
        """``failures`` in a row open it for ``rest``; ``on_change`` hears of every change."""
        self.name = name
        self.state = State.CLOSED
        self._clock = clock
        self._most = failures
        self._rest = rest
        self._on_change = on_change
        self._failed = 0
        # Open: since when it rests. Half open: since when the probe is away.
        self._since = clock.now()

    def allows(self) -> bool:
        """Whether one message may go now; who is told yes must report how it went.

        A probe that never reports (its task was cancelled) holds its place only for ``rest``.
        """
        if self.state is State.CLOSED:
            return True
        if self.until() is not None:
            return False
        self._since = self._clock.now()
        self._turn(State.HALF_OPEN)
        return True

    def until(self) -> datetime | None:
        """When it is worth asking again; none if now."""
        if self.state is State.CLOSED:
            return None
        now = self._clock.now()
        # A clock that was set back must not make the rest longer by as much.
        self._since = min(self._since, now)
        again = self._since + self._rest
        return again if now < again else None

    def succeeded(self) -> None:
        """The provider answered. What left before it opened says nothing about now."""
        if self.state is not State.OPEN:
            self._failed = 0
            self._turn(State.CLOSED)

    def failed(self) -> None:
        """The provider failed; the last of too many opens the breaker, so does a lost probe."""
        if self.state is State.OPEN:
            return
        self._failed += 1
        if self.state is State.HALF_OPEN or self._failed >= self._most:
            self._since = self._clock.now()
            self._turn(State.OPEN)

    def trip(self) -> None:
        """Open at once: what was refused would be refused to all."""
        self._since = self._clock.now()
        self._turn(State.OPEN)

    def _turn(self, state: State) -> None:
        if state is self.state:
            return
        self.state = state
        if self._on_change:
            self._on_change(self.name, state)
