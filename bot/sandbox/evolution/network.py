"""What people on their phones, and the course of messages, need of the server's world."""

from typing import Any, Protocol

from bot.sandbox.clock import SandboxClock
from bot.sandbox.evolution.account import EvolutionAccount
from bot.sandbox.evolution.instance import Instance
from bot.sandbox.whatsapp.message import Message
from bot.sandbox.whatsapp.network import Network


class Link(Network, Protocol):
    """The network as its people know it, seen through one linked device."""

    zombie: bool
    account: EvolutionAccount

    @property
    def hears(self) -> bool:
        """Whether what people write reaches the device."""
        ...

    @property
    def brings_bytes(self) -> bool:
        """Whether a file's bytes come with the news of it."""
        ...

    def keep(self, message: Message, data: dict[str, Any]) -> None:
        """Remember what the server stores of a message."""
        ...


class Device(Protocol):
    """The linked device, as whoever links it knows it."""

    account: EvolutionAccount
    clock: SandboxClock
    instance: Instance | None

    def tell_instance(self, event: str, data: dict[str, Any]) -> None:
        """Post an event about the instance itself."""
        ...
