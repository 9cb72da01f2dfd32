"""What was decided about one client's reminders, as it was written down at the time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.domain.ids import ChargeId, ClientId, PersonId, StepId
from bot.domain.message import ChannelName
from bot.domain.money import Money


@dataclass(frozen=True, slots=True)
class TraceLine:
    """One thing that was decided or happened.

    ``kind`` is ``step`` (``what``: planned, overtaken, skipped, dropped), ``hold`` (``reason`` is
    the rule), ``message`` (``what`` is a word of the diary) or ``payment``. ``offset`` is the
    step's day, counted from ``due_on``.
    """

    at: datetime
    kind: str
    what: str = ""
    reason: str = ""
    due_on: date | None = None
    offset: int | None = None
    amount: Money | None = None


class Trace(Protocol):
    """The records of one client."""

    async def lines(
        self, client: ClientId, person: PersonId, since: datetime, most: int
    ) -> Sequence[TraceLine]:
        """What there is since then, the latest first."""
        ...

    async def done(self, charges: Collection[ChargeId]) -> frozenset[tuple[ChargeId, StepId]]:
        """The steps of these charges that will not be planned again."""
        ...

    async def waits_over(self, person: PersonId) -> frozenset[ChannelName]:
        """The chats over which a reminder to them has yet to leave."""
        ...
