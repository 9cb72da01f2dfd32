"""What was taken by a network and nobody heard of, and what found its way closed."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.ids import OutboxId
from bot.domain.message import ChannelName


class Silence(Protocol):
    """Messages to clients without a word of their arrival."""

    async def fall(self, since: datetime, now: datetime, most: int) -> Sequence[OutboxId]:
        """Put on the list what was taken before ``since``, once each, the oldest first.

        Only where other news came later: silence must mean something.
        """
        ...

    async def elsewhere(
        self, rows: Sequence[OutboxId], channels: Collection[ChannelName], now: datetime
    ) -> int:
        """Send those on whose people have another open chat over that one; how many went."""
        ...

    async def untold(self) -> int:
        """How many messages did not arrive and nobody of the house was told of."""
        ...

    async def told(self, now: datetime) -> None:
        """They were told of all of them."""
        ...


class Detours(Protocol):
    """Messages that found their way closed. Each goes on once; nothing goes both ways."""

    async def over_another(
        self, channels: Collection[ChannelName], since: datetime, now: datetime, most: int
    ) -> int:
        """Send on what found its chat closed, where another chat is open; how many went."""
        ...

    async def in_another_form(self, since: datetime, now: datetime, most: int) -> int:
        """Queue once more, as an approved form, what was refused as free words; how many."""
        ...
