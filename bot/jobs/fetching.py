"""Files that people send: fetched only for those we know, and only so many a minute."""

import math
from dataclasses import replace

from bot.domain.errors import Refusal
from bot.domain.message import Incoming
from bot.jobs.deliveries import ChannelIn, Deliveries
from bot.resilience.limiter import Limiter, Rate

FILES = Rate("files", 10)  # from one chat; each may have 20 MB, and all are kept


class Fetching:
    """Brings the bytes of a file into the store before its message is answered."""

    def __init__(self, deliveries: Deliveries, limiter: Limiter) -> None:
        self._deliveries = deliveries
        self._limiter = limiter

    async def had(
        self, incoming: Incoming, channel: ChannelIn, *, last: bool
    ) -> tuple[Incoming, Refusal | None]:
        """The message with its file, or why it has none; ``ConnectionError`` to try it again.

        ``last``: there is no other try.
        """
        if not incoming.file or not channel.fetch or not await self._deliveries.is_known(incoming):
            return incoming, None
        try:
            await self._not_too_many(incoming)
            content = await channel.fetch(incoming.file)
        except Refusal as refusal:
            return incoming, refusal
        except ConnectionError:
            if not last:
                raise
            return incoming, Refusal("errors.file.unfetched")
        file_id = await self._deliveries.keep_file(incoming.file, content)
        return replace(incoming, file_id=file_id), None

    async def _not_too_many(self, incoming: Incoming) -> None:
        wait = await self._limiter.hit(FILES, f"{incoming.channel}:{incoming.sender}")
        if wait:
            raise Refusal("errors.limit.files", count=math.ceil(wait))
