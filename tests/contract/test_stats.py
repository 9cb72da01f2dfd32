"""The numbers of the month, held to worked examples."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from bot.domain.ids import ClientId
from bot.services.figures import Glance, Numbers, Reminders
from bot.storage.engine import Engines
from bot.storage.tables import charges, claims, outbox
from tests.support.till import TODAY, Till, reais

# Charges due in November 2026: amount, due, paid, paid on (an example of collection in the trade).
COLLECTED = (
    ("100", date(2026, 11, 1), "100", date(2026, 10, 30)),
    ("100", date(2026, 11, 5), "100", date(2026, 11, 5)),
    ("200", date(2026, 11, 5), "200", date(2026, 11, 10)),
    ("150", date(2026, 11, 10), "60", date(2026, 11, 12)),
    ("120", date(2026, 11, 12), "0", None),
    ("80", date(2026, 11, 20), "80", date(2026, 12, 5)),
)
# What is open on 30 November 2026: amount, due.
OPEN = (
    ("40", date(2026, 12, 5)),
    ("100", date(2026, 11, 30)),
    ("80", date(2026, 11, 29)),
    ("70", date(2026, 10, 31)),
    ("60", date(2026, 10, 30)),
    ("50", date(2026, 10, 1)),
    ("40", date(2026, 9, 30)),
    ("30", date(2026, 9, 1)),
    ("20", date(2026, 8, 31)),
)


@pytest.fixture
async def till(engines: Engines) -> Till:
    till = Till(engines)
    await till.begin()
    return till


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 15, tzinfo=UTC)


async def numbers(till: Till) -> Numbers:
    async with till.open() as counter:
        return await counter.stats.numbers()


async def glance(till: Till) -> Glance:
    async with till.open() as counter:
        return await counter.stats.glance()


async def billed_once(till: Till, name: str, amount: str, due_on: date) -> ClientId:
    """A client with one charge, and none to come for years."""
    client = await till.client(name, price=amount, anchor=due_on, period="annual")
    async with till.open() as counter:
        await counter.charge_table.open_due(due_on, 0, till.clock.now())
    return client


async def test_the_share_collected_is_of_what_fell_due_and_as_of_today(till: Till) -> None:
    owing = [
        (await billed_once(till, f"Ana {place}", amount, due_on), paid, on)
        for place, (amount, due_on, paid, on) in enumerate(COLLECTED)
    ]
    till.clock.set(noon(date(2026, 11, 30)))
    for client, paid, on in owing:
        if on is not None and on <= date(2026, 11, 30):
            await till.pay(client, paid, paid_on=on)
    found = await numbers(till)
    assert found.rate == Decimal("61.3")
    assert found.month.expected == reais("750")
    assert found.month.received == reais("360")  # what came in October belongs to October
    assert found.months[-2].received == reais("100")
    assert found.open.left == reais("290")

    till.clock.set(noon(date(2026, 12, 31)))
    await till.pay(owing[5][0], "80", paid_on=date(2026, 12, 5))
    found = await numbers(till)
    assert found.rate is None  # nothing fell due in December
    assert [(one.received, one.expected) for one in found.months[-3:]] == [
        (reais("100"), reais("0")),
        (reais("360"), reais("750")),
        (reais("80"), reais("0")),
    ]


async def test_what_is_overdue_is_told_by_its_age(till: Till) -> None:
    for place, (amount, due_on) in enumerate(OPEN):
        await billed_once(till, f"Ana {place}", amount, due_on)
    till.clock.set(noon(date(2026, 11, 30)))
    found = await numbers(till)
    assert (found.open.number, found.open.left) == (9, reais("490"))
    assert (found.late.number, found.late.left) == (7, reais("350"))
    # 1 to 7 days, 8 to 30, 31 to 60, 61 and more; due today is not late.
    assert found.ages == (reais("80"), reais("70"), reais("110"), reais("90"))
    assert found.due_today.left == reais("100")
    assert found.soon.left == reais("40")


async def test_the_glance_counts_the_late_by_client(till: Till) -> None:
    await till.client("Ana", anchor=TODAY - timedelta(days=33))
    await till.client("Bia", anchor=TODAY)
    await till.open_due()
    assert await glance(till) == Glance(late=1, late_amount=reais("99,80"), due_today=1, claims=0)


async def test_a_claim_that_waits_is_counted_until_decided(till: Till) -> None:
    client = await till.debtor()
    async with till.open() as counter:
        made = await counter.claims.make(client, said="paguei", file_id=None)
    assert (await glance(till)).claims == 1
    async with till.open() as counter:
        await counter.claims.reject(made.claim.id, by=till.owner)
    assert (await glance(till)).claims == 0
    assert len(await till.rows(sa.select(claims))) == 1


async def test_a_month_expects_also_what_has_no_charge_yet(till: Till) -> None:
    till.clock.set(noon(date(2026, 11, 2)))
    await till.client(anchor=date(2026, 11, 28), price="100")
    await till.client(anchor=date(2026, 11, 14), price="10", period="weekly")
    await till.open_due()
    found = await numbers(till)
    # 28 November; and 14, 21 and 28 November.
    assert found.month.expected == reais("130")
    assert found.rate is None


async def test_the_paused_and_the_cancelled_are_not_expected(till: Till) -> None:
    await till.client("Ana", standing="paused")
    bia = await till.debtor("Bia")
    async with till.open() as counter:
        await counter.connection.execute(
            sa.update(charges)
            .where(charges.c.client_id == bia)
            .values(cancelled_at=till.clock.now())
        )
    found = await numbers(till)
    assert found.month.expected == reais("0")
    assert (found.active_clients, found.open.number) == (1, 0)


async def test_what_was_taken_back_did_not_come_in(till: Till) -> None:
    client = await till.debtor()
    recorded = await till.pay(client, "49,90")
    assert (await numbers(till)).month.received == reais("49,90")
    async with till.open() as counter:
        await counter.payments.undo(recorded.payment.id, by=till.owner)
    assert (await numbers(till)).month.received == reais("0")


async def test_the_months_run_back_over_the_new_year(till: Till) -> None:
    till.clock.set(noon(date(2027, 2, 15)))
    found = await numbers(till)
    assert [one.first for one in found.months] == [
        date(2026, 9, 1),
        date(2026, 10, 1),
        date(2026, 11, 1),
        date(2026, 12, 1),
        date(2027, 1, 1),
        date(2027, 2, 1),
    ]


async def test_the_reminders_of_the_month_by_what_became_of_them(till: Till) -> None:
    client = await till.client()
    first = datetime(2026, 11, 1, 3, tzinfo=UTC)  # midnight in São Paulo
    states = ("waiting", "accepted", "sent", "delivered", "read", "read", "failed", "given_up")
    async with till.open() as counter:
        payer = await counter.charge_table.payer(client)
        for place, state in enumerate((*states, "read")):
            await counter.connection.execute(
                sa.insert(outbox).values(
                    opaque=f"row {place}",
                    person_id=payer.person_id,
                    channel="whatsapp",
                    send_to="+5527990000000",
                    kind="reminder",
                    purpose="reminder",
                    payload="",
                    state=state,
                    due_at=first,
                    # The last one is of October, by a second.
                    created_at=first - timedelta(seconds=place == len(states)),
                )
            )
    assert (await numbers(till)).reminders == Reminders(sent=5, delivered=3, read=2, failed=2)
