"""The first linking of a phone: the server tried, our instance made, its codes asked for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.channels.evolution.reasons import Reason
from bot.composition.evolution import EvolutionChat, hook_url
from bot.config import Settings
from bot.domain.clock import SystemClock
from bot.domain.errors import Refusal
from bot.services.ports.linking import LinkCode
from bot.words import Catalogues


class DeviceSetup:
    """What is done once, before there is a house. ``ConnectionError`` means not now."""

    def __init__(self, settings: Settings, chat: EvolutionChat) -> None:
        self._settings = settings
        self._chat = chat

    async def make(self) -> None:
        """Make our instance, if the server has none of that name, and have it tell us."""
        secret = self._settings.evolution_webhook_secret
        word = secret.get_secret_value() if secret else ""
        await self._chat.link.make(hook_url(self._settings), word)

    async def code(self) -> LinkCode | None:
        """The code to scan; none once the link stands."""
        return await self._chat.link.code()

    async def known(self) -> str:
        """The number that is linked already, or the server's instance; a refusal of the key's."""
        try:
            facts = await self._chat.link.facts()
        except Refusal as refusal:
            if refusal.key != f"reason.{Reason.NO_INSTANCE}":
                raise
            return self._settings.evolution_instance
        return facts.phone or self._settings.evolution_instance


@asynccontextmanager
async def a_device(settings: Settings, words: Catalogues) -> AsyncIterator[DeviceSetup]:
    """The server's end, as these settings lead to it."""
    chat = EvolutionChat(settings, words, SystemClock())
    try:
        yield DeviceSetup(settings, chat)
    finally:
        await chat.client.close()


async def device_known(settings: Settings, words: Catalogues) -> str:
    """Whether the server takes our key; it need not know the instance yet."""
    async with a_device(settings, words) as device:
        return await device.known()
