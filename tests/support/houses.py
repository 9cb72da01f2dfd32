"""Parts of a town, one by one: the box, a look into the store, and a house that opens again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from yarl import URL

from bot.composition.house import House
from bot.domain.clock import SystemClock
from bot.sandbox import Sandbox
from bot.storage.engine import Engines, make_engines
from tests.support.boxes import new_sandbox
from tests.support.ports import lasting_port
from tests.support.town import Town, a_quiet_week, the_settings


@asynccontextmanager
async def a_box() -> AsyncIterator[Sandbox]:
    """Both networks, on a Tuesday at ten."""
    box = new_sandbox()
    await box.start()
    try:
        box.advance(seconds=(a_quiet_week(box.clock.now()) - box.clock.now()).total_seconds())
        yield box
    finally:
        await box.stop()


@asynccontextmanager
async def engines_of(database_url: str) -> AsyncIterator[Engines]:
    """A look into the store beside whoever works on it."""
    engines = make_engines(database_url)
    try:
        yield engines
    finally:
        await engines.dispose()


@asynccontextmanager
async def a_house(box: Sandbox, database_url: str, **settings: Any) -> AsyncIterator[Town]:
    """A house over what the store holds already, open while inside; again at the same address."""
    clock = SystemClock()
    clock.offset = box.clock.offset
    port = URL(box.whatsapp.webhooks.url or "").port or lasting_port()
    house = House(the_settings(box, database_url, port=port, **settings), clock)
    town = Town(box, house, clock)
    box.on_clock_moved.append(town.clock_follows)
    try:
        await house.open()
        box.set_webhook(f"http://127.0.0.1:{port}/webhooks/whatsapp")
        await house.ticks.all_once()
        yield town
    finally:
        box.on_clock_moved.remove(town.clock_follows)
        await house.close()
