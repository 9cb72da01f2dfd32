"""Every way a request to WhatsApp can go wrong, and what becomes of the message."""

import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.channels.whatsapp import client as line
from bot.channels.whatsapp.client import CloudClient
from bot.channels.whatsapp.reasons import Reason
from bot.channels.whatsapp.send import WhatsAppSender
from bot.domain.clock import SystemClock
from bot.domain.delivery import Accepted, GiveUp, Outcome, Snooze, TryLater, Uncertain
from bot.domain.ids import FileId
from bot.domain.message import Attachment, Parcel
from tests.support.boxes import WHATSAPP_TOKEN
from tests.support.cloud import WORDS, Cloud, a_client, a_cloud, a_letter, a_reminder
from tests.support.pictures import png

PICTURE = Attachment(FileId(1), "pix.png", "image/png")
SECOND = timedelta(seconds=1)
OPEN = Uncertain(Reason.UNANSWERED)


@pytest.fixture
async def cloud() -> AsyncIterator[Cloud]:
    async with a_cloud() as made:
        made.ana.says("oi")
        yield made


def a_picture() -> Parcel:
    return a_letter("Já paguei", blob=png(9, 9), attachment=PICTURE)


@pytest.mark.parametrize(
    ("fault", "details", "outcome"),
    [
        ("throttle", {}, TryLater(Reason.THROTTLED, SECOND, slow_down=True)),
        ("throttle", {"code": 131056}, TryLater(Reason.THROTTLED, SECOND, slow_person=True)),
        ("own_error", {}, TryLater(Reason.UNAVAILABLE)),
        ("own_error", {"code": 99}, GiveUp(Reason.REFUSED)),
        ("own_error", {"code": 99, "status": 500}, TryLater(Reason.UNAVAILABLE)),
        ("own_error", {"code": 100}, GiveUp(Reason.REFUSED)),
        ("own_error", {"code": 131026}, GiveUp(Reason.UNREACHABLE, unreachable=True)),
        ("own_error", {"code": 131047}, GiveUp(Reason.WINDOW_CLOSED)),
        ("html", {}, OPEN),
        ("html", {"status": 504}, OPEN),
        ("html", {"status": 403}, TryLater(Reason.GATEWAY)),
        ("html", {"status": 302}, TryLater(Reason.GATEWAY)),
        ("html", {"status": 429}, TryLater(Reason.THROTTLED, slow_down=True)),
        ("html", {"status": 200}, OPEN),
        ("drop", {}, OPEN),
    ],
)
async def test_every_answer_has_its_word_and_nothing_is_repeated(
    cloud: Cloud, fault: str, details: dict[str, Any], outcome: Outcome
) -> None:
    cloud.box.faults.next("whatsapp.messages", fault, **details)
    assert await cloud.sender.send(a_letter()) == outcome
    assert cloud.sent() == 0
    assert cloud.box.faults.waiting() == {}


@pytest.mark.parametrize("fault", ["drop_after", "html_after", "hang"])
async def test_a_message_that_went_without_a_word_is_uncertain_and_then_proven(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr(line, "TIMEOUT_S", 0.2)
    cloud.box.faults.next("whatsapp.messages", fault)
    assert await cloud.sender.send(a_letter(opaque="o-7")) == OPEN
    assert cloud.sent() == 1
    await cloud.until(cloud.reports)
    assert cloud.reports()[0].opaque == "o-7"


async def test_where_nobody_listens_nothing_has_left() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        client = CloudClient(url, "v25.0", "token", "1", "2")
        sender = WhatsAppSender(client, WORDS, SystemClock())
        assert await sender.send(a_letter()) == TryLater(Reason.NO_CONNECTION)
        await client.close()


async def test_a_wrong_token_rests_the_whole_channel(cloud: Cloud) -> None:
    client = a_client(cloud.box, token="old")  # noqa: S106 - nobody's
    outcome = await WhatsAppSender(client, WORDS, cloud.box.clock).send(a_letter())
    await client.close()
    assert isinstance(outcome, Snooze)
    assert (outcome.reason, outcome.pause) == (Reason.TOKEN_WRONG, True)


async def test_a_wrong_number_id_rests_the_whole_channel(cloud: Cloud) -> None:
    client = a_client(cloud.box, phone_id="666")
    outcome = await WhatsAppSender(client, WORDS, cloud.box.clock).send(a_letter())
    await client.close()
    assert isinstance(outcome, Snooze)
    assert (outcome.reason, outcome.pause) == (Reason.NUMBER_WRONG, True)


async def test_a_form_that_is_not_approved_yet_waits_at_no_cost(cloud: Cloud) -> None:
    outcome = await cloud.sender.send(a_reminder())
    assert isinstance(outcome, Snooze)
    assert (outcome.reason, outcome.pause) == (Reason.TEMPLATE_MISSING, False)
    now = cloud.box.clock.now()
    assert timedelta(minutes=9) < outcome.until - now <= timedelta(minutes=10)


@pytest.mark.parametrize("fault", ["hang", "drop", "html", "own_error", "throttle"])
async def test_an_upload_that_fails_costs_an_attempt_but_nothing_has_left(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr(line, "UPLOAD_TIMEOUT_S", 0.2)
    cloud.box.faults.next("whatsapp.media", fault)
    assert isinstance(await cloud.sender.send(a_picture()), TryLater)
    assert cloud.sent() == 0
    assert isinstance(await cloud.sender.send(a_picture()), Accepted)


async def test_a_file_refused_for_good_does_not_take_the_words_with_it(cloud: Cloud) -> None:
    cloud.box.faults.next("whatsapp.media", "own_error", code=131053, status=400)
    assert isinstance(await cloud.sender.send(a_picture()), Accepted)
    assert "pix.png não pode ir" in cloud.ana.last().text


async def test_a_slow_answer_is_waited_for(cloud: Cloud) -> None:
    cloud.box.faults.next("whatsapp.messages", "slow", seconds=0.05)
    assert isinstance(await cloud.sender.send(a_letter()), Accepted)


@pytest.mark.parametrize(
    "answer",
    [
        "{}",
        "[]",
        '{"messages": []}',
        '{"messages": [{}]}',
        '{"messages": "x"}',
        '{"messages": [{"id": 7}]}',
        '{"messages": [',
    ],
)
async def test_a_success_without_a_name_for_the_message_proves_nothing(answer: str) -> None:
    assert await _send_to_one_that_answers(answer) == OPEN


@pytest.mark.parametrize(
    "contacts", ["", ', "contacts": []', ', "contacts": [{"user_id": "BR.1"}]']
)
async def test_a_success_without_a_number_is_a_success(contacts: str) -> None:
    answer = f'{{"messages": [{{"id": "wamid.1"}}]{contacts}}}'
    assert await _send_to_one_that_answers(answer) == Accepted("wamid.1")


async def test_an_upload_without_a_name_for_the_file_is_no_upload() -> None:
    assert await _send_to_one_that_answers("{}", a_picture()) == TryLater(Reason.UNAVAILABLE)


async def _send_to_one_that_answers(text: str, parcel: Parcel | None = None) -> Outcome:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text=text, content_type="application/json")

    app = web.Application()
    app.router.add_post("/v25.0/1/{what}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    client = CloudClient(url, "v25.0", "token", "1", "2")
    try:
        return await WhatsAppSender(client, WORDS, SystemClock()).send(parcel or a_letter())
    finally:
        await client.close()
        await runner.cleanup()


async def test_the_token_is_never_told_or_logged(
    cloud: Cloud, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    told = ""
    for fault in ("own_error", "html", "drop"):
        cloud.box.faults.next("whatsapp.messages", fault)
        with capture_logs() as logged:
            told += f"{await cloud.sender.send(a_letter())} {logged}"
    assert WHATSAPP_TOKEN not in f"{told} {caplog.text}"


async def test_what_was_refused_is_kept_with_its_trace(cloud: Cloud) -> None:
    cloud.box.faults.next("whatsapp.messages", "own_error", code=100, text="bad body")
    with capture_logs() as logged:
        await cloud.sender.send(a_letter())
    (entry,) = logged
    assert (entry["event"], entry["code"], entry["details"], entry["opaque"]) == (
        "whatsapp.refused",
        100,
        "bad body",
        "o-1",
    )
    assert entry["trace"]
