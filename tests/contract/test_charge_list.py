"""Charges in a list: by due date, narrowed, a page at a time, each with its state of today."""

from datetime import timedelta

import pytest

from bot.domain.charge import ChargeState
from bot.domain.errors import Unreadable
from bot.services.charge_list import ChargeList
from bot.services.ports.charge_list import ChargeFilter, ChargeRow
from bot.services.ports.paging import Found, Key
from bot.storage.charge_lists import ChargeLists
from tests.support.books import TODAY, Books, a_client

DAY = timedelta(days=1)


@pytest.fixture
async def books(books: Books) -> Books:
    """Somebody whose charge is open, somebody who is due today, somebody who is gone."""
    await books.add(a_client("Ana Souza", "11 98765-4300", due=TODAY + 3 * DAY))
    await books.add(a_client("Bia Lima", "11 98765-4301", due=TODAY))
    gone = await books.add(a_client("Caio Reis", "11 98765-4302", due=TODAY + 5 * DAY))
    async with books.open() as shop:
        await shop.clients.cancel(gone.id)
    return books


async def listed(
    books: Books, wanted: ChargeFilter, after: Key | None = None, rows: int = 50
) -> Found[ChargeRow]:
    async with books.open() as shop:
        charges = ChargeLists(shop.unit.connection, rows)
        mine = ChargeList(charges=charges, calendar=shop.calendar, clock=books.clock)
        return await mine.listed(wanted, after=after)


async def names(books: Books, wanted: ChargeFilter) -> list[str]:
    return [row.client_name for row in (await listed(books, wanted)).items]


async def test_the_first_due_stand_first(books: Books) -> None:
    assert await names(books, ChargeFilter()) == ["Bia Lima", "Ana Souza"]


async def test_each_has_its_state_of_today(books: Books) -> None:
    assert await names(books, ChargeFilter(ChargeState.DUE_TODAY)) == ["Bia Lima"]
    assert await names(books, ChargeFilter(ChargeState.OPEN)) == ["Ana Souza"]
    assert await names(books, ChargeFilter(ChargeState.SETTLED)) == []
    books.clock.advance(days=1)
    assert await names(books, ChargeFilter(ChargeState.OVERDUE)) == ["Bia Lima"]


async def test_a_client_and_days_narrow_the_list(books: Books) -> None:
    (bia, _ana) = (await listed(books, ChargeFilter())).items
    assert await names(books, ChargeFilter(client=bia.client_id)) == ["Bia Lima"]
    assert await names(books, ChargeFilter(due_from=TODAY + DAY)) == ["Ana Souza"]
    assert await names(books, ChargeFilter(due_to=TODAY)) == ["Bia Lima"]
    assert bia.left == bia.amount
    with pytest.raises(Unreadable):
        await listed(books, ChargeFilter(due_from=TODAY, due_to=TODAY - DAY))


async def test_pages_go_on_where_the_last_one_ended(books: Books) -> None:
    for number in range(5):
        await books.add(a_client(f"Davi {number}", f"11 98765-431{number}", due=TODAY + 3 * DAY))
    whole = [row.id for row in (await listed(books, ChargeFilter())).items]
    paged, after = [], None
    while True:
        found = await listed(books, ChargeFilter(), after, rows=2)
        paged += [row.id for row in found.items]
        after = found.next
        if after is None:
            break
    assert paged == whole
    assert len(whole) == 7
