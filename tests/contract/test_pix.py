"""A client asks for the Pix code: the exact amount, or a house that learns what is missing."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.domain.errors import Refusal
from bot.domain.ids import ClientId
from bot.domain.pix import PixKey, read_pix
from bot.services.business import Businesses
from bot.services.pix import PixCode
from bot.storage.audit import AuditLog
from bot.storage.engine import Engines
from bot.storage.house import Business
from bot.storage.tables import outbox
from tests.support.till import HOUSE, TODAY, Till, reais


@pytest.fixture
async def till(engines: Engines) -> Till:
    till = Till(engines)
    await till.begin()
    return till


async def code_for(till: Till, client: ClientId) -> PixCode:
    async with till.open() as counter:
        return await counter.pix.for_client(client)


async def refused(till: Till, client: ClientId) -> str:
    # As a handler does: the refusal is an answer, and what was told to the house stays told.
    async with till.open() as counter:
        with pytest.raises(Refusal) as refusal:
            await counter.pix.for_client(client)
    return refusal.value.key


async def test_the_code_asks_for_all_that_is_overdue(till: Till) -> None:
    client = await till.debtor(anchor=TODAY - timedelta(days=40))
    code = await code_for(till, client)
    assert code.amount == reais("99,80")
    told = read_pix(code.payload)
    first, *_later = await till.charges(client)
    assert told["amount"] == "99.80"
    assert told["txid"] == first.txid
    assert told["receiver"] == "Academia Boa Forma"


async def test_what_is_paid_in_part_is_asked_for_the_rest(till: Till) -> None:
    client = await till.debtor()
    await till.pay(client, "20")
    assert (await code_for(till, client)).amount == reais("29,90")


async def test_who_is_up_to_date_is_told_so(till: Till) -> None:
    client = await till.client(anchor=TODAY + timedelta(days=300))
    assert await refused(till, client) == "client.pix.nothing"
    assert await till.told("pix_missing") == []


@pytest.mark.parametrize(
    ("house", "why"),
    [
        ({"pix_key": None}, "pix.no_key"),
        ({"city": ""}, "errors.pix.no_city"),
    ],
)
async def test_a_house_that_cannot_be_paid_so_learns_why(
    till: Till, house: dict[str, object], why: str
) -> None:
    client = await till.debtor()
    till.rename(**house)
    assert await refused(till, client) == "client.pix.none"
    lines = ["pix.asked_in_vain", why]
    assert await till.told("pix_missing") == [
        (till.owner, "waiting", lines),
        (till.manager, "waiting", lines),
    ]


async def test_it_is_told_at_most_once_a_day(till: Till) -> None:
    client = await till.debtor()
    till.rename(pix_key=None)
    await refused(till, client)
    await refused(till, client)
    assert len(await till.told("pix_missing")) == 2
    till.clock.advance(days=1, seconds=1)
    await refused(till, client)
    assert len(await till.rows(sa.select(outbox.c.id))) == 4


async def test_pix_moves_nothing_but_reais(engines: Engines) -> None:
    till = Till(engines, replace(HOUSE, currency="USD"))
    await till.begin()
    assert await refused(till, await till.debtor()) == "client.pay.asked"
    told = await till.told("pix_missing")
    assert [lines for _who, _state, lines in told] == [["pix.asked_in_vain", "pix.only_reais"]] * 2


async def test_a_cpf_that_looks_like_a_mobile_stays_the_key_it_was_said_to_be(till: Till) -> None:
    client = await till.debtor()
    async with till.open() as counter:
        store = Business(counter.connection)
        audit = AuditLog(counter.connection)
        businesses = Businesses(store=store, house=till.house, audit=audit, clock=till.clock)
        await businesses.take_money_at(PixKey.read("279.684.878-70"), by=till.owner)
        stored = await store.get()
    assert stored is not None
    till.house = stored
    assert read_pix((await code_for(till, client)).payload)["key"] == "27968487870"
