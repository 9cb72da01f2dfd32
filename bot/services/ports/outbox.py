"""The queue of what leaves the house, as those who empty it need it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.delivery import Outcome, Report
from bot.domain.ids import OutboxId, PersonId
from bot.domain.message import Address, ChannelName, Outgoing

BY_HAND = "by_hand"  # the purpose of a reminder that somebody of the house asked for
PRIORITIES = (1, 2, 3, 4, 5)  # 1 answers, 3 notices, 5 reminders; the claim looks for just these


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row leased to a worker, with what it must know of the person.

    ``outgoing`` is none for a reminder, which is composed right before it goes, and for what can
    no longer be read. ``again`` is a row by which somebody sends a troubled one once more.
    From ``leased_until`` on it may be another's. ``lease`` names this very claim: what is said
    under it counts no more once the row was claimed anew, be it by the same worker.
    ``failing_since`` is when it was first refused for now, if it was. ``window_closed``: the one it
    follows was refused as free words, and its person has not written since. ``arrived``: the
    one it follows has arrived after all.
    """

    id: OutboxId
    opaque: str
    person_id: PersonId
    address: Address
    kind: str
    purpose: str
    outgoing: Outgoing | None
    language: str
    attempts: int
    due_at: datetime
    created_at: datetime
    leased_until: datetime
    lease: str
    failing_since: datetime | None = None
    last_inbound_at: datetime | None = None
    unreachable: bool = False
    again: bool = False
    to_staff: bool = False
    doubted_since: datetime | None = None
    window_closed: bool = False
    arrived: bool = False

    @property
    def by_hand(self) -> bool:
        """Whether somebody of the house asked for it, and bears the gap and the week."""
        return self.again or self.purpose == BY_HAND

    @property
    def is_reminder(self) -> bool:
        """Whether it has to be composed."""
        return self.kind == "reminder"


@dataclass(frozen=True, slots=True)
class Cancelled:
    """It is no longer wanted, and has not left."""

    reason: str


Ending = Outcome | Cancelled


@dataclass(frozen=True, slots=True)
class Finished:
    """What became of a claimed row."""

    row: Claimed
    ending: Ending
    at: datetime

    @property
    def failing_for(self) -> timedelta:
        """How long it has been refused for now; what it waited before does not count."""
        return self.at - (self.row.failing_since or self.at)


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep put right, in numbers; of doubts that were decided, the chat of each."""

    released: int = 0
    doubted: int = 0
    resent: tuple[ChannelName, ...] = ()
    given_up: tuple[ChannelName, ...] = ()
    matched: int = 0

    def __bool__(self) -> bool:
        return self != Swept()


class Leases(Protocol):
    """Who may send what, one at a time to each person."""

    async def claim(
        self, worker: str, channel: ChannelName, limit: int, now: datetime
    ) -> Sequence[Claimed]:
        """Lease up to ``limit`` rows that may go now, the most urgent first."""
        ...

    async def mark_sending(self, rows: Collection[Claimed], now: datetime) -> frozenset[OutboxId]:
        """Write down that they are about to leave; those that are still ours to send.

        Must be committed before the first request leaves.
        """
        ...

    async def release(self, rows: Collection[Claimed]) -> None:
        """Give back what was claimed and has not left."""
        ...

    async def release_all(self, worker: str) -> int:
        """Give back everything this worker claimed and did not send."""
        ...


class Outcomes(Protocol):
    """What became of what was sent."""

    async def record(self, finished: Sequence[Finished], now: datetime) -> None:
        """Write a batch. What evidence settled meanwhile stays settled, and so does what became
        another claim's.
        """
        ...


class Waiting(Protocol):
    """What waits for a person."""

    async def waiting_for(self, person: PersonId) -> int:
        """How many messages wait for them to write to us first."""
        ...

    async def told_lately(
        self, person: PersonId, purpose: str, now: datetime, within: timedelta
    ) -> bool:
        """Whether a notice of this purpose is under way or went out not long ago."""
        ...


class Sweeping(Protocol):
    """What must be put right by time alone."""

    async def sweep(self, now: datetime) -> Swept:
        """Take back lapsed leases, decide about doubts whose grace is over."""
        ...


class Reports(Protocol):
    """What providers say afterwards."""

    async def apply(self, channel: ChannelName, reports: Sequence[Report], now: datetime) -> int:
        """Take them in, late, twice and out of order; how many were about messages of ours."""
        ...
