"""What the page and its routes need of the box they stand in."""

from typing import Protocol

from bot.sandbox.clock import SandboxClock
from bot.sandbox.evolution.world import Evolution
from bot.sandbox.faults import Faults
from bot.sandbox.ledger import Accepted
from bot.sandbox.news import News
from bot.sandbox.telegram.person import TelegramPerson
from bot.sandbox.telegram.world import Telegram
from bot.sandbox.whatsapp.person import WhatsAppPerson
from bot.sandbox.whatsapp.world import WhatsApp


class Box(Protocol):
    """Two networks, one time, one list of troubles."""

    clock: SandboxClock
    news: News
    faults: Faults
    telegram: Telegram
    whatsapp: WhatsApp
    evolution: Evolution
    by_evolution: bool
    zone: str

    @property
    def clients(self) -> WhatsApp | Evolution:
        """The network that clients are on."""
        ...

    def accepted(self, channel: str | None = None, opaque: str | None = None) -> list[Accepted]:
        """Every message a network said yes to, in order."""
        ...

    def seed_admin(self, person_id: int, name: str) -> TelegramPerson:
        """Somebody for the left phone."""
        ...

    def seed_client(self, phone: str, name: str) -> WhatsAppPerson:
        """Somebody for the right phone."""
        ...
