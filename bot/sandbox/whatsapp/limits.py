"""How fast and to how many the business may write, as the network counts it; off until told."""

from collections import deque
from datetime import datetime, timedelta

from bot.sandbox.clock import SandboxClock
from bot.sandbox.whatsapp.errors import GraphError

_SECOND, _DAY = timedelta(seconds=1), timedelta(days=1)
_BETWEEN = timedelta(seconds=6)
_LENT = 45
"""So many to one person at once; each is paid back with six seconds."""


class Limits:
    """``per_second`` of the number, the pace to one person, ``people_a_day`` written to first."""

    def __init__(self, clock: SandboxClock) -> None:
        self._clock = clock
        self.per_second: int | None = None
        self.pairs = False
        """Whether the pace to one person is looked at."""
        self.people_a_day: int | None = None
        self._sent: deque[datetime] = deque()
        self._owed: dict[str, datetime] = {}
        self._written_to: dict[str, datetime] = {}

    def check(self, phone: str, *, window_open: bool) -> None:
        """Count one message to somebody, or refuse it."""
        now = self._clock.now()
        if self.per_second is not None:
            self._check_speed(now, self.per_second)
        paid_back = self._check_pair(phone, now) if self.pairs else now
        if self.people_a_day is not None and not window_open:
            self._check_people(phone, now, self.people_a_day)
        if self.per_second is not None:
            self._sent.append(now)
        if self.pairs:
            self._owed[phone] = paid_back + _BETWEEN

    def _check_speed(self, now: datetime, most: int) -> None:
        while self._sent and self._sent[0] <= now - _SECOND:
            self._sent.popleft()
        if len(self._sent) >= most:
            raise GraphError(130429, "Cloud API message throughput has been reached.")

    def _check_pair(self, phone: str, now: datetime) -> datetime:
        """Until when what was lent before is paid back."""
        paid_back = max(self._owed.get(phone, now), now)
        if paid_back - now >= _BETWEEN * _LENT:
            raise GraphError(131056, "Too many messages sent to the same recipient.")
        return paid_back

    def _check_people(self, phone: str, now: datetime, most: int) -> None:
        self._written_to = {who: at for who, at in self._written_to.items() if at > now - _DAY}
        if phone not in self._written_to and len(self._written_to) >= most:
            raise GraphError(131048, "The messaging limit of the number has been reached.")
        self._written_to.setdefault(phone, now)
