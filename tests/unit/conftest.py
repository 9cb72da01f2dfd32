"""What several ask for: both networks in a box, and the engine over the quicker database."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.sandbox import Sandbox
from bot.storage.engine import make_engines
from tests.support.boxes import CloudClient, new_sandbox
from tests.support.engine_room import EngineRoom, Provider


@pytest.fixture
async def box() -> AsyncIterator[Sandbox]:
    """Both networks; nobody is on them, and nobody is told."""
    box = new_sandbox()
    await box.start()
    yield box
    await box.stop()


@pytest.fixture
async def cloud(box: Sandbox) -> AsyncIterator[CloudClient]:
    """A business that asks the box's WhatsApp as it pleases."""
    async with aiohttp.ClientSession() as session:
        yield CloudClient(box, session)


@pytest.fixture
async def room(sqlite_url: str) -> AsyncIterator[EngineRoom]:
    """The engine with its ladder, and nobody to remind."""
    engines = make_engines(sqlite_url)
    room = EngineRoom(engines)
    await room.begin()
    yield room
    await engines.dispose()


@pytest.fixture
def far() -> Provider:
    """Whoever the messages are handed to."""
    return Provider()
