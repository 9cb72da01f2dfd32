"""Money that came in: recorded once, spread over what is owed, taken back within a day."""

import asyncio
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.errors import Conflict, NotFound, Refusal
from bot.domain.ids import ClientId, PaymentId
from bot.domain.payment import Method
from bot.forms.payment import PaymentReceived
from bot.services.ports.billing import PaymentView
from bot.storage.engine import Engines, make_engines
from bot.storage.tables import allocations, audit, charges, notice_lines, outbox, payments
from tests.support.databases import SqliteFiles
from tests.support.till import TODAY, Till, reais

SEPTEMBER, OCTOBER, NOVEMBER = date(2026, 9, 20), date(2026, 10, 20), date(2026, 11, 20)


@pytest.fixture
async def till(engines: Engines) -> Till:
    till = Till(engines)
    await till.begin()
    return till


async def undo(till: Till, payment: PaymentView) -> bool:
    async with till.open() as counter:
        return (await counter.payments.undo(payment.id, by=till.owner)).told


async def paid_of(till: Till, client: ClientId) -> list[tuple[date, int, bool]]:
    return [
        (charge.due_on, charge.paid, charge.settled_at is not None)
        for charge in await till.charges(client)
    ]


async def test_the_oldest_debt_is_paid_first(till: Till) -> None:
    client = await till.debtor(anchor=SEPTEMBER)
    await till.pay(client, "60")
    assert await paid_of(till, client) == [
        (SEPTEMBER, 4990, True),
        (OCTOBER, 1010, False),
        (NOVEMBER, 0, False),
    ]


async def test_the_outcome_tells_what_was_settled_and_what_is_left(till: Till) -> None:
    client = await till.debtor(anchor=SEPTEMBER)
    settlement = (await till.pay(client, "60")).settlement
    assert [(part.due_on, part.amount, part.left) for part in settlement.parts] == [
        (SEPTEMBER, reais("49,90"), reais("0")),
        (OCTOBER, reais("10,10"), reais("39,80")),
    ]
    assert settlement.late == reais("89,70")
    assert settlement.next_due == date(2026, 12, 20)


async def test_a_preview_tells_the_same_and_writes_nothing(till: Till) -> None:
    client = await till.debtor(anchor=NOVEMBER)
    said = PaymentReceived(client=client, amount=reais("120"), paid_on=TODAY, method=Method.PIX)
    async with till.open() as counter:
        foreseen = await counter.payments.preview(said)
    assert len(await till.charges(client)) == 1
    recorded = await till.pay(client, "120")
    assert foreseen.client_name == "Ana Souza"
    assert foreseen.settlement.next_due == recorded.settlement.next_due
    assert [(part.due_on, part.amount) for part in foreseen.settlement.parts] == [
        (part.due_on, part.amount) for part in recorded.settlement.parts
    ]


async def test_what_is_over_pays_the_next_cycles(till: Till) -> None:
    client = await till.debtor(anchor=NOVEMBER)
    recorded = await till.pay(client, "149,70")
    assert await paid_of(till, client) == [
        (NOVEMBER, 4990, True),
        (date(2026, 12, 20), 4990, True),
        (date(2027, 1, 20), 4990, True),
    ]
    assert recorded.settlement.next_due == date(2027, 2, 20)
    assert await till.open_due() == 0


async def test_more_than_a_year_ahead_is_refused_with_the_most_that_would_do(till: Till) -> None:
    client = await till.debtor(anchor=NOVEMBER)
    with pytest.raises(Refusal) as refused:
        await till.pay(client, "648,71")
    assert (refused.value.key, refused.value.field) == ("errors.payment.too_much", "amount")
    assert refused.value.params == {"most": reais("648,70")}
    assert (await till.pay(client, "648,70")).settlement.next_due == date(2027, 12, 20)


async def test_who_is_gone_and_owes_nothing_has_nothing_to_pay(till: Till) -> None:
    client = await till.debtor(standing="cancelled")
    with pytest.raises(Refusal, match=r"errors\.payment\.nothing_to_pay"):
        await till.pay(client, "10")


async def test_the_same_tap_twice_is_one_payment(till: Till) -> None:
    client = await till.debtor(anchor=SEPTEMBER)
    first = await till.pay(client, "49,90", once="tap")
    again = await till.pay(client, "49,90", once="tap")
    assert (again.new, again.payment) == (False, first.payment)
    assert again.settlement == first.settlement
    assert len(await till.rows(sa.select(payments))) == 1


async def test_the_same_tap_at_once_is_one_payment(till: Till) -> None:
    client = await till.debtor(anchor=SEPTEMBER)
    taps = (till.pay(client, "49,90", once="tap") for _ in range(4))
    recorded = await asyncio.gather(*taps)
    assert sorted(one.new for one in recorded) == [False, False, False, True]
    assert (await paid_of(till, client))[1] == (OCTOBER, 0, False)


async def test_two_payments_at_once_lose_no_centavo(till: Till) -> None:
    client = await till.debtor(anchor=NOVEMBER)
    await asyncio.gather(*(till.pay(client, "30", once=f"tap {tap}") for tap in range(5)))
    assert sum(paid for _due, paid, _settled in await paid_of(till, client)) == 15000


async def test_the_client_gets_a_receipt(till: Till) -> None:
    client = await till.debtor(anchor=OCTOBER)
    await till.pay(client, "60")
    ((_person, state, lines),) = await till.told("receipt")
    assert state == "waiting"
    assert lines == ["receipt.thanks", "receipt.charge", "receipt.part", "receipt.still_open"]


async def test_a_year_paid_ahead_is_one_line_of_the_receipt(till: Till) -> None:
    client = await till.debtor(anchor=NOVEMBER)
    await till.pay(client, "598,80")
    ((_person, _state, lines),) = await till.told("receipt")
    assert lines == ["receipt.thanks", "receipt.many", "receipt.next"]


async def test_who_asked_to_be_left_alone_is_sent_no_receipt(till: Till) -> None:
    client = await till.debtor(anchor=NOVEMBER, opted_out=True)
    await till.pay(client, "49,90")
    assert await till.told("receipt") == []


async def reminder(till: Till, client: ClientId) -> int:
    """A reminder of the client's first charge that waits to leave."""
    (charge, *_later) = await till.charges(client)
    async with till.open() as counter:
        payer = await counter.charge_table.payer(client)
        row = (
            await counter.connection.execute(
                sa.insert(outbox)
                .values(
                    opaque=f"reminder {client}",
                    person_id=payer.person_id,
                    channel="whatsapp",
                    send_to="+5527998142173",
                    kind="reminder",
                    purpose="reminder",
                    payload="",
                    due_at=till.clock.now(),
                    created_at=till.clock.now(),
                )
                .returning(outbox.c.id)
            )
        ).scalar_one()
        step = sa.text(
            "INSERT INTO ladder_steps (offset_days, at, template) "
            "VALUES (0, '09:00', 'reminder_today') RETURNING id"
        )
        number = (await counter.connection.execute(step)).scalar_one()
        await counter.connection.execute(
            sa.insert(notice_lines).values(
                charge_id=charge.id,
                step_id=number,
                outbox_id=row,
                state="planned",
                created_at=till.clock.now(),
            )
        )
    return int(row)


async def state_of(till: Till, row: int) -> str:
    ((state,),) = await till.rows(sa.select(outbox.c.state).where(outbox.c.id == row))
    return str(state)


async def test_a_reminder_of_what_is_now_paid_never_leaves(till: Till) -> None:
    client = await till.debtor(anchor=NOVEMBER)
    waiting = await reminder(till, client)
    await till.pay(client, "49,90")
    assert await state_of(till, waiting) == "cancelled"


async def test_a_reminder_of_what_is_partly_paid_stays(till: Till) -> None:
    client = await till.debtor(anchor=NOVEMBER)
    waiting = await reminder(till, client)
    await till.pay(client, "20")
    assert await state_of(till, waiting) == "waiting"


async def test_undone_within_a_day_all_is_as_it_was(till: Till) -> None:
    client = await till.debtor(anchor=OCTOBER)
    before = await paid_of(till, client)
    recorded = await till.pay(client, "60")
    till.clock.advance(hours=23)
    await undo(till, recorded.payment)
    assert await paid_of(till, client) == before
    (row,) = await till.rows(sa.select(payments))
    assert (row.reversed_at, row.reversed_by) == (till.clock.now(), till.owner)


async def test_a_business_without_a_name_sends_no_receipt(till: Till) -> None:
    till.rename(name="")
    client = await till.debtor(anchor=NOVEMBER)
    assert (await till.pay(client, "49,90")).payment.amount == reais("49,90")
    assert await till.told("receipt") == []


async def test_a_receipt_that_has_not_left_is_held_back(till: Till) -> None:
    client = await till.debtor(anchor=NOVEMBER)
    recorded = await till.pay(client, "49,90")
    assert await undo(till, recorded.payment) is False
    assert [state for _person, state, _lines in await till.told("receipt")] == ["cancelled"]


async def test_the_owner_learns_that_the_receipt_has_left(till: Till) -> None:
    client = await till.debtor(anchor=NOVEMBER)
    recorded = await till.pay(client, "49,90")
    async with till.open() as counter:
        await counter.connection.execute(sa.update(outbox).values(state="delivered"))
    assert await undo(till, recorded.payment) is True


async def test_cycles_opened_only_for_a_payment_close_with_its_undoing(till: Till) -> None:
    client = await till.debtor(anchor=NOVEMBER)
    recorded = await till.pay(client, "598,80")
    assert len(await till.charges(client)) == 12
    await undo(till, recorded.payment)
    assert await paid_of(till, client) == [(NOVEMBER, 0, False)]
    # The calendar then opens the very same cycles, when their time has come.
    till.clock.advance(days=20)
    assert await till.open_due() == 1
    assert [charge.cycle for charge in await till.charges(client)] == [0, 1]


async def test_after_a_day_it_can_no_longer_be_undone(till: Till) -> None:
    client = await till.debtor(anchor=NOVEMBER)
    recorded = await till.pay(client, "49,90")
    till.clock.advance(hours=24, seconds=1)
    with pytest.raises(Conflict, match=r"errors\.payment\.too_late"):
        await undo(till, recorded.payment)


async def test_what_a_later_payment_rests_on_stays_until_that_is_undone(till: Till) -> None:
    client = await till.debtor(anchor=OCTOBER)
    first = await till.pay(client, "60")
    second = await till.pay(client, "39,80", paid_on=TODAY - timedelta(days=1))
    with pytest.raises(Conflict) as refused:
        await undo(till, first.payment)
    assert refused.value.key == "errors.payment.rests_on"
    assert refused.value.params == {"amount": reais("39,80"), "day": TODAY - timedelta(days=1)}
    await undo(till, second.payment)
    await undo(till, first.payment)
    assert [paid for _due, paid, _settled in await paid_of(till, client)] == [0, 0]


async def test_it_is_undone_once_however_many_try(till: Till) -> None:
    client = await till.debtor(anchor=OCTOBER)
    recorded = await till.pay(client, "60")
    tries = (undo(till, recorded.payment) for _ in range(3))
    done = await asyncio.gather(*tries, return_exceptions=True)
    refused = [one for one in done if isinstance(one, Conflict)]
    assert [one.key for one in refused] == ["errors.payment.already_undone"] * 2
    assert [paid for _due, paid, _settled in await paid_of(till, client)] == [0, 0]


async def test_an_unknown_payment_is_said_so(till: Till) -> None:
    async with till.open() as counter:
        with pytest.raises(NotFound, match=r"errors\.payment\.gone"):
            await counter.payments.undo(PaymentId(9), by=till.owner)


async def test_the_last_of_each_person_is_found_for_a_day(till: Till) -> None:
    client = await till.debtor(anchor=SEPTEMBER)
    first = await till.pay(client, "10")
    await till.pay(client, "20", by=till.manager)
    async with till.open() as counter:
        assert await counter.payments.last_by(till.owner) == first.payment
    till.clock.advance(hours=25)
    async with till.open() as counter:
        assert await counter.payments.last_by(till.owner) is None


async def test_each_deed_leaves_a_line_in_the_record(till: Till) -> None:
    client = await till.debtor(anchor=NOVEMBER)
    recorded = await till.pay(client, "49,90")
    await undo(till, recorded.payment)
    lines = await till.rows(sa.select(audit).order_by(audit.c.id))
    assert [line.deed for line in lines] == ["payment.recorded", "payment.undone"]
    assert all(line.about["parts"] == [["2026-11-20", 4990]] for line in lines)


async def books_are_right(till: Till) -> None:
    """Every charge's paid is the sum of what standing payments gave it; none is lost or made."""
    given = (
        sa.select(sa.func.coalesce(sa.func.sum(allocations.c.amount), 0))
        .join(payments, payments.c.id == allocations.c.payment_id)
        .where(allocations.c.charge_id == charges.c.id, payments.c.reversed_at.is_(None))
        .scalar_subquery()
    )
    for row in await till.rows(sa.select(charges, given.label("given"))):
        assert row.paid == row.given
        assert (row.settled_at is not None) == (row.paid == row.amount)
    spread = (
        sa.select(sa.func.sum(allocations.c.amount))
        .where(allocations.c.payment_id == payments.c.id)
        .scalar_subquery()
    )
    standing = sa.select(payments.c.amount, spread.label("spread"))
    for row in await till.rows(standing.where(payments.c.reversed_at.is_(None))):
        assert row.amount == row.spread


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    deeds=st.lists(
        st.one_of(st.integers(1, 30000), st.sampled_from(["undo", "tomorrow"])), max_size=8
    )
)
async def test_in_any_order_of_payments_and_undoing_the_books_are_right(
    sqlite_files: SqliteFiles, deeds: list[int | str]
) -> None:
    async with sqlite_files.fresh() as url:
        engines = make_engines(url)
        till = Till(engines)
        await till.begin()
        client = await till.debtor(anchor=SEPTEMBER)
        standing: list[PaymentView] = []
        for deed in deeds:
            if deed == "tomorrow":
                till.clock.advance(days=1, seconds=1)
                await till.open_due()
                standing.clear()
            elif isinstance(deed, int):
                standing.append((await till.pay(client, f"{deed // 100},{deed % 100:02}")).payment)
            elif standing:
                await undo(till, standing.pop())
            await books_are_right(till)
        await engines.dispose()
