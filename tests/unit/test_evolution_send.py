"""What leaves through a linked device, and what becomes of it whatever the server answers."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.channels.evolution.client import EvolutionClient
from bot.channels.evolution.errors import Refused, outcome_of, refused
from bot.channels.evolution.send import EvolutionSender, accepted, addressed
from bot.channels.evolution.traces import left_already
from bot.domain.delivery import Accepted, GiveUp, Snooze, State, TryLater, Uncertain
from bot.domain.message import Attachment, Button, Outgoing, Parcel
from bot.domain.money import Money
from bot.domain.text import Param, Text, own, t
from bot.domain.wording import WORDINGS, Wording, body_key, button_key
from tests.support.boxes import EVOLUTION_KEY, INSTANCE
from tests.support.cloud import WORDS, a_letter, a_reminder
from tests.support.engine_room import NOON
from tests.support.linked import Linked, a_linked_device
from tests.support.pictures import png
from tests.support.waiting import until


@pytest.fixture
async def device() -> AsyncIterator[Linked]:
    async with a_linked_device() as device:
        yield device


async def test_a_message_arrives_with_its_choices_as_numbers(device: Linked) -> None:
    outcome = await device.sender.send(a_letter("Já paguei", "Ver Pix", body="Olá, <b>Ana</b>!"))
    seen = device.ana.last()
    assert isinstance(outcome, Accepted)
    assert outcome.provider_id == seen.id
    assert seen.labels == ("Já paguei", "Ver Pix")
    assert seen.text.endswith("Responda com o número ou com as palavras da opção.")
    await until(lambda: len(device.reports()) == 3)
    assert [report.state for report in device.reports()] == [
        State.SENT,
        State.DELIVERED,
        State.READ,
    ]
    assert {report.provider_id for report in device.reports()} == {seen.id}


async def test_where_a_number_is_the_answer_no_choice_has_one(device: Linked) -> None:
    await device.sender.send(a_letter("Dia 5", "Voltar", body="Que dia?", takes_number=True))
    seen = device.ana.last()
    assert seen.text.splitlines()[2:4] == ["▸ Dia 5", "▸ Voltar"]
    assert seen.text.endswith("Escreva a resposta, ou as palavras de uma destas opções.")
    device.ana.taps("Dia 5")
    assert (await device.heard()).text == "Dia 5"


async def test_a_reminder_goes_in_words_without_window_or_form(device: Linked) -> None:
    assert isinstance(await device.sender.send(a_reminder()), Accepted)
    assert device.ana.last().labels == ("Já paguei", "Ver Pix", "Parar avisos")


ONE_NAMED = {"template.reminder_last.body", "template.waiting.body"}
TAPS = re.compile(r"\b(?:toque|toca|tap)\b", re.IGNORECASE)


def _in_form(wording: Wording, key: str, language: str) -> Parcel:
    day = date(2026, 12, 10)
    values: dict[str, Param] = {"name": "Ana", "business": "Sol", "amount": Money(12_000)}
    said = Text(key, values | {"count": 2, "due": day, "day": day})
    labels = [
        Button(t(button_key(wording.name, place, pix=key.endswith(".body"))), f"tok{place}")
        for place in range(1, wording.buttons + 1)
    ]
    return replace(a_letter(), outgoing=Outgoing((said,), tuple(labels)), language=language)


@pytest.mark.parametrize("language", ["pt_BR", "en", "es"])
async def test_no_form_speaks_of_tapping_where_its_choices_are_numbers(
    device: Linked, language: str
) -> None:
    for wording in WORDINGS:
        for key in sorted({body_key(wording.name, pix=pix) for pix in (True, False)}):
            await device.sender.send(_in_form(wording, key, language))
            seen = device.ana.last()
            assert not TAPS.search(seen.text), seen.text
            # Which words to answer with is said in the text as it is below it.
            named = seen.labels[:2] if key not in ONE_NAMED else seen.labels[:1]
            if wording.name == "claim_rejected":
                named = seen.labels[1:]
            assert all(label in seen.text.partition("1. ")[0] for label in named), seen.text


async def test_an_owners_own_words_stay_theirs(device: Linked) -> None:
    body = (own("Oi, {name}! Toque em Pago.", {"name": "Ana"}),)
    letter = a_letter("Pago")
    await device.sender.send(replace(letter, outgoing=replace(letter.outgoing, body=body)))
    assert device.ana.last().text.startswith("Oi, Ana! Toque em Pago.")


async def test_a_file_goes_with_its_words_and_choices_under_it(device: Linked) -> None:
    picture = png(30, 30)
    about = Attachment(1, "pix.png", "image/png")  # type: ignore[arg-type]  # a number will do
    await device.sender.send(a_letter("Já paguei", attachment=about, blob=picture))
    seen = device.ana.last()
    assert (seen.content, seen.picture, seen.labels) == (picture, True, ("Já paguei",))
    sheet = Attachment(1, "lista.csv", "text/csv")  # type: ignore[arg-type]
    await device.sender.send(a_letter(attachment=sheet, blob=b"a;b"))
    assert (device.ana.last().content, device.ana.last().picture) == (b"a;b", False)
    odd = Attachment(1, "a.exe", "application/x-dosexec")  # type: ignore[arg-type]
    await device.sender.send(a_letter(attachment=odd, blob=b"MZ"))
    assert device.ana.last().file is None
    assert "a.exe" in device.ana.last().text


async def test_somebody_known_by_a_privacy_id_alone_can_be_answered(device: Linked) -> None:
    assert isinstance(await device.sender.send(a_letter(to=device.ana.lid)), Accepted)
    assert device.ana.last().text == "Oi"


@pytest.mark.parametrize("address", ["", "ana", "0123", "12345@g.us", "status@broadcast", "12@lid"])
async def test_the_address_of_nobody_is_asked_of_nobody(device: Linked, address: str) -> None:
    assert addressed(address) is None
    outcome = await device.sender.send(a_letter(to=address))
    assert outcome == GiveUp("evolution.unreachable", unreachable=True)


async def test_who_is_not_on_whatsapp_is_not_tried_again(device: Linked) -> None:
    device.ana.not_on_whatsapp = True
    outcome = await device.sender.send(a_letter())
    assert outcome == GiveUp("evolution.unreachable", unreachable=True)


async def test_while_the_line_is_down_nothing_is_used_up(device: Linked) -> None:
    device.box.evolution.link.drops()
    outcome = await device.sender.send(a_letter())
    assert isinstance(outcome, Snooze)
    assert (outcome.reason, outcome.pause) == ("evolution.disconnected", True)


async def test_a_time_locked_chat_is_reported_as_such(device: Linked) -> None:
    device.box.evolution.time_locked = True
    await device.sender.send(a_letter())
    await until(device.reports)
    (report,) = device.reports()
    assert (report.state, report.reason) == (State.FAILED, "evolution.time_lock")
    stops = [stop for got in device.received() for stop in got.stops]
    assert stops == [], "whom we talk to already is still reached"


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"kind": "hang", "seconds": 0.1}, Uncertain("evolution.unanswered")),
        ({"kind": "drop_after"}, Uncertain("evolution.unanswered")),
        ({"kind": "html_after"}, Uncertain("evolution.unanswered")),
        ({"kind": "html", "status": 404}, TryLater("evolution.gateway")),
        ({"kind": "throttle"}, TryLater("evolution.throttled", slow_down=True)),
        ({"kind": "own_error", "status": 500}, "evolution.disconnected"),
        ({"kind": "own_error", "text": "Error: Timed Out"}, Uncertain("evolution.unanswered")),
        (
            {"kind": "own_error", "text": "Error: Media upload failed on all hosts"},
            TryLater("evolution.unavailable"),
        ),
        ({"kind": "own_error", "text": "instance.text is bad"}, GiveUp("evolution.refused")),
        ({"kind": "own_error", "status": 401, "text": "Unauthorized"}, "evolution.key_wrong"),
        ({"kind": "own_error", "status": 404, "text": "no such instance"}, "evolution.no_instance"),
        (
            {"kind": "own_error", "status": 413, "text": "too much"},
            GiveUp("evolution.file_refused"),
        ),
        ({"kind": "own_error", "text": "Error: 463"}, "evolution.time_lock"),
    ],
)
async def test_every_answer_has_its_consequence(
    device: Linked, fault: dict[str, Any], expected: object
) -> None:
    device.box.faults.next("evolution.text", fault.pop("kind"), **fault)
    outcome = await device.sender.send(a_letter())
    if isinstance(expected, str):
        assert isinstance(outcome, Snooze)
        assert outcome.reason == expected
        assert outcome.pause is (expected != "evolution.time_lock")
    else:
        assert outcome == expected


async def test_a_server_that_is_not_there_has_taken_nothing(device: Linked) -> None:
    client = EvolutionClient("http://127.0.0.1:1", EVOLUTION_KEY, INSTANCE)
    sender = EvolutionSender(client, WORDS, device.box.clock)
    assert await sender.send(a_letter()) == TryLater("evolution.no_connection")
    await client.close()


async def test_what_may_have_left_is_looked_for_before_it_goes_again(device: Linked) -> None:
    began = device.box.clock.now()
    device.box.faults.next("evolution.text", "drop_after")
    assert await device.sender.send(a_letter("Já paguei")) == Uncertain("evolution.unanswered")
    (left,) = [seen for seen in device.ana.visible() if not seen.mine]
    again = replace(a_letter("Já paguei"), doubted_since=began)
    assert await device.sender.send(again) == Accepted(left.id)
    # Other words, or the same to somebody else, prove nothing.
    other = replace(a_letter("Já paguei", body="Olá"), doubted_since=began)
    bia = replace(a_letter("Já paguei", to="+5511987650002"), doubted_since=began)
    for parcel in (other, bia):
        outcome = await device.sender.send(parcel)
        assert isinstance(outcome, Accepted)
        assert outcome.provider_id != left.id
    assert len(device.box.accepted("whatsapp")) == 3


async def test_while_nobody_can_be_asked_the_doubt_stays(device: Linked) -> None:
    parcel = replace(a_letter(), doubted_since=device.box.clock.now())
    client = EvolutionClient("http://127.0.0.1:1", EVOLUTION_KEY, INSTANCE)
    sender = EvolutionSender(client, WORDS, device.box.clock)
    assert await sender.send(parcel) == Uncertain("evolution.unanswered")
    await client.close()
    assert device.box.accepted("whatsapp") == []


@pytest.mark.parametrize(
    ("record", "found"),
    [
        ({"key": {"remoteJid": "5511987650001@s.whatsapp.net"}}, "A"),
        ({"key": {"remoteJid": "551187650001:3@s.whatsapp.net"}}, "A"),
        ({"key": {"remoteJid": "99@lid", "remoteJidAlt": "5511987650001@s.whatsapp.net"}}, "A"),
        ({"key": {"remoteJid": "99@lid"}}, ""),
        ({"key": {"remoteJid": "5511987650002@s.whatsapp.net"}}, ""),
        ({"key": None}, ""),
        ({"message": {"imageMessage": {"caption": "Oi "}}}, "A"),
        ({"message": {"extendedTextMessage": {"text": "Oi"}}}, "A"),
        ({"message": None}, ""),
        ({"message": {"conversation": "Olá"}}, ""),
    ],
)
def test_a_trace_is_the_same_words_to_the_same_person(record: dict[str, Any], found: str) -> None:
    whole = {
        "key": {"remoteJid": "5511987650001@s.whatsapp.net"},
        "message": {"conversation": "Oi"},
    }
    whole |= record
    if whole["key"]:
        whole["key"]["id"] = "A"
    for shape in ([whole], {"messages": [whole]}, {"messages": {"records": [whole, 5]}}):
        assert left_already(shape, "5511987650001", "Oi") == found
    for nothing in (None, 5, {"messages": 5}):
        assert left_already(nothing, "5511987650001", "Oi") == ""


@pytest.mark.parametrize(
    "body",
    [
        {"status": 500, "response": {"message": "Connection Closed"}},
        {"status": 400, "response": {"message": ["Error: Connection Closed"]}},
        {"error": True, "message": "Connection Closed"},
        {"status": 400, "response": {"message": [["Error: Stream Errored (restart required)"]]}},
    ],
)
def test_a_lost_line_is_known_in_every_shape_it_has_been_told_in(body: dict[str, Any]) -> None:
    outcome = outcome_of(refused(400, body), NOON)
    assert outcome == Snooze(NOON + timedelta(minutes=1), "evolution.disconnected", pause=True)


@pytest.mark.parametrize("body", [None, [], "no", {}, {"response": 5}, {"status": 502}])
def test_what_the_server_did_not_say_was_said_by_somebody_on_the_way(body: Any) -> None:
    assert refused(502, body).said is None
    assert outcome_of(refused(502, body), NOON) == Uncertain("evolution.unanswered")
    assert outcome_of(Refused(429, None), NOON) == TryLater("evolution.throttled", slow_down=True)


@pytest.mark.parametrize("answer", [{}, {"key": {}}, {"key": None}, {"key": {"id": ""}}])
def test_a_success_without_a_name_may_have_gone(answer: dict[str, Any]) -> None:
    assert accepted(answer) == Uncertain("evolution.unanswered")


async def test_what_is_written_is_clean_and_never_empty(device: Linked) -> None:
    await device.sender.send(a_letter(body="\x00  "))
    assert device.ana.last().text == "·"
    long = a_letter(*(f"Escolha número {n}" for n in range(30)), body="palavra " * 1000)
    assert isinstance(await device.sender.send(long), Accepted)
    assert len(device.ana.last().labels) == 30
