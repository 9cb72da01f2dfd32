"""Keep deliveries durably before they are answered: one commit for all of the same few moments.

A request joins the batch that is being gathered and is answered once that batch has committed.
While one batch is written the next one gathers, and under load for a moment more, so that a commit
carries many; an idle house answers at once.
"""

import asyncio
from collections.abc import Callable, Sequence

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.domain.clock import Clock
from bot.storage.inbox import Inbox
from bot.storage.presence import ring

Delivery = tuple[str, bytes]
# Under load whoever was answered just now knocks again at once: a commit for all of them costs
# less than one for the first few.
_GATHER_S = 0.002


class RawInbox:
    """Where webhooks leave what they brought. ``kept`` is called after each commit."""

    def __init__(self, engine: AsyncEngine, clock: Clock, kept: Callable[[], None]) -> None:
        self._engine = engine
        self._clock = clock
        self._kept = kept
        self._gathering: list[Delivery] = []
        self._written: asyncio.Future[None] | None = None
        self._writing: asyncio.Task[None] | None = None

    async def keep(self, channel: str, body: bytes) -> None:
        """Return once it is durable; raise if it could not be stored."""
        self._gathering.append((channel, body))
        if self._written is None:
            self._written = asyncio.get_running_loop().create_future()
        written = self._written
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        # A caller who leaves must not take the batch along.
        await asyncio.shield(written)

    async def _write(self) -> None:
        many = False
        while self._gathering:
            if many:
                await asyncio.sleep(_GATHER_S)
            many = len(self._gathering) > 1
            batch, written = self._gathering, self._written
            self._gathering, self._written = [], None
            assert written is not None
            try:
                await self._store(batch)
            except Exception as error:  # noqa: BLE001 - told to every request of the batch
                written.set_exception(error)
                written.exception()  # a caller who left will not ask
            else:
                written.set_result(None)
                self._kept()

    async def _store(self, batch: Sequence[Delivery]) -> None:
        async with self._engine.begin() as connection:
            await Inbox(connection).keep(batch, self._clock.now())
            await ring(connection)  # whoever works may be another process
