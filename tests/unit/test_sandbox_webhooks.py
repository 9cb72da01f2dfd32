"""What the sandbox's networks tell by webhook, and what goes wrong on the way when told so."""

import asyncio
import hashlib
import hmac
import io
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from bot.sandbox import Sandbox
from bot.sandbox.courier import Post
from bot.sandbox.shelf import Shelf
from bot.sandbox.whatsapp.contents import is_what_it_says
from bot.sandbox.whatsapp.person import WhatsAppPerson
from tests.support.boxes import (
    ACCOUNT_ID,
    APP_SECRET,
    PHONE_ID,
    VERIFY_TOKEN,
    CloudClient,
    Listener,
    listening,
    new_sandbox,
)
from tests.support.pictures import png
from tests.support.ports import free_port

ANA = "+5511987650001"


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    async with listening() as hearing:
        yield hearing


@pytest.fixture
async def box(listener: Listener, box: Sandbox) -> Sandbox:
    box.set_webhook(listener.url)
    return box


@pytest.fixture
async def ana(box: Sandbox) -> WhatsAppPerson:
    return box.seed_client(ANA, "Ana Souza")


def said(listener: Listener) -> list[str]:
    return [message["text"]["body"] for message in listener.messages()]


async def test_a_webhook_is_signed_over_bytes_that_no_rewriting_would_give(
    box: Sandbox, listener: Listener, ana: WhatsAppPerson
) -> None:
    ana.says("Olá! https://a.example")
    await box.until(lambda: len(listener.raw) == 1)
    raw = listener.raw[0]
    assert b"Ol\\u00e1! https:\\/\\/a.example" in raw
    digest = hmac.new(APP_SECRET.encode(), raw, hashlib.sha256).hexdigest()
    assert listener.headers[0]["X-Hub-Signature-256"] == f"sha256={digest}"
    value = listener.values()[0]
    assert value["metadata"]["phone_number_id"] == PHONE_ID
    assert value["contacts"][0]["profile"]["name"] == "Ana Souza"
    assert listener.bodies[0]["entry"][0]["id"] == ACCOUNT_ID


async def test_what_is_not_taken_is_posted_again_in_order(
    box: Sandbox, listener: Listener, ana: WhatsAppPerson
) -> None:
    listener.answers = [500, 503]
    ana.says("1")
    ana.says("2")
    assert ana.visible()[0].ticks == "sent"
    await box.until(lambda: said(listener) == ["1", "2"])
    await box.until(lambda: [seen.ticks for seen in ana.visible()] == ["delivered"] * 2)


async def test_a_webhook_may_come_twice(
    box: Sandbox, listener: Listener, ana: WhatsAppPerson
) -> None:
    box.faults.next("whatsapp.inbound", "duplicate")
    ana.says("oi")
    await box.until(lambda: said(listener) == ["oi", "oi"])


async def test_a_webhook_may_never_come(
    box: Sandbox, listener: Listener, ana: WhatsAppPerson
) -> None:
    box.faults.next("whatsapp.inbound", "lose")
    ana.says("1")
    ana.says("2")
    await box.until(lambda: said(listener) == ["2"])


async def test_a_webhook_may_come_after_the_next_one(
    box: Sandbox, listener: Listener, ana: WhatsAppPerson
) -> None:
    box.faults.next("whatsapp.inbound", "reorder", seconds=60)
    ana.says("1")
    ana.says("2")
    await box.until(lambda: said(listener) == ["2", "1"])


async def test_several_webhooks_may_come_in_one_request(
    box: Sandbox, cloud: CloudClient, listener: Listener, ana: WhatsAppPerson
) -> None:
    box.faults.next("whatsapp.inbound", "batch", times=2, seconds=60)
    ana.says("1")
    box.seed_client("+5511987650002", "Bia").says("2")
    assert listener.raw == []
    ana.says("3")
    await box.until(lambda: len(listener.raw) == 1)
    (entry,) = listener.bodies[0]["entry"]
    said_by = [change["value"]["messages"][0]["text"]["body"] for change in entry["changes"]]
    assert said_by == ["1", "2", "3"]
    box.faults.next("whatsapp.status", "batch", times=3, seconds=60)
    await cloud.text("oi")
    await box.until(lambda: box.faults.waiting() == {})
    assert len(listener.raw) == 1
    box.advance(seconds=61)
    await box.until(lambda: len(listener.statuses()) == 3)
    assert len(listener.raw) == 2, "nothing came after them, and they went together"


async def test_a_webhook_may_come_late(
    box: Sandbox, listener: Listener, ana: WhatsAppPerson
) -> None:
    box.faults.next("whatsapp.inbound", "delay", seconds=60)
    box.faults.next("whatsapp.inbound", "reorder", seconds=120)
    ana.says("1")
    ana.says("2")
    box.advance(seconds=61)
    await box.until(lambda: said(listener) == ["1"])
    box.advance(seconds=60)
    await box.until(lambda: said(listener) == ["1", "2"])


async def test_without_an_address_nothing_is_told(box: Sandbox, ana: WhatsAppPerson) -> None:
    box.set_webhook(None)
    ana.says("oi")
    assert box.whatsapp.webhooks.sent == []
    assert not await box.verify_webhook()


async def test_the_handshake_needs_the_token_and_a_line(
    box: Sandbox, cloud: CloudClient, listener: Listener
) -> None:
    assert await box.verify_webhook()
    assert not await box.whatsapp.webhooks.verify(listener.url, "guessed")
    assert not await box.whatsapp.webhooks.verify(f"http://127.0.0.1:{free_port()}/")
    place = f"{ACCOUNT_ID}/subscribed_apps"
    elsewhere = {"override_callback_uri": listener.url, "verify_token": VERIFY_TOKEN}
    assert (await cloud.call("POST", place, json=elsewhere))[0] == 400
    assert (await cloud.call("GET", place))[1]["data"] == []
    assert (await cloud.call("POST", place))[0] == 200
    assert (await cloud.call("POST", place, json=elsewhere))[0] == 200
    assert len((await cloud.call("GET", place))[1]["data"]) == 1
    wrong = elsewhere | {"verify_token": "guessed"}
    _, refused = await cloud.call("POST", place, json=wrong)
    assert refused["error"]["error_subcode"] == 2200


async def test_what_is_not_taken_is_posted_again_for_seven_days(
    box: Sandbox, ana: WhatsAppPerson
) -> None:
    courier = box.whatsapp.courier
    courier._tries = 1  # noqa: SLF001 - it is the days that count here
    box.set_webhook(f"http://127.0.0.1:{free_port()}/")
    ana.says("oi")
    await box.until(lambda: courier.refused >= 2, 30)
    box.advance(days=6, hours=23)
    seen = courier.refused
    await box.until(lambda: courier.refused > seen + 1, 30)
    assert courier.given_up == 0
    box.advance(hours=2)
    await box.until(lambda: courier.given_up == 1, 30)
    assert courier.idle
    assert courier.delivered == 0


async def test_another_network_gives_up_what_is_refused_too_often(box: Sandbox) -> None:
    courier = box.whatsapp.courier
    courier._tries = 2  # noqa: SLF001 - sixty would take minutes
    courier.post("lane", Post(f"http://127.0.0.1:{free_port()}/", b"{}"))
    await box.until(lambda: courier.given_up == 1, 30)
    await box.until(lambda: courier.idle)
    assert (courier.delivered, courier.refused) == (0, 2)


async def test_faults_of_requests_come_in_the_networks_own_words(
    box: Sandbox, cloud: CloudClient, ana: WhatsAppPerson
) -> None:
    ana.says("oi")
    box.faults.next("whatsapp.messages", "throttle")
    box.faults.next("whatsapp.messages", "own_error", code=131016)
    box.faults.next("whatsapp.messages", "own_error")
    answers = [await cloud.text() for _ in range(3)]
    assert [(s, b["error"]["code"]) for s, b in answers] == [
        (429, 130429),
        (500, 131016),
        (500, 131000),
    ]
    assert box.accepted("whatsapp") == []
    assert box.faults.happened["whatsapp.messages:own_error"] == 2


async def test_a_message_may_be_accepted_without_its_sender_hearing_so(
    box: Sandbox, cloud: CloudClient, ana: WhatsAppPerson
) -> None:
    ana.says("oi")
    for kind in ("drop", "drop_after", "hang"):
        box.faults.next("whatsapp.*", kind, seconds=0.01)
        with pytest.raises(aiohttp.ClientError):
            await cloud.text(kind)
    box.faults.next("whatsapp.messages", "html_after", status=504)
    with pytest.raises(aiohttp.ContentTypeError):
        await cloud.text("html_after")
    box.faults.next("whatsapp.messages", "slow", seconds=0.01)
    assert (await cloud.text("slow"))[0] == 200
    taken = [entry.text for entry in box.accepted("whatsapp")]
    assert taken == ["drop_after", "hang", "html_after", "slow"]


async def test_statuses_may_come_before_the_answer(
    box: Sandbox, cloud: CloudClient, listener: Listener, ana: WhatsAppPerson
) -> None:
    ana.says("oi")
    box.faults.next("whatsapp.messages", "hang")
    sending = asyncio.create_task(cloud.text())
    await box.until(lambda: len(listener.statuses()) == 3, 30)
    assert not sending.done()
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending


async def test_a_caller_who_hangs_up_ends_the_hang(
    box: Sandbox, cloud: CloudClient, ana: WhatsAppPerson
) -> None:
    ana.says("oi")
    box.faults.next("whatsapp.messages", "hang")
    with pytest.raises(TimeoutError):
        await cloud.call(
            "POST",
            f"{PHONE_ID}/messages",
            json={"messaging_product": "whatsapp", "to": ANA, "text": {"body": "oi"}},
            timeout=aiohttp.ClientTimeout(total=0.1),
        )
    assert len(box.accepted("whatsapp")) == 1


async def test_media_go_up_are_described_and_come_down_for_a_while(
    box: Sandbox, cloud: CloudClient, ana: WhatsAppPerson
) -> None:
    ana.says("oi")
    status, up = await upload(cloud, b"%PDF-1.4", "application/pdf")
    assert status == 200
    _, described = await cloud.call("GET", up["id"])
    assert (described["mime_type"], described["file_size"]) == ("application/pdf", 8)
    assert await download(cloud, described["url"]) == (200, b"%PDF-1.4")
    assert (await download(cloud, described["url"], token="x"))[0] == 401  # noqa: S106
    document = {"id": up["id"], "filename": "recibo.pdf", "caption": "Recibo"}
    assert (await cloud.send(type="document", document=document))[0] == 200
    kept = ana.last().file
    assert kept is not None
    assert (kept.name, kept.content, ana.last().text) == ("recibo.pdf", b"%PDF-1.4", "Recibo")
    assert (await cloud.send(type="image", image={"id": up["id"]}))[1]["error"]["code"] == 131053
    box.advance(minutes=6)
    assert (await download(cloud, described["url"]))[0] == 404
    assert (await cloud.call("DELETE", up["id"]))[0] == 200
    assert (await cloud.call("DELETE", up["id"]))[0] == 400
    assert (await cloud.call("GET", up["id"]))[1]["error"]["error_subcode"] == 33


async def test_a_sticker_that_stands_still_has_less_room(cloud: CloudClient) -> None:
    head = b"RIFF\0\0\0\0WEBPVP8X"
    still, moving = head + b"\0" * 101 * 1024, head + b"ANIM" + b"\0" * 101 * 1024
    assert (await upload(cloud, still, "image/webp"))[0] == 400
    assert (await upload(cloud, moving, "image/webp"))[0] == 200


async def test_files_that_cannot_be_sent_cannot_be_uploaded(cloud: CloudClient) -> None:
    assert (await upload(cloud, b"MZ", "application/x-msdownload"))[0] == 400
    assert (await upload(cloud, b"x" * (5 * 1024 * 1024 + 1), "image/png"))[0] == 400
    place = f"{PHONE_ID}/media"
    assert (await cloud.call("POST", place, data={"file": "x"}))[0] == 400
    assert (await cloud.call("POST", place, data={"messaging_product": "whatsapp"}))[0] == 400


@pytest.mark.parametrize(
    ("mime", "content", "fits"),
    [
        ("application/pdf", b"%PDF-1.7", True),
        ("application/pdf", b"<html>", False),
        ("image/png", png(1, 1), True),
        ("image/png", b"\xff\xd8\xff\xe0", False),
        ("image/jpeg", b"\xff\xd8\xff\xe0", True),
        ("image/webp", b"RIFF\0\0\0\0WEBPVP8 ", True),
        ("audio/ogg", b"ID3", False),
        ("audio/mpeg", b"ID3", True),
        ("video/mp4", b"\0\0\0\x18ftypmp42", True),
        ("text/plain", b"MZ\0\0", True),
        ("application/vnd.ms-excel", b"a;b", False),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK\3\4", True),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"a;b", False),
        ("application/zip", b"anything", True),
    ],
)
def test_a_file_is_looked_into(mime: str, content: bytes, fits: bool) -> None:  # noqa: FBT001 - a case
    assert is_what_it_says(Shelf("7").put(content, "f", mime)) is fits


async def test_a_file_that_is_not_what_it_is_called_fails_afterwards(
    box: Sandbox, cloud: CloudClient, listener: Listener, ana: WhatsAppPerson
) -> None:
    ana.says("oi")
    status, up = await upload(cloud, b"MZ, no receipt", "application/pdf")
    assert status == 200, "only what it is called is looked at on the way up"
    assert (await cloud.send(type="document", document={"id": up["id"]}))[0] == 200
    await box.until(lambda: len(listener.statuses()) == 1)
    (failed,) = listener.statuses()
    assert (failed["status"], failed["errors"][0]["code"]) == ("failed", 131053)


async def test_a_receipt_comes_in_with_a_file_to_fetch(
    box: Sandbox, cloud: CloudClient, listener: Listener, ana: WhatsAppPerson
) -> None:
    ana.uploads(b"jpg", "image/jpeg", caption="paguei")
    ana.uploads(b"pdf", "application/pdf", "c.pdf")
    await box.until(lambda: len(listener.messages()) == 2)
    picture, document = listener.messages()
    assert (picture["image"]["caption"], document["document"]["filename"]) == ("paguei", "c.pdf")
    _, described = await cloud.call("GET", picture["image"]["id"])
    assert await download(cloud, described["url"]) == (200, b"jpg")
    box.advance(days=7)
    assert (await cloud.call("GET", picture["image"]["id"]))[0] == 400, "what comes in lives a week"


async def test_a_picture_may_be_fetched_from_the_business(
    box: Sandbox, cloud: CloudClient, listener: Listener, ana: WhatsAppPerson
) -> None:
    async def picture(_request: web.Request) -> web.Response:
        return web.Response(body=png(1, 1), content_type="image/png")

    ana.says("oi")
    app = web.Application()
    app.router.add_get("/q.png", picture)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    await cloud.send(type="image", image={"link": f"{base}/q.png"})
    assert ana.last().content == png(1, 1)
    await cloud.send(type="image", image={"link": f"{base}/gone.png"})
    await box.until(lambda: any("errors" in status for status in listener.statuses()))
    errors = [s["errors"][0]["code"] for s in listener.statuses() if "errors" in s]
    assert errors == [131053]
    await runner.cleanup()


async def test_stopping_lets_go_of_everything_that_waits(listener: Listener) -> None:
    box = new_sandbox()
    await box.start()
    box.set_webhook(f"http://127.0.0.1:{free_port()}/")
    box.seed_client(ANA, "Ana").says("oi")
    waiting = asyncio.create_task(box.until(lambda: False, 30))
    await box.stop()
    with pytest.raises(TimeoutError):
        await waiting


async def upload(cloud: CloudClient, content: bytes, mime: str) -> tuple[int, dict[str, str]]:
    form = aiohttp.FormData()
    form.add_field("messaging_product", "whatsapp")
    form.add_field("file", io.BytesIO(content), filename="f", content_type=mime)
    return await cloud.call("POST", f"{PHONE_ID}/media", data=form)


async def download(cloud: CloudClient, url: str, token: str = "") -> tuple[int, bytes]:
    bearer = {"Authorization": f"Bearer {token or 'wa-token'}"}
    async with cloud.session.get(url, headers=bearer) as answer:
        return answer.status, await answer.read()


async def test_a_past_is_told_at_once_and_over_no_line(box: Sandbox, ana: WhatsAppPerson) -> None:
    box.set_webhook(f"http://127.0.0.1:{free_port()}")
    told: list[bytes] = []
    box.whatsapp.webhooks.instead = told.append
    ana.says("oi")
    assert [json.loads(raw)["object"] for raw in told] == ["whatsapp_business_account"]
    assert ana.visible()[-1].ticks == "delivered"
    assert box.courier_idle
