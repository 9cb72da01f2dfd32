"""The calendar becomes charges: each cycle once, whoever runs it and however often."""

import asyncio
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from bot.domain.errors import NotFound
from bot.domain.ids import ClientId
from bot.services.ports.billing import lead_days
from bot.storage.charges import Charges
from bot.storage.engine import Engines
from bot.storage.tables import subscriptions
from tests.support.till import TODAY, Till, reais


@pytest.fixture
async def till(engines: Engines) -> Till:
    till = Till(engines)
    await till.begin()
    return till


async def next_of(till: Till, client: ClientId) -> tuple[int, date]:
    query = sa.select(subscriptions.c.next_cycle, subscriptions.c.next_due)
    (row,) = await till.rows(query.where(subscriptions.c.client_id == client))
    return row.next_cycle, row.next_due


async def test_a_charge_opens_ten_days_before_it_is_due(till: Till) -> None:
    soon = await till.client(anchor=TODAY + timedelta(days=10))
    later = await till.client(anchor=TODAY + timedelta(days=11))
    assert await till.open_due() == 1
    assert len(await till.charges(soon)) == 1
    assert await till.charges(later) == []


async def test_every_cycle_that_was_missed_is_opened(till: Till) -> None:
    client = await till.client(anchor=date(2026, 8, 31))
    assert await till.open_due() == 4
    dues = [charge.due_on for charge in await till.charges(client)]
    assert dues == [date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31), date(2026, 11, 30)]
    assert await next_of(till, client) == (4, date(2026, 12, 31))


async def test_running_it_twice_opens_nothing_more(till: Till) -> None:
    await till.client()
    assert await till.open_due() == 1
    assert await till.open_due() == 0


async def test_two_processes_at_once_open_each_cycle_once(till: Till) -> None:
    made = [await till.client(f"Ana {number}") for number in range(30)]
    opened = await asyncio.gather(*(till.open_due() for _ in range(4)))
    assert sum(opened) == 30
    assert [len(await till.charges(client)) for client in made] == [1] * 30


async def test_a_charge_keeps_the_price_of_its_day(till: Till) -> None:
    client = await till.debtor(price="120")
    async with till.open() as counter:
        await counter.connection.execute(sa.update(subscriptions).values(price=15000))
    (charge,) = await till.charges(client)
    assert charge.amount == 12000


@pytest.mark.parametrize("standing", ["paused", "cancelled"])
async def test_nothing_opens_for_who_is_paused_or_gone(till: Till, standing: str) -> None:
    await till.client(standing=standing)
    assert await till.open_due() == 0


async def test_what_was_late_on_arrival_is_not_reminded(till: Till) -> None:
    client = await till.client(anchor=date(2026, 10, 25))
    async with till.open() as counter:
        (row,) = (await counter.connection.execute(sa.select(subscriptions.c.id))).all()
        opened = await counter.charge_table.open_due(
            TODAY, 10, till.clock.now(), subscriptions=[row.id], reminded_from=TODAY
        )
    assert opened == 2
    assert [charge.reminded for charge in await till.charges(client)] == [False, True]


async def test_only_the_subscriptions_named_are_opened(till: Till) -> None:
    await till.client()
    async with till.open() as counter:
        assert (
            await counter.charge_table.open_due(TODAY, 10, till.clock.now(), subscriptions=[]) == 0
        )
    assert await till.open_due() == 1


async def test_each_charge_has_a_name_of_its_own_in_pix_codes(till: Till) -> None:
    client = await till.debtor(anchor=date(2026, 6, 25))
    names = [charge.txid for charge in await till.charges(client)]
    assert len(set(names)) == 6
    assert all(len(name) == 25 and name.isalnum() and name == name.upper() for name in names)


async def test_more_than_one_batch_is_opened_in_one_go(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.storage.openings.BATCH", 2)
    for number in range(5):
        await till.client(f"Ana {number}")
    assert await till.open_due() == 5


async def test_the_longest_overdue_stand_first_among_debtors(till: Till) -> None:
    await till.client("Bia", anchor=date(2026, 11, 20))
    caio = await till.client("Caio", anchor=date(2026, 10, 28))
    await till.client("Davi", anchor=date(2026, 12, 20))
    await till.open_due()
    async with till.open() as counter:
        found = await counter.charges.debtors()
    assert [one.name for one in found] == ["Caio", "Bia"]
    assert (found[0].client_id, found[0].owed, found[0].since) == (
        caio,
        reais("99,80"),
        date(2026, 10, 28),
    )


async def test_a_client_is_asked_for_all_that_is_overdue(till: Till) -> None:
    client = await till.debtor(anchor=date(2026, 10, 3))  # October, November; December is open
    async with till.open() as counter:
        owed = await counter.charges.payable_by(client)
        assert await counter.charges.owed_by(client) == reais("149,70")
        assert await counter.charges.usual_amounts(client) == [reais("99,80"), reais("149,70")]
    assert [charge.due_on for charge in owed.charges] == [date(2026, 10, 3), date(2026, 11, 3)]
    assert owed.amount == reais("99,80")


async def test_who_owes_nothing_is_offered_the_next_cycle(till: Till) -> None:
    client = await till.client(anchor=date(2027, 3, 1))
    async with till.open() as counter:
        assert await counter.charges.usual_amounts(client) == [reais("49,90")]


async def test_where_nothing_is_overdue_the_next_charge_is_asked_for(till: Till) -> None:
    client = await till.debtor(anchor=TODAY + timedelta(days=5))
    async with till.open() as counter:
        assert (await counter.charges.payable_by(client)).amount == reais("49,90")


async def test_nobody_by_that_number_is_said_so(engines: Engines) -> None:
    async with engines.reader.connect() as connection:
        with pytest.raises(NotFound, match=r"errors\.payment\.no_client"):
            await Charges(connection).payer(ClientId(1))


def test_the_lead_follows_a_ladder_that_begins_earlier() -> None:
    assert lead_days([-3, 0, 7]) == 10
    assert lead_days([-15, 0]) == 15
    assert lead_days([]) == 10
