"""Who sees which menu of commands: the house's own chats all of it, everybody else hardly any.

The menu only shows; what a command may do is asked when it is heard.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

import structlog
from telegram import Bot

from bot.channels.telegram.commands import Entries, drop_commands, set_commands
from bot.channels.telegram.own import asking
from bot.domain.errors import Refusal

log = structlog.get_logger(__name__)

LOOK_AGAIN_S = 20  # whoever joins the team has their menu a moment later

Menu: TypeAlias = Mapping[str, Entries]  # by language


class Menus:
    """``staff`` tells the chats of the house; ``whole`` is their menu, ``small`` everybody's.

    The menus are written when they are first shown: the house opens without them.
    """

    def __init__(
        self,
        bot: Bot,
        staff: Callable[[], Awaitable[frozenset[int]]],
        whole: Callable[[], Menu],
        small: Callable[[], Menu],
        default: str,
    ) -> None:
        self._bot = bot
        self._staff = staff
        self._whole = whole
        self._small = small
        self._default = default
        self._dressed: frozenset[int] = frozenset()

    async def everybody(self) -> None:
        """Set what strangers and clients see."""
        await set_commands(self._bot, self._small(), self._default)

    async def follow(self) -> None:
        """Keep to who belongs to the house; until cancelled."""
        while True:
            try:
                await self.once()
            except (Refusal, ConnectionError) as trouble:
                log.info("telegram.menu_not_set", why=str(trouble))
            await asyncio.sleep(LOOK_AGAIN_S)

    async def once(self) -> None:
        """Show the menu to whoever came, and take it from whoever left."""
        staff = await self._staff()
        for chat in staff - self._dressed:
            async with asking():
                await set_commands(self._bot, self._whole(), self._default, chat)
            self._dressed |= {chat}
        for chat in self._dressed - staff:
            async with asking():
                await drop_commands(self._bot, tuple(self._whole()), chat)
            self._dressed -= {chat}
