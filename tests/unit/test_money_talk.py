"""Conversations about money, through the real reception: the house's and the clients'."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from bot.domain.ids import ClientId, PersonId
from bot.domain.pix import read_pix
from bot.storage.engine import make_engines
from bot.storage.tables import clients, payments
from tests.support.chats import Chat
from tests.support.till import TODAY, Till


@pytest.fixture
async def till(sqlite_url: str) -> AsyncIterator[Till]:
    engines = make_engines(sqlite_url)
    till = Till(engines)
    await till.begin()
    yield till
    await engines.dispose()


@pytest.fixture
async def owner(till: Till) -> Chat:
    return await Chat.of(till, till.owner)


async def person_of(till: Till, client: ClientId) -> PersonId:
    query = sa.select(clients.c.person_id).where(clients.c.id == client)
    return PersonId((await till.rows(query))[0].person_id)


async def chat_of(till: Till, client: ClientId) -> Chat:
    return await Chat.of(till, await person_of(till, client))


async def recorded(till: Till) -> list[tuple[int, date, str, bool]]:
    rows = await till.rows(sa.select(payments).order_by(payments.c.id))
    return [(row.amount, row.paid_on, row.method, row.reversed_at is not None) for row in rows]


# The client's side.


async def test_a_client_who_paid_is_thanked_and_the_house_is_asked(till: Till) -> None:
    ana = await chat_of(till, await till.debtor())
    assert await ana.says("Paguei!") == ["client.paid.thanks"]
    assert await ana.says("ja paguei") == ["client.paid.known"]
    assert len(await till.told("claim")) == 2


async def test_a_picture_is_a_receipt(till: Till, owner: Chat) -> None:
    ana = await chat_of(till, await till.debtor())
    assert await ana.sends(b"a picture", "image/jpeg", "segue") == ["client.paid.with_file"]
    assert await owner.told("claim") == ["claim.title", "claim.owes", "claim.said"]
    assert await ana.sends(b"a document", "application/pdf") == ["client.paid.file_added"]


async def test_a_file_that_is_no_receipt_is_passed_on(till: Till, owner: Chat) -> None:
    ana = await chat_of(till, await till.debtor())
    assert await ana.sends(b"a list", "text/csv", "minha lista") == ["client.forwarded"]
    assert await owner.told("forwarded") == ["client.sent_file", "plain"]
    assert owner.screens[0].attachment is not None


async def test_the_pix_code_comes_as_a_message_of_its_own(till: Till) -> None:
    ana = await chat_of(till, await till.debtor())
    assert await ana.says("pix") == ["client.pix.here", "plain", "client.pix.scan"]
    here, code, picture = ana.screens
    assert read_pix(str(code.body[0].params["words"]))["amount"] == "49.90"
    assert (here.attachment, code.attachment, code.buttons) == (None, None, ())
    assert picture.attachment is not None
    assert picture.attachment.is_picture
    assert await ana.taps("client.button.paid") == ["client.paid.thanks"]


async def test_without_a_key_the_client_is_told_that_somebody_knows(
    till: Till, owner: Chat
) -> None:
    ana = await chat_of(till, await till.debtor())
    async with till.open() as counter:
        await counter.connection.execute(sa.text("UPDATE business SET pix_key = NULL"))
    assert await ana.says("me manda o pix") == ["client.pix.none"]
    assert await owner.told("pix_missing") == ["pix.asked_in_vain", "pix.no_key"]
    assert await owner.told("forwarded") == ["client.wrote"]
    assert "Ana Souza" in owner.words
    bia = await chat_of(till, await till.debtor("Bia Lima"))
    assert await bia.says("pix") == ["client.pix.none"]
    assert await owner.told("forwarded") == ["client.wrote"]
    assert "Bia Lima" in owner.words


async def test_pare_is_obeyed_at_once_and_may_be_taken_back(till: Till) -> None:
    client = await till.debtor()
    ana = await chat_of(till, client)
    assert await ana.says("PARE") == ["client.stopped"]
    out = sa.select(clients.c.opted_out_at).where(clients.c.id == client)
    assert (await till.rows(out))[0].opted_out_at is not None
    assert await ana.says("pix") == ["client.pix.here", "plain", "client.pix.scan"]
    assert await ana.says("voltar") == ["client.resumed"]
    assert (await till.rows(out))[0].opted_out_at is None


async def test_the_words_of_a_client_reach_the_house(till: Till, owner: Chat) -> None:
    ana = await chat_of(till, await till.debtor())
    said = "<b>Pare</b> de mandar o boleto para a minha mãe, por favor"
    assert await ana.says(said) == ["client.forwarded"]
    await owner.told("forwarded")
    assert said in owner.words


async def test_a_voice_message_is_passed_on_and_text_is_asked_for(till: Till) -> None:
    ana = await chat_of(till, await till.debtor())
    assert await ana.speaks() == ["client.please_write"]
    assert len(await till.told("forwarded")) == 2


async def test_a_client_who_starts_the_chat_is_greeted(till: Till) -> None:
    ana = await chat_of(till, await till.debtor())
    assert await ana.says("/start") == ["client.hello"]
    assert ana.choices == ["✅ Já paguei", "💠 Ver Pix"]
    assert await till.told("forwarded") == []


# The house's side.


async def test_one_tap_confirms_and_one_takes_it_back(till: Till, owner: Chat) -> None:
    ana = await chat_of(till, await till.debtor())
    await ana.says("paguei")
    await owner.told("claim")
    assert await owner.taps("claim.confirm") == [
        "claim.confirmed",
        "receipt.charge",
        "receipt.next",
    ]
    assert await recorded(till) == [(4990, TODAY, "pix", False)]
    assert await ana.told("receipt") == ["receipt.thanks", "receipt.charge", "receipt.next"]
    assert await owner.taps("payment.undo") == ["payment.undone"]
    assert await recorded(till) == [(4990, TODAY, "pix", True)]


async def test_the_other_admin_sees_that_it_is_decided(till: Till, owner: Chat) -> None:
    manager = await Chat.of(till, till.manager)
    ana = await chat_of(till, await till.debtor())
    await ana.says("paguei")
    await owner.told("claim")
    await owner.taps("claim.confirm")
    await manager.told("claim")
    assert await manager.taps("claim.confirm") == ["claim.already_confirmed"]
    assert "Rita" in manager.words
    await manager.told("claim")
    assert await manager.taps("claim.not_yet") == ["claim.already_confirmed"]
    assert len(await recorded(till)) == 1


async def test_not_yet_is_said_kindly_to_the_client(till: Till, owner: Chat) -> None:
    ana = await chat_of(till, await till.debtor())
    await ana.says("paguei")
    await owner.told("claim")
    assert await owner.taps("claim.not_yet") == ["claim.rejected"]
    assert await ana.told("claim_rejected") == ["claim.sorry"]
    assert await ana.taps("client.button.paid") == ["client.paid.thanks"]


async def test_a_claim_without_a_debt_leads_to_recording_the_payment(
    till: Till, owner: Chat
) -> None:
    ana = await chat_of(till, await till.client(anchor=TODAY + timedelta(days=90)))
    await ana.says("paguei")
    await owner.told("claim")
    assert await owner.taps("claim.confirm") == ["errors.claim.nothing_open"]
    assert await owner.taps("payment.record") == ["form.step", "form.record_payment.amount"]
    await owner.taps("payment.amount")
    await owner.taps("payment.today")
    await owner.taps("method.card")
    assert (await owner.taps("form.save"))[0] == "payment.recorded"
    assert await recorded(till) == [(4990, TODAY, "card", False)]
    await owner.told("claim")
    assert await owner.taps("claim.not_yet") == ["claim.already_confirmed"]


async def test_the_list_of_claims_opens_each(till: Till, owner: Chat) -> None:
    assert await owner.says("/pendentes") == ["claims.title", "claims.none"]
    ana = await chat_of(till, await till.debtor())
    await ana.sends(b"a picture", "image/png")
    assert await owner.says("/pendentes") == ["claims.title"]
    assert await owner.taps("Ana Souza") == ["claim.title", "claim.owes"]
    assert owner.screens[0].attachment is not None
    await owner.taps("claim.not_yet")
    await owner.says("/pendentes")


async def test_pagou_offers_those_who_owe(till: Till, owner: Chat) -> None:
    await till.debtor("Ana Souza", anchor=TODAY - timedelta(days=3))
    await till.debtor("Bia Lima", anchor=TODAY - timedelta(days=5))
    assert await owner.says("/pagou") == ["payment.who"]
    assert owner.choices[:2] == ["Bia Lima", "Ana Souza"]
    assert await owner.says("ana") == ["form.step", "form.record_payment.amount"]


async def test_one_line_says_it_all_and_is_read_back(till: Till, owner: Chat) -> None:
    await till.debtor(anchor=TODAY - timedelta(days=3))
    assert await owner.says("/pagou Ana Souza; 60; ontem; dinheiro") == [
        "form.record_payment.check",
        "form.readback",
        "form.readback",
        "form.readback",
        "payment.settles",
    ]
    assert "Dinheiro" in owner.words
    assert await owner.taps("form.save") == [
        "payment.recorded",
        "receipt.charge",
        "receipt.part",
        "receipt.next",
    ]
    assert await recorded(till) == [(6000, TODAY - timedelta(days=1), "cash", False)]


async def test_a_name_with_an_amount_behind_it_is_understood(till: Till, owner: Chat) -> None:
    await till.debtor()
    assert await owner.says("/pagou ana souza 49,90") == [
        "form.step",
        "form.record_payment.paid_on",
    ]


async def test_of_several_who_may_be_meant_one_is_chosen(till: Till, owner: Chat) -> None:
    await till.debtor("Ana Souza")
    await till.client("Ana Souza Lima", anchor=TODAY + timedelta(days=90))
    assert await owner.says("/pagou ana; 49,90") == ["payment.which"]
    hints = [button.hint.key for button in owner.screens[0].buttons if button.hint]
    assert hints == ["payment.owes", "payment.owes_nothing"]
    assert await owner.taps("Ana Souza Lima") == ["form.step", "form.record_payment.paid_on"]


async def test_a_name_said_in_full_means_just_that_one(till: Till, owner: Chat) -> None:
    await till.debtor("Ana Souza")
    await till.debtor("Ana Souza Lima")
    assert await owner.says("/pagou ANA SOUZA") == ["form.step", "form.record_payment.amount"]


async def test_nobody_of_that_name_is_said_with_the_debtors_to_choose_from(
    till: Till, owner: Chat
) -> None:
    await till.debtor()
    assert await owner.says("/pagou Zé") == ["payment.who", "payment.nobody"]
    assert owner.choices[0] == "Ana Souza"


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("49,90; amanhã; pix", "errors.payment.in_future"),
        ("49,90; 01/01/2020; pix", "errors.payment.too_old"),
        ("49,90; hoje; fiado", "errors.payment.method"),
    ],
)
async def test_an_answer_that_cannot_be_is_asked_again(
    till: Till, owner: Chat, typed: str, refusal: str
) -> None:
    await till.debtor()
    seen = await owner.says(f"/pagou Ana Souza; {typed}")
    assert seen[0] == refusal


async def test_too_much_is_asked_again_with_the_most_that_would_do(till: Till, owner: Chat) -> None:
    await till.debtor()
    seen = await owner.says("/pagou Ana Souza; 5000; hoje; pix")
    assert seen == ["errors.payment.too_much", "form.step", "form.record_payment.amount"]
    assert "648,70" in owner.words


async def test_the_last_payment_is_offered_to_be_undone(till: Till, owner: Chat) -> None:
    assert await owner.says("/desfazer") == ["payment.nothing_to_undo"]
    await till.pay(await till.debtor(), "49,90")
    assert await owner.says("/desfazer") == ["payment.undo_which"]
    assert await owner.taps("payment.undo") == ["payment.undone"]
    assert await owner.says("/desfazer") == ["payment.nothing_to_undo"]


async def test_the_numbers_come_with_a_picture_and_fit_below_it(till: Till, owner: Chat) -> None:
    for number in range(3):
        late = TODAY - timedelta(days=(3, 20, 50)[number])
        await till.debtor(f"Ana {number}", anchor=late, price="99999,99")
    seen = await owner.says("/numeros")
    assert seen[:4] == ["numbers.title", "numbers.clients", "numbers.received", "numbers.rate"]
    assert seen.count("numbers.age") == 3
    (screen,) = owner.screens
    assert screen.attachment is not None
    assert screen.attachment.is_picture
    assert len(owner.words.encode("utf-16-le")) // 2 <= 1024  # what a caption holds
