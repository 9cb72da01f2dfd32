"""The round that asks the linked device's server for codes, put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.composition.desks import open_shop
from bot.composition.evolution import EvolutionChat
from bot.composition.premises import Premises
from bot.jobs.linking import LinkRound
from bot.services.linking import Linking
from bot.storage.unit_of_work import Units


def new_link_round(
    chat: EvolutionChat | None, units: Units, premises: Premises
) -> LinkRound | None:
    """What asks the device; none where there is none."""
    if chat is None:
        return None

    @asynccontextmanager
    async def desks() -> AsyncIterator[Linking | None]:
        async with units.write() as unit:
            shop = await open_shop(unit, premises)
            yield shop.linking if shop.house.owned else None

    return LinkRound(desks, chat.link)
