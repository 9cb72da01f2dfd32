"""The kept sums: whatever is done to charges, payments and subscriptions, they are true."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.plan import Period
from bot.storage.migrate import downgrade, upgrade
from bot.storage.tables import charges, payments, subscriptions
from tests.support.books import NOON, TODAY, Books, a_client

Sums = dict[tuple[str, str], list[int]]

REPEATED = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
AMOUNT = 4990
DAYS = st.integers(-40, 40).map(lambda days: TODAY + timedelta(days=days))
MAYBE = st.sampled_from([None, NOON])

CHARGED = st.fixed_dictionaries(
    {
        "due_on": DAYS,
        "amount": st.integers(AMOUNT, 3 * AMOUNT),
        "paid": st.sampled_from([0, 1, AMOUNT]),
        "settled_at": MAYBE,
        "cancelled_at": MAYBE,
    }
)
PAID = st.fixed_dictionaries(
    {"paid_on": DAYS, "amount": st.integers(1, AMOUNT), "reversed_at": MAYBE}
)
BILLED = st.fixed_dictionaries(
    {
        "next_due": DAYS,
        "price": st.integers(1, AMOUNT),
        "period": st.sampled_from([period.value for period in Period]),
        "standing": st.sampled_from(["active", "paused", "cancelled"]),
    }
)
# One deed after the other: what to write into which rows; several at once, as the planner does.
DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("charge"), st.lists(CHARGED, min_size=1, max_size=4)),
        st.tuples(st.just("recharge"), CHARGED),
        st.tuples(st.just("uncharge"), st.integers(0, 2)),
        st.tuples(st.just("pay"), st.lists(PAID, min_size=1, max_size=3)),
        st.tuples(st.just("repay"), PAID),
        st.tuples(st.just("bill"), BILLED),
    ),
    max_size=8,
)


@pytest.fixture
async def books(books: Books) -> Books:
    await books.add(a_client(due="2026-12-20"))
    return books


async def kept(connection: AsyncConnection) -> Sums:
    query = sa.text(
        "SELECT what, day, sum(number), sum(amount), sum(paid) FROM tallies GROUP BY what, day"
    )
    rows = await connection.execute(query)
    found = {(row[0], str(row[1])): [int(each) for each in row[2:]] for row in rows}
    return {key: sums for key, sums in found.items() if any(sums)}


async def true(connection: AsyncConnection) -> Sums:
    sums: Sums = defaultdict(lambda: [0, 0, 0])

    def count(what: str, day: date, amount: int, paid: int = 0) -> None:
        for place, more in enumerate((1, amount, paid)):
            sums[what, day.isoformat()][place] += more

    stand = sa.select(charges).where(charges.c.cancelled_at.is_(None))
    for row in await connection.execute(stand):
        count("due", row.due_on, row.amount, row.paid)
    for row in await connection.execute(stand.where(charges.c.settled_at.is_(None))):
        count("open", row.due_on, row.amount, row.paid)
    for row in await connection.execute(
        sa.select(payments).where(payments.c.reversed_at.is_(None))
    ):
        count("received", row.paid_on, row.amount)
    for row in await connection.execute(
        sa.select(subscriptions).where(subscriptions.c.standing == "active")
    ):
        count(f"coming {row.period}", row.next_due, row.price)
    return dict(sums)


async def done(connection: AsyncConnection, deed: str, about: Any) -> None:
    on = (await connection.execute(sa.select(subscriptions))).one()
    whose = {"client_id": on.client_id, "currency": "BRL"}
    match deed:
        case "charge":
            last = await connection.execute(sa.select(sa.func.max(charges.c.cycle)))
            first = (last.scalar_one() or 0) + 1
            more = {**whose, "subscription_id": on.id, "created_at": NOON}
            rows = [
                {**more, **one, "cycle": cycle, "txid": f"t{cycle}"}
                for cycle, one in enumerate(about, first)
            ]
            await connection.execute(sa.insert(charges), rows)
        case "recharge":
            some = charges.c.id % 2 == 0
            await connection.execute(sa.update(charges).where(some).values(**about))
        case "uncharge":
            await connection.execute(sa.delete(charges).where(charges.c.id % 3 == about))
        case "pay":
            more = {**whose, "method": "pix", "recorded_at": NOON}
            count = await connection.execute(sa.select(sa.func.count()).select_from(payments))
            rows = [
                {**more, **one, "once": f"o{place}"}
                for place, one in enumerate(about, count.scalar_one())
            ]
            await connection.execute(sa.insert(payments), rows)
        case "repay":
            some = payments.c.id % 2 == 0
            await connection.execute(sa.update(payments).where(some).values(**about))
        case "bill":
            await connection.execute(sa.update(subscriptions).values(**about))


@REPEATED
@given(deeds=DEEDS)
async def test_the_kept_sums_are_the_true_ones(books: Books, deeds: list[Any]) -> None:
    async with books.open() as shop:
        connection = shop.unit.connection
        assert await kept(connection) == await true(connection)
        for deed, about in deeds:
            await done(connection, deed, about)
            assert await kept(connection) == await true(connection)


async def test_what_is_undone_was_never_counted(books: Books) -> None:
    async with books.open() as shop:
        connection = shop.unit.connection
        before = await kept(connection)
        inner = await connection.begin_nested()
        await done(connection, "charge", [_a_charge()])
        await inner.rollback()
        assert await kept(connection) == before


async def test_a_database_that_comes_from_before_counts_what_is_there(
    books: Books, database_url: str
) -> None:
    async with books.open() as shop:
        connection = shop.unit.connection
        for deed, about in (
            ("charge", [_a_charge(), _a_charge(settled_at=NOON, paid=AMOUNT)]),
            ("pay", [{"paid_on": TODAY, "amount": AMOUNT}]),
        ):
            await done(connection, deed, about)
    await downgrade(database_url, "0003")
    await upgrade(database_url)
    async with books.open() as shop:
        connection = shop.unit.connection
        found = await kept(connection)
        assert found == await true(connection)
        assert {what for what, _day in found} == {"due", "open", "received", "coming monthly"}


async def test_two_who_take_money_at_once_do_not_wait_for_each_other(
    books: Books, database_url: str
) -> None:
    if not database_url.startswith("postgres"):
        pytest.skip("SQLite has one writer")
    async with books.open() as first, books.open() as second:
        for shop, once in ((first, "a"), (second, "b")):
            paid = {"paid_on": TODAY, "amount": AMOUNT, "once": once, "method": "pix"}
            client = sa.select(subscriptions.c.client_id).scalar_subquery()
            row = sa.insert(payments).values(
                **paid, client_id=client, currency="BRL", recorded_at=NOON
            )
            # Had it to wait for the first, the database would refuse it in the end.
            await shop.unit.connection.execute(row)
    async with books.open() as shop:
        found = await kept(shop.unit.connection)
        assert found["received", TODAY.isoformat()] == [2, 2 * AMOUNT, 0]


async def test_an_emptied_table_leaves_no_sums(books: Books, database_url: str) -> None:
    async with books.open() as shop:
        connection = shop.unit.connection
        await done(connection, "charge", [_a_charge()])
        await done(connection, "pay", [{"paid_on": TODAY, "amount": AMOUNT}])
        if database_url.startswith("postgres"):
            names = "charges, payments, subscriptions"
            await connection.execute(sa.text(f"TRUNCATE {names} CASCADE"))
        else:
            for table in (charges, payments, subscriptions):
                await connection.execute(sa.delete(table))
        assert await kept(connection) == {}


def _a_charge(**about: Any) -> dict[str, Any]:
    fresh = {"due_on": TODAY, "amount": AMOUNT, "paid": 0, "settled_at": None}
    return {**fresh, "cancelled_at": None, **about}
