"""What the store is asked through, on each database: its books, its engine, and who owns both."""

import pytest

from bot.domain.role import Role
from bot.storage.engine import Engines
from tests.support.books import Books
from tests.support.engine_room import EngineRoom
from tests.support.talk import Talk


@pytest.fixture
async def books(engines: Engines) -> Books:
    """Those of a house with one plan, and nobody yet."""
    books = Books(engines)
    await books.begin()
    return books


@pytest.fixture
async def owner(books: Books) -> Talk:
    """The chat of whom the house belongs to."""
    talk = Talk(books)
    await talk.join(Role.OWNER)
    return talk


@pytest.fixture
async def room(engines: Engines) -> EngineRoom:
    """The engine with its ladder, and nobody to remind."""
    room = EngineRoom(engines)
    await room.begin()
    return room
