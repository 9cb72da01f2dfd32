"""A database that is away is left alone for a moment, and found again by the first who asks."""

import pytest

from bot.domain.clock import SystemClock
from bot.resilience.breaker import State
from bot.storage.engine import Engines, make_engines
from bot.storage.soundness import AWAY
from bot.storage.unit_of_work import Units
from bot.telemetry.meter import breakers
from tests.support.waiting import until

NOWHERE = "postgresql+asyncpg://nobody:nothing@127.0.0.1:1/none"


async def asks(units: Units) -> None:
    async with units.read() as unit:
        await unit.business.get()


async def writes(units: Units) -> None:
    async with units.write() as unit:
        await unit.business.get()


async def test_who_asks_a_database_that_is_away_is_soon_refused_at_once() -> None:
    engines = make_engines(NOWHERE)
    units = Units(engines, SystemClock())
    for ask in (asks, writes, asks):
        with pytest.raises(AWAY):
            await ask(units)
    assert units.breaker.state is State.OPEN
    assert breakers()["database"] == 2
    for ask in (asks, writes):
        with pytest.raises(ConnectionError, match="in a moment"):
            await ask(units)
    await engines.dispose()


async def test_the_first_who_finds_it_opens_it_for_all(engines: Engines) -> None:
    units = Units(engines, SystemClock())
    units.breaker.trip()

    async def is_answered() -> bool:
        try:
            await asks(units)
        except ConnectionError:
            return False
        return True

    assert not await is_answered()
    await until(is_answered, within=30)
    assert units.breaker.state is State.CLOSED
    assert breakers()["database"] == 0


async def test_what_fails_inside_says_nothing_about_the_database(engines: Engines) -> None:
    units = Units(engines, SystemClock())

    async def fails() -> None:
        async with units.write() as unit:
            await unit.business.get()
            raise ConnectionError("a network of somebody else's")

    for _ in range(5):
        with pytest.raises(ConnectionError, match="somebody else"):
            await fails()
    assert units.breaker.state is State.CLOSED
