"""How the house is: each part in a few words, and one word for the whole."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from bot.composition.desks import open_shop
from bot.composition.premises import Premises
from bot.services.ports.delivery import QueueView
from bot.storage.unit_of_work import Units
from bot.telemetry.metrics import OUTBOX_OLDEST_SECONDS, OUTBOX_WAITING, exposition

log = structlog.get_logger(__name__)

PATIENCE_S = 3.0
LATE_S = 900  # a due message that has waited longer wants a look


class Health:
    """Asked by monitors; tells of no person."""

    def __init__(
        self, units: Units, premises: Premises, redis: Callable[[], Awaitable[bool]] | None = None
    ) -> None:
        """``redis`` says whether it answers, where there is to be one."""
        self._units = units
        self._premises = premises
        self._redis = redis

    async def ready(self) -> bool:
        """Whether work can be taken in: the database answers."""
        try:
            async with asyncio.timeout(PATIENCE_S), self._units.read() as unit:
                return await unit.business.get() is not None
        except Exception as error:  # noqa: BLE001 - whatever it is, the answer is no
            log.warning("database.unanswered", why=type(error).__name__)
            return False

    async def report(self) -> dict[str, Any]:
        """Each part, and the worst of them."""
        begun = time.perf_counter()
        if not await self.ready():
            return {"status": "down", "database": {"status": "down"}}
        database = {"status": "ok", "milliseconds": round((time.perf_counter() - begun) * 1000, 1)}
        queue, riddles = await self._look()
        waited = self._waited(queue)
        troubled = {view.channel: view.trouble for view in queue.channels if view.trouble}
        late = waited > LATE_S
        redis = await self._redis_is()
        return {
            "status": "degraded" if troubled or late or redis == "away" else "ok",
            "database": database,
            "redis": {"status": redis},
            "queue": {
                "status": "late" if late else "ok",
                "due": queue.due,
                "on_the_way": queue.on_the_way,
                "in_doubt": queue.in_doubt,
                "oldest_seconds": round(waited),
            },
            "channels": {
                view.channel: {
                    "status": view.trouble or "ok",
                    "heard_at": view.heard_at and view.heard_at.isoformat(),
                }
                for view in queue.channels
            },
            "not_understood": riddles,
        }

    async def _redis_is(self) -> str:
        """While it is away every process sends at its share of the pace: slower, and right."""
        if self._redis is None:
            return "off"
        return "ok" if await self._redis() else "away"

    async def metrics(self) -> bytes:
        """The figures, those of the queue as they are now."""
        if await self.ready():
            queue, _ = await self._look()
            OUTBOX_WAITING.set(queue.due)
            OUTBOX_OLDEST_SECONDS.set(self._waited(queue))
        return exposition()

    async def _look(self) -> tuple[QueueView, int]:
        async with self._units.read() as unit:
            shop = await open_shop(unit, self._premises)
            return await shop.delivery.queue(), await unit.inbox.riddles()

    def _waited(self, queue: QueueView) -> float:
        if queue.oldest_at is None:
            return 0.0
        return max((self._premises.clock.now() - queue.oldest_at).total_seconds(), 0.0)
