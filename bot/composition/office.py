"""The house without its chats: the store and every service, for a command that does one thing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.composition.desks import open_shop
from bot.composition.first_day import found
from bot.composition.moved_clock import first_offset
from bot.composition.premises import Premises
from bot.composition.schema import no_database, update
from bot.composition.shop import Shop
from bot.config import Settings
from bot.domain.clock import SystemClock
from bot.domain.message import ChannelName
from bot.domain.message_cost import read_prices
from bot.services.team import Doors
from bot.storage.engine import make_engines
from bot.storage.soundness import AWAY
from bot.storage.unit_of_work import Unit, Units
from bot.telemetry.origin import begun, origin
from bot.words import Catalogues


def house_words(settings: Settings) -> Catalogues:
    """Every sentence of every language."""
    return Catalogues(zone=settings.timezone)


class Office:
    """Open it, deal with the shop, close it. ``words`` are the house's in every language."""

    def __init__(self, settings: Settings, words: Catalogues, *channels: ChannelName) -> None:
        self.settings = settings
        self.words = words
        self.clock = SystemClock()
        self.engines = make_engines(settings.database_url)
        self.units = Units(self.engines, self.clock)
        prices = read_prices(settings.whatsapp_prices, settings.currency)
        self.premises = Premises(self.clock, words, Doors(), frozenset(channels), prices=prices)

    async def open(self) -> None:
        """Bring the database to what we need; the owner's code stays as it was printed."""
        if self.settings.clock_url:
            await first_offset(self.clock, self.settings.clock_url)
        await update(self.settings)
        try:
            async with self.units.write() as unit:
                await found(unit, self.premises, self.settings)
        except AWAY as error:
            raise no_database(error) from error

    async def close(self) -> None:
        """Let go of the store."""
        await self.engines.dispose()

    @asynccontextmanager
    async def dealing(self) -> AsyncIterator[Shop]:
        """The shop, in a transaction that is kept."""
        with begun("cli", origin().request_id):
            async with self.units.write() as unit:
                yield await open_shop(unit, self.premises)

    @asynccontextmanager
    async def trying(self) -> AsyncIterator[Shop]:
        """The shop, in a transaction of which nothing is kept."""
        async with self.engines.writer.connect() as connection:
            yield await open_shop(Unit(connection, self.clock), self.premises)

    @asynccontextmanager
    async def looking(self) -> AsyncIterator[Shop]:
        """The shop, to look at only."""
        async with self.units.read() as unit:
            yield await open_shop(unit, self.premises)


@asynccontextmanager
async def open_office(
    settings: Settings, words: Catalogues, *channels: ChannelName
) -> AsyncIterator[Office]:
    """An office, open while inside."""
    office = Office(settings, words, *channels)
    try:
        await office.open()
        yield office
    finally:
        await office.close()
