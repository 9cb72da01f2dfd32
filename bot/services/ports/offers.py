"""What was offered to whom in a chat without buttons, until it is chosen by its number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.ids import OutboxId, PersonId
from bot.domain.message import Button, ChannelName, Outgoing


@dataclass(frozen=True, slots=True)
class Offer:
    """One message's choices, in the order of their numbers, and when they were sent.

    Of one that ``takes_number`` the choices have none: a number is the answer itself.
    """

    buttons: tuple[Button, ...]
    at: datetime
    takes_number: bool = False


class Offers(Protocol):
    """The choices of what we sent."""

    async def keep(self, row: OutboxId, outgoing: Outgoing, now: datetime) -> None:
        """Its choices are about to be offered; what this message offered before counts no more."""
        ...

    async def to(self, person: PersonId, channel: ChannelName, quotes: str) -> Sequence[Offer]:
        """What they have before them, the newest first; or what the message they quote offers."""
        ...
