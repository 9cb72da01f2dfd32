"""Ask the linked device for what somebody wants of it, and watch until the link stands."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TypeAlias

import structlog

from bot.domain.errors import Refusal
from bot.domain.text import Text, t
from bot.services.linking import Linking
from bot.services.ports.linking import Asking, Device, Wanted

log = structlog.get_logger(__name__)

# One transaction's linking; none until the house has its owner.
Desks: TypeAlias = Callable[[], AbstractAsyncContextManager[Linking | None]]


@dataclass(frozen=True, slots=True)
class LinkRound:
    """No transaction is open while the server is asked."""

    desks: Desks
    device: Device

    async def run(self) -> bool:
        """Do what is asked for, once; whether there is something to send."""
        async with self.desks() as linking:
            asking = await linking.next() if linking else None
        if asking is None:
            return False
        try:
            if asking.wanted is Wanted.RESTART:
                await self.device.restart()
                return await self._end(asking, t("link.restarted"))
            return await self._show(asking)
        except Refusal as refusal:
            return await self._end(asking, refusal.text)
        except ConnectionError as error:
            log.info("link.waits", why=str(error))
            return await self._wait(asking)

    async def _show(self, asking: Asking) -> bool:
        code = await self.device.code(asking.phone)
        if code is None:
            return await self._end(asking, t("link.stands"))
        async with self.desks() as linking:
            return await linking.show(asking, code) if linking else False

    async def _wait(self, asking: Asking) -> bool:
        async with self.desks() as linking:
            if linking is None or not linking.is_late(asking) or asking.shown:
                return False
            await linking.end(asking, t("reason.evolution.no_connection"))
            return True

    async def _end(self, asking: Asking, said: Text) -> bool:
        async with self.desks() as linking:
            if linking:
                await linking.end(asking, said)
        return True
