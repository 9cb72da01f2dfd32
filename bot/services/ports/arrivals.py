"""What was taken by a network, and of which nobody has heard that it arrived."""

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
