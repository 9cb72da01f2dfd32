"""The round that keeps the rules readable at GitHub, put together; none where there is none."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.composition.depot import new_rule_shelf
from bot.composition.desks import open_shop
from bot.composition.premises import Premises
from bot.config import Settings
from bot.jobs.rule_pushes import PushRound
from bot.services.rule_pushes import RulePushes
from bot.storage.unit_of_work import Units


def new_rule_pushes(settings: Settings, units: Units, premises: Premises) -> PushRound | None:
    """What brings them there."""
    shelf = new_rule_shelf(settings, premises.clock)
    if shelf is None:
        return None

    @asynccontextmanager
    async def desks() -> AsyncIterator[RulePushes | None]:
        async with units.write() as unit:
            shop = await open_shop(unit, premises)
            yield shop.rule_pushes if shop.house.owned else None

    return PushRound(desks, shelf, premises.clock)
