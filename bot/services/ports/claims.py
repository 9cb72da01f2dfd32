"""What clients say they have paid, until somebody of the house decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.domain.ids import ClaimId, ClientId, FileId, PaymentId, PersonId
from bot.domain.message import Attachment
from bot.domain.money import Money
from bot.services.ports.paging import Key


class ClaimState(StrEnum):
    """Where a claim stands; the value is stored. ``undone``: its payment was taken back."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class ClaimView:
    """One claim. ``owed`` is what was to be paid when it was made.

    ``repeated``: the very same file came with an earlier claim, of this client or another.
    ``taken_back``: they deleted the message that it came by.
    """

    id: ClaimId
    client_id: ClientId
    client_name: str
    owed: Money
    said: str
    attachment: Attachment | None
    repeated: bool
    state: ClaimState
    created_at: datetime
    decided_at: datetime | None = None
    decided_by_name: str = ""
    payment_id: PaymentId | None = None
    taken_back: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """What a client said and sent; ``came_by`` is the message, by the network's name for it."""

    said: str
    file: FileId | None = None
    came_by: str = ""


class ClaimStore(Protocol):
    """Claims; a client has one pending at most."""

    async def get(self, claim: ClaimId) -> ClaimView:
        """One by number; ``NotFound`` if there is none."""
        ...

    async def pending_of(self, client: ClientId) -> ClaimView | None:
        """The one that waits for a decision."""
        ...

    async def pending(self, after: Key | None, limit: int) -> Sequence[ClaimView]:
        """Those that wait, the oldest first; ``after`` holds the ``id`` to go on after."""
        ...

    async def add(self, client: ClientId, word: Word, owed: Money, now: datetime) -> ClaimId:
        """Write one down; the client must have none pending."""
        ...

    async def join(self, claim: ClaimId, word: Word, owed: Money) -> None:
        """Add what they said and sent since to the one that is pending."""
        ...

    async def correct(self, client: ClientId, message: str, said: str) -> bool:
        """Let the pending one that came by a message say this; no if there is none."""
        ...

    async def take_back(self, client: ClientId, message: str, now: datetime) -> ClaimId | None:
        """Write down that the message of a claim was deleted; none if it was no claim's."""
        ...

    async def reject(self, claim: ClaimId, by: PersonId, now: datetime) -> bool:
        """Decide against it; no if somebody else was quicker."""
        ...

    async def answer(
        self, client: ClientId, payment: PaymentId, by: PersonId, now: datetime
    ) -> bool:
        """Let a payment confirm what the client has pending, if anything."""
        ...

    async def undo(self, payment: PaymentId) -> None:
        """The payment was taken back: the claim that it answered is undone."""
        ...
