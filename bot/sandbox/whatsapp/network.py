"""What a person's phone, and the statuses about it, need of WhatsApp and of each other."""

from collections.abc import Callable
from typing import Any, Protocol

from bot.sandbox.clock import SandboxClock
from bot.sandbox.news import News
from bot.sandbox.whatsapp.media import Media
from bot.sandbox.whatsapp.message import Message


class Holder(Protocol):
    """Whose phone a message reaches, and how it is set."""

    phone: str
    blocked: bool
    phone_off: bool
    no_read_receipts: bool
    username_only: bool
    reads_at_once: bool
    unread: int

    @property
    def wa_id(self) -> str:
        """The id on the network."""
        ...

    @property
    def user_id(self) -> str:
        """The business-scoped id."""
        ...

    def contact(self) -> dict[str, Any]:
        """As webhooks describe them."""
        ...


class Reading(Protocol):
    """Where it is told that somebody looked at a message."""

    def read(self, person: Holder, message: Message) -> None:
        """They look at it."""
        ...

    def turned_on(self, person: Holder) -> None:
        """Their phone was off, and is on again."""
        ...


class Network(Protocol):
    """The network as its people know it."""

    clock: SandboxClock
    news: News
    media: Media
    display_phone: str

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
        """Post a webhook about one person; ``value`` is what the network puts into it."""
        ...
