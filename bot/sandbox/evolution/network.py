"""What people on their phones, and the course of messages, need of the server's world."""

from collections.abc import Callable
from typing import Any, Protocol

from bot.sandbox.clock import SandboxClock
from bot.sandbox.evolution.account import EvolutionAccount
from bot.sandbox.evolution.instance import Instance
from bot.sandbox.news import News
from bot.sandbox.whatsapp.media import Media
from bot.sandbox.whatsapp.message import Message
from bot.sandbox.whatsapp.network import Holder, Reading


class Link(Protocol):
    """The network as its people know it, seen through one linked device."""

    clock: SandboxClock
    news: News
    media: Media
    display_phone: str
    zombie: bool

    @property
    def brings_bytes(self) -> bool:
        """Whether a file's bytes come with the news of it."""
        ...

    @property
    def statuses(self) -> Reading:
        """What becomes of messages."""
        ...

    def next_id(self) -> str:
        """An id for a message."""
        ...

    def tell(
        self,
        person: Holder,
        value: dict[str, Any],
        kind: str,
        taken: Callable[[], None] | None,
    ) -> None:
        """Post an event about one person: ``value`` is its name and its data."""
        ...

    def keep(self, message: Message, data: dict[str, Any]) -> None:
        """Remember what the server stores of a message."""
        ...


class Device(Protocol):
    """The linked device, as whoever links it knows it."""

    account: EvolutionAccount
    instance: Instance | None

    def tell_instance(self, event: str, data: dict[str, Any]) -> None:
        """Post an event about the instance itself."""
        ...
