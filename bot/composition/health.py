"""Ask how the house is: for monitors, over HTTP."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from bot.composition.alertmanager import take_down
from bot.composition.desks import open_shop
from bot.composition.premises import Premises
from bot.composition.probes import Probes, Readings
from bot.composition.verdict import DOWN, Look, report_of, silent_for
from bot.storage.unit_of_work import Units
from bot.telemetry.metrics import (
    BACKUP_TIMESTAMP_SECONDS,
    channel_is_silent,
    channel_stands,
    exposition,
    queue_stands,
)

log = structlog.get_logger(__name__)

PATIENCE_S = 3.0


class Health:
    """Asked by monitors; tells of no person."""

    def __init__(
        self,
        units: Units,
        premises: Premises,
        redis: Callable[[], Awaitable[bool]] | None = None,
        probes: Probes | None = None,
    ) -> None:
        """``redis`` says whether it answers, where there is to be one."""
        self._units = units
        self._premises = premises
        self._redis = redis
        self._probes = probes

    async def ready(self) -> bool:
        """Whether work can be taken in: the database answers."""
        try:
            async with asyncio.timeout(PATIENCE_S), self._units.read() as unit:
                return await unit.business.get() is not None
        except Exception as error:  # noqa: BLE001 - whatever it is, the answer is no
            log.warning("database.unanswered", why=type(error).__name__)
            return False

    async def report(self) -> dict[str, Any]:
        """Each part, the worst of them, and what that means for whoever reads it."""
        begun = time.perf_counter()
        if not await self.ready():
            return DOWN
        took_s = time.perf_counter() - begun
        readings = await self._probes.look() if self._probes else Readings()
        return report_of(await self._look(), readings, await self._redis_is(), took_s)

    async def _redis_is(self) -> str:
        """While it is away every process sends at its share of the pace: slower, and right."""
        if self._redis is None:
            return "off"
        return "ok" if await self._redis() else "away"

    async def alerted(self, body: bytes) -> None:
        """Take down what an Alertmanager says; the house is told."""
        made = await take_down(body, self._units, self._premises)
        if made:
            log.info("alertmanager.told", notices=made)

    async def metrics(self) -> bytes:
        """The figures, those of the queue and of what we lean on as they are now."""
        if self._probes:
            await self._probes.look()
        if await self.ready():
            look = await self._look()
            _publish(look)
        return exposition()

    async def _look(self) -> Look:
        async with self._units.read() as unit:
            shop = await open_shop(unit, self._premises)
            queue = await shop.delivery.queue()
            riddles, troubles = await unit.inbox.riddles(), await unit.watching.open()
            backup_at = await unit.watching.backup_at()
            silent = await unit.watching.silent_since()
        now = self._premises.clock.now()
        waited = (now - queue.oldest_at).total_seconds() if queue.oldest_at else 0.0
        return Look(queue, riddles, troubles, max(waited, 0.0), backup_at, silent_for(silent, now))


def _publish(look: Look) -> None:
    queue = look.queue
    queue_stands(
        look.waited_s,
        due=queue.due,
        on_the_way=queue.on_the_way,
        in_doubt=queue.in_doubt,
        wants_decision=queue.troubled,
    )
    if look.backup_at is not None:
        BACKUP_TIMESTAMP_SECONDS.set(look.backup_at.timestamp())
    for view in queue.channels:
        channel_stands(view.channel, view.heard_at, stopped=bool(view.reasons))
    for name, seconds in look.silent_s.items():
        channel_is_silent(name, seconds)
