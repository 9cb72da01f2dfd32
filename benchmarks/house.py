"""The product's own parts over a database, as the running program puts them together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from bot.composition.premises import Premises
from bot.composition.work import new_rooms
from bot.config import Settings
from bot.domain.clock import SystemClock
from bot.domain.message import ChannelName
from bot.jobs.rooms import Rooms
from bot.resilience.limiter import Rate
from bot.services.team import Doors
from bot.storage.engine import Engines, make_engines
from bot.storage.unit_of_work import Unit, Units
from bot.words import Catalogues

APP_SECRET = "0123456789abcdef"  # noqa: S105 - of a provider that is ours
_CHANNELS = frozenset({ChannelName.WHATSAPP, ChannelName.TELEGRAM})
UNLIMITED = 100_000  # messages a second: nothing shall wait for the pace


class _Patient:
    """Lets everybody ask as often as they like."""

    async def hit(self, rate: Rate, who: str) -> float:
        """See ``Limiter``."""
        del rate, who
        return 0.0

    wait = hit


class Fresh(Units):
    """The store as it would be if nothing were kept."""

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Unit]:
        """See ``Units``."""
        async with super().write() as unit:
            fresh = Unit(unit.connection, self._clock)
            yield fresh
            unit.at_the_end = fresh.at_the_end


@dataclass
class AtWork:
    """The store and what stays the same around it; ``clock`` was moved to the wanted moment."""

    engines: Engines
    clock: SystemClock
    settings: Settings
    premises: Premises

    @cached_property
    def units(self) -> Units:
        """Its transactions."""
        return Units(self.engines, self.clock)

    @cached_property
    def rooms(self) -> Rooms:
        """The engine's transactions."""
        return new_rooms(self.units, self.premises)


@asynccontextmanager
async def at_work(url: str, now: datetime, provider: str = "") -> AsyncIterator[AtWork]:
    """Open over a database at a moment; WhatsApp is reached at ``provider``, where given."""
    told: dict[str, Any] = {"database_url": url, "business_name": "Academia Boa Forma"}
    if provider:
        told |= {
            "whatsapp_api_url": provider,
            "whatsapp_token": "token",
            "whatsapp_phone_number_id": "1",
            "whatsapp_business_account_id": "2",
            "whatsapp_app_secret": APP_SECRET,
            "whatsapp_verify_token": "verify",
            "whatsapp_messages_per_second": UNLIMITED,
        }
    clock = SystemClock()
    clock.offset = now - clock.now()
    engines = make_engines(url)
    try:
        premises = Premises(clock, Catalogues(), Doors(), _CHANNELS, limiter=_Patient())
        yield AtWork(engines, clock, Settings(_env_file=None, **told), premises)
    finally:
        await engines.dispose()
