"""The round that keeps backups, put together; none where there is no key to encrypt for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.composition.backup_keys import recipients_of
from bot.composition.depot import new_depot
from bot.composition.desks import open_shop
from bot.composition.premises import Premises
from bot.composition.safe import Safe
from bot.config import Settings
from bot.jobs.backups import BackupRound
from bot.services.backups import Backups
from bot.storage.engine import Engines
from bot.storage.unit_of_work import Units


def new_backups(
    settings: Settings, engines: Engines, units: Units, premises: Premises
) -> BackupRound | None:
    """What makes them; from now on the house knows whether there are any."""
    premises.backups = bool(recipients_of(settings))
    if not premises.backups:
        return None

    @asynccontextmanager
    async def desks() -> AsyncIterator[Backups | None]:
        async with units.write() as unit:
            house = await unit.business.get()
            yield (await open_shop(unit, premises)).backups if house and house.owned else None

    safe = Safe(settings, engines, premises.clock)
    return BackupRound(desks, safe, new_depot(settings, premises.clock))
