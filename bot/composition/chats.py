"""The chats that are open, each with its way in, its way out, and what it has to keep going."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.domain.delivery import Outcome
from bot.domain.message import ChannelName, Parcel
from bot.jobs.deliveries import ChannelIn
from bot.jobs.gate import Limits
from bot.web.parts import Hook

Loop = Callable[[], Awaitable[None]]
TroubleTold = Callable[[ChannelName, str], Awaitable[None]]


class Sender(Protocol):
    """One channel's way out."""

    async def send(self, parcel: Parcel) -> Outcome:
        """Send one message, and say in one of five words what became of it."""
        ...


class KeepsUpdates(Protocol):
    """Where a poller leaves what it fetched, together with how far it got."""

    async def cursor(self) -> int | None:
        """The next update to ask for."""
        ...

    async def keep(self, bodies: Sequence[bytes], cursor: int) -> None:
        """Store updates and the next cursor in one transaction."""
        ...


async def _at_once() -> bool:
    return True


async def _nothing() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Chat:
    """One open chat. ``hooks``: what is served under ``/webhooks/<name>``.

    ``opened`` is asked once the house is up (names, menus, webhooks at the provider), and again
    later as long as it says no; its failure closes nothing. ``well`` asks whether the account is
    in order. ``loops`` run until the house closes, in one process at a time. ``plain``: it knows
    no windows, no approved forms and no buttons. ``limits``: its own pace, if not the usual one.
    """

    name: ChannelName
    sender: Sender
    way_in: ChannelIn
    hooks: dict[str, Hook] = field(default_factory=dict)
    opened: Callable[[], Awaitable[bool]] = _at_once
    loops: tuple[Loop, ...] = ()
    close: Loop = _nothing
    well: Callable[[], Awaitable[bool]] | None = None
    plain: bool = False
    limits: Limits | None = None
