"""Where the stories are played: a town of one's own for each."""

from collections.abc import AsyncIterator

import pytest

from tests.support.town import Town
from tests.support.watch import a_watched_town


@pytest.fixture
async def town(sqlite_url: str) -> AsyncIterator[Town]:
    """A town where nobody has moved in yet; whatever is said in it is looked through."""
    async with a_watched_town(sqlite_url) as town:
        yield town
