"""Lists of clients: searched, narrowed, due, late; whole however many pages they have."""

from collections.abc import Awaitable, Callable
from datetime import date

import pytest
import sqlalchemy as sa

from bot.domain.charge import Standing
from bot.domain.ids import ClientId
from bot.domain.money import Money
from bot.domain.plan import Period
from bot.forms.filters import ClientFilter
from bot.services.ports.clients import ClientRow
from bot.services.ports.paging import COUNTED, ROWS, Found, Key
from bot.storage.tables import claims, clients, people, plans, subscriptions
from tests.support.books import NOON, TODAY, Books, a_client, names


async def everyone(page: Callable[[Key | None], Awaitable[Found[ClientRow]]]) -> list[str]:
    """All names, page after page."""
    found = await page(None)
    seen = names(found)
    while found.next is not None:
        found = await page(found.next)
        assert 0 < len(found.items) <= ROWS
        seen += names(found)
    return seen


async def say_paid(books: Books, client: ClientId) -> None:
    async with books.open() as shop:
        values = {"client_id": client, "state": "pending", "created_at": NOON}
        await shop.unit.connection.execute(claims.insert().values(**values))


async def narrowed(books: Books, **wanted: object) -> list[str]:
    async with books.open() as shop:
        return names(await shop.clients.search(ClientFilter.model_validate(wanted), after=None))


async def test_a_list_shows_everyone_once_by_name(books: Books) -> None:
    for number in range(2 * ROWS + 3):
        await books.add(a_client(f"{'Ávila' if number % 2 else 'Zé'} {number:02}", _phone(number)))
    async with books.open() as shop:
        seen = await everyone(lambda key: shop.clients.search(ClientFilter(), after=key))
        first = await shop.clients.search(ClientFilter(), after=None)
    assert len(seen) == len(set(seen)) == 2 * ROWS + 3
    assert seen[0] == "Ávila 01"
    assert seen[-1] == "Zé 16"
    assert first.total is not None
    assert (first.total.number, first.total.more) == (2 * ROWS + 3, False)


async def test_two_of_the_same_name_stand_on_two_lines(books: Books) -> None:
    for number in range(ROWS + 2):
        await books.add(a_client("Ana Souza", _phone(number)))
    async with books.open() as shop:
        seen = await everyone(lambda key: shop.clients.search(ClientFilter(), after=key))
    assert seen == ["Ana Souza"] * (ROWS + 2)


async def test_each_standing_has_its_clients(books: Books) -> None:
    late = await books.add(a_client("Late", _phone(1), due="2026-10-10"))
    claimed = await books.add(a_client("Claimed", _phone(2), due="2026-10-10"))
    await books.add(a_client("Due", _phone(3), due="2026-10-20"))
    await books.add(a_client("UpToDate", _phone(4), due="2026-12-20"))
    paused = await books.add(a_client("Paused", _phone(5), due="2026-12-20"))
    gone = await books.add(a_client("Cancelled", _phone(6), due="2026-12-20"))
    late_and_paused = await books.add(a_client("LatePaused", _phone(7), due="2026-10-10"))
    await say_paid(books, claimed.id)
    async with books.open() as shop:
        await shop.clients.pause(paused.id)
        await shop.clients.cancel(gone.id)
        await shop.clients.pause(late_and_paused.id)
    found = {standing: await narrowed(books, standing=standing) for standing in Standing}
    assert found == {
        Standing.LATE: ["Late", "LatePaused"],
        Standing.CLAIMED: ["Claimed"],
        Standing.DUE: ["Due"],
        Standing.UP_TO_DATE: ["UpToDate"],
        Standing.PAUSED: ["Paused"],
        Standing.CANCELLED: ["Cancelled"],
    }
    assert (await books.card(late.id)).standing is Standing.LATE


async def test_a_line_says_how_a_client_stands(books: Books) -> None:
    card = await books.add(a_client(due="2026-10-10"))
    async with books.open() as shop:
        (row,) = (await shop.clients.search(ClientFilter(), after=None)).items
    assert row == ClientRow(
        id=card.id,
        name="Ana Souza",
        standing=Standing.LATE,
        plan="Mensal",
        price=Money(4990),
        owed=Money(4990),
        next_due=date(2026, 10, 10),
        days_late=5,
    )


async def test_filters_narrow_together(books: Books) -> None:
    await books.plan("Anual", 48000, Period.ANNUAL)
    await books.add(a_client("Ana", _phone(1), due="2026-10-20"))
    await books.add(a_client("Bia", _phone(2), due="2026-12-20", price=5990))
    await books.add(a_client("Caio", _phone(3), plan="Anual", price=48000, due="2026-12-20"))
    assert await narrowed(books, plan="mensal") == ["Ana", "Bia"]
    assert await narrowed(books, amount_from=Money(5000)) == ["Bia", "Caio"]
    assert await narrowed(books, amount_to=Money(4990)) == ["Ana"]
    assert await narrowed(books, due_from=date(2026, 11, 1)) == ["Ana", "Bia", "Caio"]
    assert await narrowed(books, due_from=date(2026, 12, 1)) == ["Bia", "Caio"]
    assert await narrowed(books, due_to=date(2026, 10, 31)) == ["Ana"]
    assert await narrowed(
        books, plan="Mensal", amount_from=Money(5000), due_from=date(2026, 12, 1)
    ) == ["Bia"]
    assert await narrowed(books, plan="Anual", standing="late") == []


async def test_due_today_is_nobody_elses_day(books: Books) -> None:
    await books.add(a_client("Hoje", _phone(1), due=TODAY))
    await books.add(a_client("Ontem", _phone(2), due="2026-10-14"))
    await books.add(a_client("Logo", _phone(3), due="2026-10-16"))
    async with books.open() as shop:
        assert names(await shop.clients.due_on(TODAY, after=None)) == ["Hoje"]


async def test_the_longest_overdue_come_first(books: Books) -> None:
    for day in range(1, 2 * ROWS):
        await books.add(a_client(f"Dia {day:02}", _phone(day), due=date(2026, 10, day)))
    twice = await books.add(a_client("Dobro", _phone(99), due="2026-09-01"))
    paid = await books.add(a_client("Avisou", _phone(98), due="2026-10-02"))
    await say_paid(books, paid.id)
    async with books.open() as shop:
        seen = await everyone(lambda key: shop.clients.overdue(after=key))
        first = await shop.clients.overdue(after=None)
    assert seen == ["Dobro", *(f"Dia {day:02}" for day in range(1, 2 * ROWS))]
    assert first.total is not None
    assert first.total.number == len(seen)
    assert (first.items[0].id, first.items[0].owed) == (twice.id, Money(9980))


@pytest.mark.parametrize(
    ("words", "whom"),
    [
        ("souza", ["Ana Souza"]),
        ("SOUZA ana", ["Ana Souza"]),
        ("avila", ["José D'Ávila"]),
        ("d'á", ["José D'Ávila"]),
        ("an", ["Ana Souza"]),
        ("so", ["Ana Souza"]),
        ("a", ["Ana Souza"]),
        ("#vip", ["Ana Souza"]),
        ("#vi", []),
        ("vip", ["Ana Souza"]),
        ("98765", ["Ana Souza"]),
        ("(11) 98765-4321", ["Ana Souza"]),
        ("11 8765-4321", ["Ana Souza"]),
        ("011 98765 4321", ["Ana Souza"]),
        ("+55 11 8765-4321", ["Ana Souza"]),
        ("4321", ["Ana Souza"]),
        ("11", ["Ana Souza"]),
        ("ana 98765", ["Ana Souza"]),
        ("%", []),
        ("_na", []),
        ('souza" OR "vila', []),
        ("souza*", []),
        ("NEAR(souza)", []),
        ("' OR 1=1 --", []),
        ("100%", ["Cem 100%_"]),
        ("00%_", ["Cem 100%_"]),
        ("\\", []),
    ],
)
async def test_a_search_finds_whom_it_should(books: Books, words: str, whom: list[str]) -> None:
    await books.add(a_client("Ana Souza", "11 98765-4321", note="#vip"))
    await books.add(a_client("José D'Ávila", "27 3333-4455"))
    await books.add(a_client("Cem 100%_", "27 3333-4466"))
    assert await books.find(words) == whom


async def test_a_search_goes_on_page_after_page(books: Books) -> None:
    for number in range(ROWS + 3):
        await books.add(a_client(f"Ana {number}", _phone(number)))
    async with books.open() as shop:
        seen = await everyone(lambda key: shop.clients.find("ana", after=key))
    assert seen == [f"Ana {number}" for number in range(ROWS + 3)]


async def test_a_list_counts_no_further_than_anybody_reads(books: Books) -> None:
    await _crowd(books, COUNTED + 5)
    async with books.open() as shop:
        whole = (await shop.clients.search(ClientFilter(), after=None)).total
        found = (await shop.clients.find("gente", after=None)).total
    assert whole is not None
    assert found is not None
    assert (whole.number, whole.more) == (found.number, found.more) == (COUNTED, True)
    assert whole.text.key == "total.more"


async def test_history_tells_all_that_happened_the_latest_first(books: Books) -> None:
    card = await books.add(a_client(due="2026-09-20"))
    books.clock.advance(hours=1)
    await say_paid(books, card.id)
    async with books.open() as shop:
        found = await shop.clients.history(card.id, after=None)
    assert [(line.kind, line.day, line.state) for line in found.items] == [
        ("claim", None, "pending"),
        ("charge", date(2026, 10, 20), ""),
        ("charge", date(2026, 9, 20), ""),
    ]
    assert [line.amount for line in found.items] == [None, Money(4990), Money(4990)]


async def test_history_goes_on_page_after_page(books: Books) -> None:
    card = await books.add(a_client(due="2025-12-15"))
    seen: list[date | None] = []
    async with books.open() as shop:
        found = await shop.clients.history(card.id, after=None)
        seen += [line.day for line in found.items]
        while found.next is not None:
            found = await shop.clients.history(card.id, after=found.next)
            seen += [line.day for line in found.items]
    assert len(seen) == len(set(seen)) == 11


def _phone(number: int) -> str:
    return f"27 9{8000 + number:04}-{number:04}"


async def _crowd(books: Books, size: int) -> None:
    """Many clients, written down straight into the tables."""
    async with books.open() as shop:
        connection = shop.unit.connection
        rows = [{"language": "pt_BR", "name": "", "created_at": NOON} for _ in range(size)]
        made = people.insert().returning(people.c.id)
        persons = (await connection.execute(made, rows)).scalars().all()
        plan = (await connection.execute(sa.select(plans.c.id))).scalar_one()
        them = [
            {
                "person_id": person,
                "name": f"Gente {person}",
                "name_key": f"gente {person}",
                "phone": f"+5527{person:09}",
                "phone_key": f"5527{person:09}",
                "created_at": NOON,
            }
            for person in persons
        ]
        added = clients.insert().returning(clients.c.id)
        numbers = (await connection.execute(added, them)).scalars().all()
        await connection.execute(
            subscriptions.insert(),
            [
                {
                    "client_id": number,
                    "plan_id": plan,
                    "price": 4990,
                    "currency": "BRL",
                    "period": "monthly",
                    "anchor": date(2026, 12, 1),
                    "standing": "active",
                    "next_due": date(2026, 12, 1),
                    "standing_since": NOON,
                    "created_at": NOON,
                }
                for number in numbers
            ],
        )
