"""A client says they paid: the house is asked, reminders rest, and it is decided once."""

import asyncio

import pytest
import sqlalchemy as sa

from bot.domain.errors import Conflict, NotFound
from bot.domain.ids import ClaimId, ClientId
from bot.services.claims import Decision, Made
from bot.services.ports.claims import ClaimState
from bot.storage.engine import Engines
from bot.storage.standing import remindable
from bot.storage.tables import charges, claims, outbox, payments, tickets
from bot.storage.wire import unpack
from tests.support.till import TODAY, Till, reais


@pytest.fixture
async def till(engines: Engines) -> Till:
    till = Till(engines)
    await till.begin()
    return till


async def claim(
    till: Till, client: ClientId, said: str = "paguei", picture: bytes | None = None
) -> Made:
    async with till.open() as counter:
        file = await counter.files.put("pix.jpg", "image/jpeg", picture) if picture else None
        return await counter.claims.make(client, said=said, file_id=file)


async def confirm(till: Till, made: Made) -> Decision:
    async with till.open() as counter:
        return await counter.claims.confirm(made.claim.id, by=till.owner)


async def reject(till: Till, made: Made) -> Decision:
    async with till.open() as counter:
        return await counter.claims.reject(made.claim.id, by=till.manager)


async def may_be_reminded(till: Till) -> int:
    return len(await till.rows(sa.select(charges.c.id).where(remindable())))


async def test_everyone_who_decides_is_asked_with_the_picture(till: Till) -> None:
    client = await till.debtor()
    made = await claim(till, client, "segue o comprovante", b"a picture")
    assert (made.new, made.claim.owed) == (True, reais("49,90"))
    rows = await till.rows(sa.select(outbox).where(outbox.c.purpose == "claim"))
    assert [row.person_id for row in rows] == [till.owner, till.manager]
    outgoing = unpack(rows[0].payload)
    assert [text.key for text in outgoing.body] == ["claim.title", "claim.owes", "claim.said"]
    assert outgoing.attachment == made.claim.attachment
    assert outgoing.attachment is not None
    assert outgoing.attachment.is_picture
    held = await till.rows(sa.select(tickets).where(tickets.c.person_id == till.owner))
    assert {row.deed: row.about for row in held} == {
        "confirm_claim": {"claim": made.claim.id},
        "reject_claim": {"claim": made.claim.id},
        "client_card": {"client": client},
    }


async def test_a_claim_holds_the_reminders_until_it_is_decided(till: Till) -> None:
    made = await claim(till, await till.debtor())
    assert await may_be_reminded(till) == 0
    await reject(till, made)
    assert await may_be_reminded(till) == 1


async def test_saying_it_again_makes_no_second_claim(till: Till) -> None:
    client = await till.debtor()
    first = await claim(till, client)
    again = await claim(till, client, "já paguei ontem")
    assert (again.new, again.claim.id) == (False, first.claim.id)
    assert again.claim.said == "paguei\njá paguei ontem"
    assert len(await till.told("claim")) == 2  # one for each of the house, for the first only


async def test_the_receipt_that_follows_joins_the_claim_and_is_shown(till: Till) -> None:
    client = await till.debtor()
    await claim(till, client)
    again = await claim(till, client, "", b"a picture")
    assert again.claim.attachment is not None
    assert again.claim.said == "paguei"
    assert len(await till.told("claim")) == 4


async def test_two_words_at_once_are_one_claim(till: Till) -> None:
    client = await till.debtor()
    made = await asyncio.gather(*(claim(till, client) for _ in range(4)))
    assert sorted(one.new for one in made) == [False, False, False, True]
    assert len(await till.rows(sa.select(claims))) == 1


async def test_the_same_receipt_again_is_pointed_out(till: Till) -> None:
    first = await claim(till, await till.debtor("Ana"), "", b"a picture")
    assert not first.claim.repeated
    again = await claim(till, await till.debtor("Bia"), "", b"a picture")
    assert again.claim.repeated
    (*_others, (_person, _state, lines)) = await till.told("claim")
    assert lines == ["claim.title", "claim.owes", "claim.repeated"]


async def test_who_owes_nothing_is_heard_all_the_same(till: Till) -> None:
    client = await till.client(anchor=TODAY.replace(year=2027))
    made = await claim(till, client)
    assert made.claim.owed.is_zero
    (_first, (_person, _state, lines)) = await till.told("claim")
    assert lines == ["claim.title", "claim.owes_nothing", "claim.said"]
    with pytest.raises(Conflict, match=r"errors\.claim\.nothing_open"):
        await confirm(till, made)


async def test_confirming_records_what_was_to_be_paid_and_thanks(till: Till) -> None:
    client = await till.debtor()
    made = await claim(till, client)
    decision = await confirm(till, made)
    assert decision.new
    assert decision.recorded is not None
    assert decision.recorded.payment.amount == reais("49,90")
    assert decision.claim.state is ClaimState.CONFIRMED
    assert decision.claim.decided_by_name == "Rita"
    assert decision.claim.payment_id == decision.recorded.payment.id
    assert len(await till.told("receipt")) == 1


async def test_who_asked_to_be_left_alone_still_gets_the_answer_to_a_claim(till: Till) -> None:
    made = await claim(till, await till.debtor(opted_out=True))
    await confirm(till, made)
    assert len(await till.told("receipt")) == 1


async def test_two_of_the_house_at_once_record_one_payment(till: Till) -> None:
    made = await claim(till, await till.debtor())
    decisions = await asyncio.gather(*(confirm(till, made) for _ in range(4)))
    assert sorted(one.new for one in decisions) == [False, False, False, True]
    assert len(await till.rows(sa.select(payments))) == 1


async def test_confirming_and_rejecting_at_once_leaves_one_decision(till: Till) -> None:
    made = await claim(till, await till.debtor())
    decisions = await asyncio.gather(confirm(till, made), reject(till, made))
    assert sorted(one.new for one in decisions) == [False, True]
    paid = len(await till.rows(sa.select(payments)))
    state = (await till.rows(sa.select(claims.c.state)))[0].state
    assert (paid, state) in {(1, "confirmed"), (0, "rejected")}


async def test_it_is_counted_on_the_day_the_client_said_so(till: Till) -> None:
    made = await claim(till, await till.debtor())
    till.clock.advance(days=3)
    decision = await confirm(till, made)
    assert decision.recorded is not None
    assert decision.recorded.payment.paid_on == TODAY


async def test_what_fell_due_since_is_not_taken_for_paid(till: Till) -> None:
    client = await till.debtor()
    made = await claim(till, client)
    till.clock.advance(days=40)
    await till.open_due()
    await confirm(till, made)
    paid = [charge.paid for charge in await till.charges(client)]
    assert paid == [4990, 0]


async def test_the_first_claim_can_still_be_confirmed_after_a_rejection_elsewhere(
    till: Till,
) -> None:
    ana = await claim(till, await till.debtor("Ana"))
    bia = await claim(till, await till.debtor("Bia"))
    await reject(till, bia)
    assert (await confirm(till, ana)).new


async def test_a_rejected_client_is_told_kindly_and_may_say_it_again(till: Till) -> None:
    client = await till.debtor()
    decision = await reject(till, await claim(till, client))
    assert (decision.new, decision.claim.state) == (True, ClaimState.REJECTED)
    (row,) = await till.rows(sa.select(outbox).where(outbox.c.purpose == "claim_rejected"))
    outgoing = unpack(row.payload)
    assert outgoing.template is not None
    assert set(outgoing.template.params) == {"name", "business", "amount"}
    held = await till.rows(sa.select(tickets).where(tickets.c.person_id == row.person_id))
    assert [one.deed for one in held] == ["client_paid", "client_pix"]
    assert (await claim(till, client)).new


async def test_who_owed_nothing_is_told_so_without_an_amount(till: Till) -> None:
    made = await claim(till, await till.client(anchor=TODAY.replace(year=2027)))
    await reject(till, made)
    (row,) = await till.rows(sa.select(outbox).where(outbox.c.purpose == "claim_rejected"))
    assert unpack(row.payload).template is None


async def test_a_payment_typed_in_answers_the_claim(till: Till) -> None:
    client = await till.debtor()
    made = await claim(till, client)
    recorded = await till.pay(client, "49,90")
    decision = await confirm(till, made)
    assert (decision.new, decision.claim.payment_id) == (False, recorded.payment.id)


async def test_a_confirmation_taken_back_leaves_the_claim_undone(till: Till) -> None:
    made = await claim(till, await till.debtor())
    decision = await confirm(till, made)
    assert decision.recorded is not None
    async with till.open() as counter:
        await counter.payments.undo(decision.recorded.payment.id, by=till.owner)
    again = await confirm(till, made)
    assert (again.new, again.claim.state) == (False, ClaimState.UNDONE)
    assert await may_be_reminded(till) == 1


async def test_they_are_listed_a_page_at_a_time_the_oldest_first(till: Till) -> None:
    for number in range(9):
        await claim(till, await till.debtor(f"Ana {number}"))
    async with till.open() as counter:
        page = await counter.claims.pending(after=None)
        rest = await counter.claims.pending(after=page.next)
    assert [one.client_name for one in page.items] == [f"Ana {number}" for number in range(7)]
    assert [one.client_name for one in rest.items] == ["Ana 7", "Ana 8"]
    assert rest.next is None


async def test_an_unknown_claim_is_said_so(till: Till) -> None:
    async with till.open() as counter:
        with pytest.raises(NotFound, match=r"errors\.claim\.gone"):
            await counter.claims.get(ClaimId(9))


async def test_a_long_story_is_kept_in_part(till: Till) -> None:
    made = await claim(till, await till.debtor(), "paguei " * 500)
    assert len(made.claim.said) == 500
    assert made.claim.attachment is None
