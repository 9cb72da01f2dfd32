"""What a person's phone needs of Telegram."""

from typing import Any, Protocol

from bot.sandbox.clock import SandboxClock
from bot.sandbox.news import News
from bot.sandbox.shelf import Shelf
from bot.sandbox.telegram.taps import Tap
from bot.sandbox.telegram.updates import Updates


class Network(Protocol):
    """The network as its people know it."""

    clock: SandboxClock
    news: News
    shelf: Shelf
    updates: Updates
    taps: dict[str, Tap]
    bot: dict[str, Any]

    def next_message_id(self) -> int:
        """Message ids rise over all chats of a bot."""
        ...
