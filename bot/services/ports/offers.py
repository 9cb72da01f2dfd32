"""What was offered to whom in a chat without buttons, until it is chosen by its number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.ids import OutboxId, PersonId
from bot.domain.message import Button, ChannelName


@dataclass(frozen=True, slots=True)
class Offer:
    """One message's choices, in the order of their numbers, and when they were sent."""

    buttons: tuple[Button, ...]
    at: datetime


class Offers(Protocol):
    """The choices of what we sent."""

    async def keep(self, row: OutboxId, buttons: Sequence[Button], now: datetime) -> None:
        """These are about to be offered by this message; what it offered before counts no more."""
        ...

    async def to(self, person: PersonId, channel: ChannelName, quotes: str) -> Sequence[Offer]:
        """What they have before them, the newest first; or what the message they quote offers."""
        ...
