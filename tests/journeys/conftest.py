"""Where the stories are played: a town of one's own for each."""

from collections.abc import AsyncIterator

import pytest

from bot.sandbox.telegram.person import TelegramPerson
from tests.support.shop_list import a_shop_list
from tests.support.town import Town
from tests.support.watch import a_watched_town


@pytest.fixture
async def town(sqlite_url: str) -> AsyncIterator[Town]:
    """A town where nobody has moved in yet; whatever is said in it is looked through."""
    async with a_watched_town(sqlite_url) as town:
        yield town


@pytest.fixture
async def owner(town: Town) -> TelegramPerson:
    """Somebody who has moved in."""
    return await town.moves_in()


@pytest.fixture
async def shop(town: Town, owner: TelegramPerson) -> TelegramPerson:
    """The same owner, with a list of clients brought in, late ones reminded as well."""
    owner.uploads(a_shop_list(town.today.date()), "clientes.csv", "text/csv")
    await town.sees(owner)
    await town.taps(owner, "Importar e lembrar")
    return owner
