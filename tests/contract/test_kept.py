"""Kept answers over the real store: nobody is ever told what is no longer so."""

import asyncio
import contextlib
import re
from collections.abc import Awaitable, Callable, Iterator
from datetime import time, timedelta
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from bot.composition.desks import open_shop
from bot.composition.shop import Shop
from bot.domain.charge import Standing
from bot.domain.message import ChannelName
from bot.domain.money import Money
from bot.forms.filters import ClientFilter
from bot.resilience.cache import Kind, Load
from bot.services.ports.kept import Subject
from bot.services.ports.paging import ROWS
from bot.storage.backup_load import clear
from bot.storage.engine import Engines
from bot.storage.footprints import SUBJECTS
from bot.storage.kept_lists import KeptLists
from bot.storage.tables import (
    Instant,
    channel_states,
    charges,
    clients,
    metadata,
    people,
    plans,
)
from bot.storage.unit_of_work import Unit, Units
from tests.support.books import NOON, TODAY, Books, a_client, premises_of

T = TypeVar("T")
PLANS: Kind[int] = Kind("how many plans", 60, frozenset({Subject.PLANS}))
NOTHING: Kind[int] = Kind("how many plans, more or less", 60)
# What the figures and the search rest on is written by the database itself, out of these.
DERIVED = {"tallies": Subject.MONEY, "client_search": Subject.CLIENTS}


@pytest.fixture
async def books(books: Books) -> Books:
    await books.add(a_client())
    return books


@pytest.fixture
def process(books: Books) -> Units:
    return Units(books.engines, books.clock)


def count_plans(unit: Unit) -> Callable[[], Awaitable[int]]:
    async def load() -> int:
        query = sa.select(sa.func.count()).select_from(plans)
        return int((await unit.connection.execute(query)).scalar_one())

    return load


async def known(unit: Unit, kind: Kind[int] = PLANS) -> int:
    return await unit.kept.get(kind, "", count_plans(unit))


async def seen(process: Units, kind: Kind[int] = PLANS) -> int:
    async with process.read() as unit:
        return await known(unit, kind)


async def one_more_plan(unit: Unit, name: str) -> None:
    values = {"name": name, "key": name, "price": 1, "currency": "BRL", "period": "monthly"}
    await unit.connection.execute(sa.insert(plans).values(values))


async def test_an_answer_is_read_once(process: Units) -> None:
    assert await seen(process) == 1
    assert await seen(process) == 1
    assert len(process.cache) == 1

    async def must_not_be_asked() -> int:
        raise AssertionError

    async with process.read() as unit:
        assert await unit.kept.get(PLANS, "", must_not_be_asked) == 1


async def test_whoever_changed_something_sees_it_at_once(process: Units) -> None:
    async with process.write() as unit:
        assert await known(unit) == 1
        await one_more_plan(unit, "gold")
        assert await known(unit) == 2
    assert await seen(process) == 2


async def test_what_came_to_nothing_was_kept_for_nobody(process: Units) -> None:
    with contextlib.suppress(ZeroDivisionError):
        async with process.write() as unit:
            await one_more_plan(unit, "gold")
            assert await known(unit) == 2
            raise ZeroDivisionError
    assert await seen(process) == 1
    async with process.write() as unit:
        await one_more_plan(unit, "silver")
        await one_more_plan(unit, "bronze")
    assert await seen(process) == 3


async def test_every_process_sees_a_change_with_its_commit(books: Books, process: Units) -> None:
    other = Units(books.engines, books.clock)
    assert await seen(other) == 1
    async with process.write() as unit:
        await one_more_plan(unit, "gold")
        assert await seen(other) == 1
    assert await seen(other) == 2


async def test_a_load_that_began_before_a_commit_puts_nothing_old_back(process: Units) -> None:
    loaded, committed = asyncio.Event(), asyncio.Event()

    async def slowly() -> int:
        async with process.read() as unit:

            async def load() -> int:
                found = await count_plans(unit)()
                loaded.set()
                await committed.wait()
                return found

            return await unit.kept.get(PLANS, "", load)

    slow = asyncio.create_task(slowly())
    await loaded.wait()
    async with process.write() as unit:
        await one_more_plan(unit, "gold")
    committed.set()
    assert await slow == 1
    assert await seen(process) == 2


@pytest.mark.parametrize("key_share", [False, True])
async def test_who_waited_for_somebody_elses_commit_sees_it(
    process: Units, database_url: str, *, key_share: bool
) -> None:
    if not database_url.startswith("postgres"):
        pytest.skip("SQLite has one writer")
    async with process.write() as unit:
        assert await known(unit) == 1
        async with process.write() as other:
            await one_more_plan(other, "gold")
        # Where it might have waited for the other.
        held = sa.select(clients.c.id).with_for_update(key_share=key_share)
        await unit.connection.execute(held)
        assert await known(unit) == 2


async def test_a_change_of_something_else_leaves_an_answer_as_it_is(process: Units) -> None:
    async with process.write() as unit:
        await unit.connection.execute(sa.update(clients).values(note="nice"))
        await known(unit)
        process.cache.count = lambda _kind, where: looks.append(where)
        looks: list[str] = []
        await known(unit)
    assert looks == ["memory"]


async def test_what_rests_on_nothing_is_as_old_as_it_may_be(books: Books, process: Units) -> None:
    assert await seen(process, NOTHING) == 1
    async with process.write() as unit:
        await one_more_plan(unit, "gold")
    assert await seen(process, NOTHING) == 1
    books.clock.advance(seconds=60)
    assert await seen(process, NOTHING) == 2


async def generations(engines: Engines) -> dict[str, int]:
    query = sa.text("SELECT subject, sum(number) FROM generations GROUP BY subject")
    async with engines.reader.connect() as connection:
        return {subject: int(number) for subject, number in await connection.execute(query)}


async def moved(engines: Engines, *statements: Any) -> set[str]:
    before = await generations(engines)
    async with engines.writer.begin() as connection:
        for statement in statements:
            await connection.execute(statement)
    after = await generations(engines)
    assert all(after[subject] >= number for subject, number in before.items())
    return {subject for subject, number in after.items() if number != before.get(subject)}


@pytest.mark.parametrize("table", sorted(SUBJECTS))
async def test_whoever_changes_a_row_by_whatever_way_it_counts(books: Books, table: str) -> None:
    rows, subject = metadata.tables[table], {SUBJECTS[table]}
    somebody = sa.insert(people).values(language="en", created_at=NOON)
    assert await moved(books.engines, somebody, rows.insert().values(a_row(rows))) == subject
    assert await moved(books.engines, rows.update().values(CHANGED[table])) == subject
    last = rows.delete()
    if "id" in rows.c:
        last = last.where(rows.c.id == sa.select(sa.func.max(rows.c.id)).scalar_subquery())
    assert await moved(books.engines, last) == subject


CHANGED: dict[str, dict[str, str]] = {
    "channel_states": {"trouble": "stopped"},
    "templates": {"status": "PAUSED"},
    **{name: {"currency": "BRL"} for name in ("charges", "payments", "subscriptions", "plans")},
    "clients": {"note": "nice"},
    "claims": {"said": "paid"},
    "business": {"city": "Vitória"},
    "ladder_steps": {"template": "reminder_late"},
}


def a_row(rows: sa.Table) -> dict[str, Any]:
    """One more that nothing forbids."""
    only = {"id": 2} if rows.name == "business" else {}  # which numbers itself
    return only | {
        column.name: _value(column)
        for column in rows.c
        if not (column.nullable or column.server_default or column.name == "id")
    }


def _value(column: sa.Column[Any]) -> Any:
    for to in column.foreign_keys:
        return sa.select(sa.func.max(to.column)).scalar_subquery()
    kinds: list[tuple[Any, Any]] = [
        (Instant, NOON),
        (sa.Date, TODAY),
        (sa.Time, time(9)),
        (sa.Integer, 987),
        (sa.JSON, {}),
    ]
    return next((value for kind, value in kinds if isinstance(column.type, kind)), "pending")


async def test_a_change_of_no_row_is_none(books: Books) -> None:
    nobody = sa.update(charges).where(charges.c.id == -1).values(paid=0)
    assert await moved(books.engines, nobody) == set()


async def test_that_a_chat_was_heard_changes_no_answer(books: Books) -> None:
    async with books.open() as shop:
        await shop.unit.channel_states.resume(ChannelName.WHATSAPP, NOON)
    heard = sa.update(channel_states).values(heard_at=NOON + timedelta(hours=1))
    assert await moved(books.engines, heard) == set()


async def test_a_limit_that_is_told_once_more_changes_no_answer(books: Books) -> None:
    async def told(people_a_day: int) -> bool:
        before = await generations(books.engines)
        async with books.open() as shop:
            await shop.unit.channel_states.allow(ChannelName.WHATSAPP, people_a_day)
        return await generations(books.engines) != before

    assert [await told(250), await told(250), await told(20), await told(20)] == [
        True,
        False,
        True,
        False,
    ]


async def test_emptying_everything_for_a_restore_counts(books: Books) -> None:
    before = await generations(books.engines)
    async with books.engines.writer.begin() as connection:
        await clear(connection)
    after = await generations(books.engines)
    gone = {"money", "clients", "plans", "house"}
    assert {subject for subject in after if after[subject] > before.get(subject, 0)} >= gone
    assert after["era"] == before["era"]


class Noting:
    """Loads everything, and notes which tables each kind's load has read."""

    def __init__(self, engines: Engines) -> None:
        self.read: dict[str, set[str]] = {}
        self.rests_on: dict[str, frozenset[str]] = {}
        self._kind = ""
        self._engine = engines.writer.sync_engine

    async def get(self, kind: Kind[T], key: str, load: Load[T]) -> T:
        del key
        self.rests_on[kind.name] = kind.rests_on
        self._kind = kind.name
        try:
            return await load()
        finally:
            self._kind = ""

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        event.listen(self._engine, "before_cursor_execute", self._note)
        yield
        event.remove(self._engine, "before_cursor_execute", self._note)

    def _note(self, _line: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if self._kind:
            words = set(re.findall(r"\w+", statement))
            known = words & {*metadata.tables, *DERIVED}
            self.read.setdefault(self._kind, set()).update(known)


async def test_no_answer_rests_on_more_than_it_says(books: Books) -> None:
    noting = Noting(books.engines)
    with noting.listening():
        async with books.engines.writer.begin() as connection:
            unit = Unit(connection, books.clock, noting)
            await look_at_everything(await open_shop(unit, premises_of(books)))
    rested = {
        name: {(SUBJECTS | DERIVED).get(table, table) for table in tables}
        for name, tables in noting.read.items()
    }
    assert set(rested) == {"house", "steps", "glance", "numbers", "reminders", "clients", "card"}
    del rested["reminders"]  # as old as its time allows, and says so
    for name, subjects in rested.items():
        assert subjects <= noting.rests_on[name], name


async def look_at_everything(shop: Shop) -> None:
    await shop.stats.glance()
    await shop.stats.numbers()
    await shop.clients.overdue(after=None)
    await shop.clients.due_on(TODAY, after=None)
    (found,) = (await shop.clients.find("ana", after=None)).items
    await shop.clients.find("98765", after=None)
    every = {"plan": "Mensal", "amount_from": Money(1), "amount_to": Money(9999)}
    for standing in (None, *Standing):
        wanted = ClientFilter(standing=standing, **every)
        await shop.clients.search(wanted, after=None, text="ana")
        await shop.clients.search(ClientFilter(standing=standing), after=None)
    await shop.clients.card(found.id)


async def test_a_programs_way_through_all_pages_fills_no_memory(
    process: Units,
) -> None:
    async with process.read() as unit:
        for rows, kept in ((ROWS + 1, 0), (ROWS, 1)):
            lists = KeptLists(unit.connection, unit.kept, rows)
            await lists.due_on(TODAY, TODAY, None)
            before = len(process.cache)
            await lists.due_on(TODAY, TODAY, {"name": "", "id": 0})
            assert len(process.cache) == before + kept
