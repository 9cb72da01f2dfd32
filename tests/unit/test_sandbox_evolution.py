"""The box's Evolution API server: it takes and refuses as the real one, and promises as little."""

import base64
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from tests.support.boxes import INSTANCE
from tests.support.cloud import ANA
from tests.support.linked import Linked, PlainClient, a_linked_device
from tests.support.pictures import png
from tests.support.waiting import until

PHONE = ANA[1:]
CREATE = {"instanceName": INSTANCE, "integration": "WHATSAPP-BAILEYS", "qrcode": True}


@pytest.fixture
async def device() -> AsyncIterator[Linked]:
    async with a_linked_device() as device:
        yield device


@pytest.fixture
async def plain(device: Linked) -> AsyncIterator[PlainClient]:
    async with aiohttp.ClientSession() as session:
        yield PlainClient(device.box, session)


@pytest.fixture
async def fresh() -> AsyncIterator[Linked]:
    """Before anybody has scanned anything."""
    async with a_linked_device(scanned=False) as device:
        yield device


@pytest.fixture
async def fresh_plain(fresh: Linked) -> AsyncIterator[PlainClient]:
    async with aiohttp.ClientSession() as session:
        yield PlainClient(fresh.box, session)


def _hook(device: Linked, **more: Any) -> dict[str, Any]:
    return {"enabled": True, "url": device.listener.url, "headers": {}, **more}


async def test_a_message_is_taken_at_once_and_walks_to_read(
    device: Linked, plain: PlainClient
) -> None:
    status, taken = await plain.text("Olá")
    assert (status, taken["status"], taken["message"]) == (201, "PENDING", {"conversation": "Olá"})
    assert taken["key"] == {
        "remoteJid": f"{PHONE}@s.whatsapp.net",
        "fromMe": True,
        "id": taken["key"]["id"],
    }
    await until(lambda: len(device.events("messages.update")) == 3)
    told = device.events("messages.update")
    assert [one["status"] for one in told] == ["SERVER_ACK", "DELIVERY_ACK", "READ"]
    assert {one["keyId"] for one in told} == {taken["key"]["id"]}
    assert len(device.events("send.message")) == 1
    assert device.ana.last().text == "Olá"


async def test_without_the_key_nothing_is_told(plain: PlainClient, device: Linked) -> None:
    for path, verb in (
        ("instance/fetchInstances", "GET"),
        (f"chat/findMessages/{INSTANCE}", "POST"),
    ):
        status, body = await plain.call(verb, path, key="wrong")
        assert (status, body["status"], body["error"]) == (401, 401, "Unauthorized")
    assert device.box.evolution.instance
    token = device.box.evolution.instance.token
    assert (await plain.call("GET", "instance/fetchInstances", key=token))[0] == 200


@pytest.mark.parametrize(
    ("what", "body", "says"),
    [
        ("Text", {}, 'requires property "text"'),
        ("Text", {"text": "  "}, "Text is required"),
        ("Text", {"text": 5}, "not of a type(s) string"),
        ("Text", {"text": "x" * 65_537}, "longer"),
        ("Text", {"text": "x", "number": ""}, "number"),
        ("Text", {"text": "x", "number": "ana"}, "number"),
        ("Text", {"text": "x", "number": "12345@g.us"}, "number"),
        ("Text", {"text": "x", "delay": "soon"}, "delay"),
        ("Text", {"text": "x", "quoted": {}}, "quoted"),
        ("Media", {"mediatype": "sticker", "media": "AAAA"}, "mediatype"),
        ("Media", {"mediatype": "image"}, "media"),
        ("Media", {"mediatype": "image", "media": "data:image/png;base64,AAAA"}, "Owned media"),
        ("Media", {"mediatype": "image", "media": "?"}, "Owned media"),
        ("Media", {"mediatype": "document", "media": "AAAA"}, "file name"),
        ("Media", {"mediatype": "image", "media": "AAAA", "caption": "x" * 1025}, "caption"),
        ("Poll", {"name": "?", "values": ["one"], "selectableCount": 1}, "values"),
        ("Poll", {"name": "?", "values": ["a", "b"]}, "selectableCount"),
        ("Buttons", {"title": "t", "buttons": []}, "Maximum"),
        ("Buttons", {"title": "t", "buttons": [{"type": "pix"}]}, "reply"),
        ("List", {"title": "t", "buttonText": "b", "sections": []}, "footerText"),
        ("Reaction", {"reaction": "x"}, "id"),
    ],
)
async def test_what_does_not_fit_the_schema_is_refused(
    plain: PlainClient, device: Linked, what: str, body: dict[str, Any], says: str
) -> None:
    status, told = await plain.send(what, **body)
    assert (status, told["error"]) == (400, "Bad Request")
    assert says in str(told["response"]["message"])
    assert device.box.evolution.ledger.entries == []


async def test_who_is_not_on_whatsapp_is_named(device: Linked, plain: PlainClient) -> None:
    device.ana.not_on_whatsapp = True
    status, told = await plain.text()
    assert status == 400
    assert told["response"]["message"] == [
        {"jid": f"{PHONE}@s.whatsapp.net", "exists": False, "number": PHONE}
    ]
    asked = {"numbers": [PHONE, "5511955554444"]}
    _, found = await plain.call("POST", f"chat/whatsappNumbers/{INSTANCE}", json=asked)
    assert [one["exists"] for one in found] == [False, True]


async def test_buttons_are_taken_and_nobody_sees_them(device: Linked, plain: PlainClient) -> None:
    buttons = [{"type": "reply", "displayText": "Já paguei", "id": "tok1"}]
    status, _ = await plain.send("Buttons", title="Pagou?", buttons=buttons)
    assert status == 201
    rows = [{"title": "Já paguei", "rowId": "tok1"}]
    listed = {"footerText": "f", "buttonText": "b", "sections": [{"title": "s", "rows": rows}]}
    assert (await plain.send("List", title="Pagou?", **listed))[0] == 201
    assert device.ana.visible() == []
    device.box.evolution.buttons_visible = True
    await plain.send("Buttons", title="Pagou?", buttons=buttons)
    device.ana.taps("Já paguei")
    heard = await device.heard()
    assert (heard.token, heard.text) == ("tok1", "Já paguei")


async def test_a_poll_shows_and_its_answer_comes_back(device: Linked, plain: PlainClient) -> None:
    values = ["Já paguei", "Pago depois"]
    await plain.send("Poll", name="Pagou?", values=values, selectableCount=1)
    device.ana.votes("Pago depois")
    assert (await device.heard()).text == "Pago depois"


async def test_pictures_go_both_ways(device: Linked, plain: PlainClient) -> None:
    picture = png(20, 20)
    encoded = base64.b64encode(picture).decode()
    sent = {"mediatype": "image", "mimetype": "image/png", "media": encoded, "caption": "veja"}
    assert (await plain.send("Media", fileName="a.png", **sent))[0] == 201
    assert device.ana.last().content == picture
    sent_id = device.ana.uploads(picture, "image/png")
    wanted = {"message": {"key": {"id": sent_id}}}
    status, told = await plain.call(
        "POST", f"chat/getBase64FromMediaMessage/{INSTANCE}", json=wanted
    )
    assert (status, base64.b64decode(told["base64"])) == (201, picture)


async def test_read_marks_typing_reactions_and_what_is_stored(
    device: Linked, plain: PlainClient
) -> None:
    said = device.ana.says("oi")
    marks = {"readMessages": [{"remoteJid": device.ana.jid, "fromMe": False, "id": said}]}
    assert (await plain.call("POST", f"chat/markMessageAsRead/{INSTANCE}", json=marks))[0] == 201
    assert device.ana.visible()[0].ticks == "read"
    typing = {"number": PHONE, "presence": "composing", "delay": 1000}
    assert (await plain.call("POST", f"chat/sendPresence/{INSTANCE}", json=typing))[0] == 201
    key = {"remoteJid": device.ana.jid, "fromMe": False, "id": said}
    assert (await plain.send("Reaction", key=key, reaction="👍"))[0] == 201
    assert device.ana.visible()[0].reaction == "👍"
    _, taken = await plain.text("Olá")
    await until(lambda: device.ana.last().ticks == "read")
    where = {"where": {"id": taken["key"]["id"]}}
    _, steps = await plain.call("POST", f"chat/findStatusMessage/{INSTANCE}", json=where)
    assert [one["status"] for one in steps] == ["SERVER_ACK", "DELIVERY_ACK", "READ"]
    where = {"where": {"key": {"remoteJid": device.ana.jid, "fromMe": True}}}
    _, found = await plain.call("POST", f"chat/findMessages/{INSTANCE}", json=where)
    assert found["messages"]["records"][0]["message"] == {"conversation": "Olá"}


async def test_a_zombie_says_that_it_is_open_and_nothing_moves(
    device: Linked, plain: PlainClient
) -> None:
    device.box.evolution.zombie = True
    _, state = await plain.call("GET", f"instance/connectionState/{INSTANCE}")
    assert state == {"instance": {"instanceName": INSTANCE, "state": "open"}}
    assert (await plain.text())[0] == 201
    device.ana.says("oi")
    device.box.advance(minutes=10)
    assert device.events("messages.update") == device.events("messages.upsert") == []
    assert not [seen for seen in device.ana.visible() if not seen.mine]
    await plain.call("POST", f"instance/restart/{INSTANCE}")
    await plain.text()
    await until(lambda: len(device.events("messages.update")) == 3)


async def test_a_time_locked_number_starts_no_chats_and_goes_on_with_others(
    device: Linked, plain: PlainClient
) -> None:
    device.box.evolution.time_locked = True
    await plain.text()
    await until(lambda: device.events("messages.update"))
    (told,) = device.events("messages.update")
    assert (told["status"], told["messageStubParameters"]) == ("ERROR", ["463"])
    device.ana.says("oi")
    await plain.text()
    await until(lambda: device.ana.last().ticks == "read")


@pytest.mark.parametrize(("answer", "posts"), [(500, 2), (401, 1), (404, 1), (422, 1)])
async def test_a_webhook_refused_for_good_never_comes_again(
    device: Linked, answer: int, posts: int
) -> None:
    device.listener.answers += [answer]
    device.ana.says("oi")
    await until(lambda: device.box.courier_idle)
    assert len(device.events("messages.upsert")) == posts - 1
    assert device.listener.answers == []


async def test_the_events_that_were_asked_for_come_with_their_headers(
    fresh: Linked, fresh_plain: PlainClient
) -> None:
    await fresh_plain.call("POST", "instance/create", json=CREATE)
    hook = _hook(fresh, headers={"jwt_key": "s3cret", "X-Mine": "1"}, events=["MESSAGES_UPSERT"])
    status, told = await fresh_plain.call("POST", f"webhook/set/{INSTANCE}", json={"webhook": hook})
    assert (status, told["url"]) == (201, fresh.listener.url)
    fresh.box.evolution.link.scans()
    fresh.ana.says("oi")
    await until(lambda: fresh.listener.bodies)
    (body,) = fresh.listener.bodies
    assert (body["event"], body["instance"], body["apikey"]) == ("messages.upsert", INSTANCE, None)
    (headers,) = fresh.listener.headers
    assert headers["X-Mine"] == "1"
    assert headers["Authorization"].startswith("Bearer ey")
    assert "jwt_key" not in headers
    assert (await fresh_plain.call("GET", f"webhook/find/{INSTANCE}"))[1] == told


async def test_a_code_is_renewed_until_somebody_scans_it(
    fresh: Linked, fresh_plain: PlainClient
) -> None:
    status, made = await fresh_plain.call(
        "POST", "instance/create", json=CREATE | {"webhook": _hook(fresh)}
    )
    assert (status, made["instance"]["status"], made["qrcode"]["count"]) == (201, "connecting", 1)
    assert made["qrcode"]["base64"].startswith("data:image/png;base64,")
    assert (await fresh_plain.call("POST", "instance/create", json=CREATE))[0] == 403
    fresh.box.advance(seconds=50)
    await until(lambda: len(fresh.events("qrcode.updated")) == 2)
    _, shown = await fresh_plain.call("GET", f"instance/connect/{INSTANCE}")
    assert (shown["count"], shown["pairingCode"]) == (2, None)
    # While it is under way a phone is named in vain.
    _, same = await fresh_plain.call("GET", f"instance/connect/{INSTANCE}?number={PHONE}")
    assert same == shown
    assert (await fresh_plain.call("DELETE", f"instance/logout/{INSTANCE}"))[0] == 200
    _, typed = await fresh_plain.call("GET", f"instance/connect/{INSTANCE}?number={PHONE}")
    assert len(typed["pairingCode"]) == 8
    fresh.box.evolution.link.scans()
    await until(lambda: fresh.events("connection.update"))
    assert fresh.events("connection.update")[-1]["state"] == "open"
    _, listed = await fresh_plain.call("GET", "instance/fetchInstances")
    assert listed[0]["ownerJid"] == "5511940000000@s.whatsapp.net"


async def test_a_code_nobody_scans_ends_in_a_refusal(
    fresh: Linked, fresh_plain: PlainClient
) -> None:
    await fresh_plain.call("POST", "instance/create", json=CREATE | {"webhook": _hook(fresh)})
    for _ in range(31):
        fresh.box.advance(seconds=46)
    await until(lambda: fresh.events("connection.update"))
    assert fresh.events("connection.update")[-1]["state"] == "refused"


async def test_a_slow_server_has_no_code_at_first(fresh: Linked, fresh_plain: PlainClient) -> None:
    fresh.box.evolution.slow_code = True
    _, made = await fresh_plain.call("POST", "instance/create", json=CREATE)
    assert made["qrcode"] == {"count": 0}


async def test_a_lost_link_is_told_and_refuses_what_is_sent(
    device: Linked, plain: PlainClient
) -> None:
    device.box.evolution.link.drops(428, back_after=timedelta(seconds=3))
    status, told = await plain.text()
    assert (status, told["response"]["message"]) == (400, ["Error: Connection Closed"])
    device.box.advance(seconds=4)
    assert (await plain.text())[0] == 201
    device.box.evolution.link.closes(403)
    await until(lambda: device.events("status.instance"))
    assert device.events("status.instance")[0]["disconnectionReasonCode"] == 403
    await until(lambda: device.events("connection.update")[-1]["state"] == "close")


async def test_nobody_hears_what_people_write_while_no_phone_is_linked(device: Linked) -> None:
    device.box.evolution.link.closes(401)
    device.ana.says("Oi?")
    device.box.evolution.link.scans()
    device.ana.says("Alô")
    assert (await device.heard()).text == "Alô"
    assert len(device.incomings()) == 1


async def test_an_instance_is_logged_out_before_it_is_deleted(plain: PlainClient) -> None:
    assert (await plain.call("DELETE", f"instance/delete/{INSTANCE}"))[0] == 400
    status, told = await plain.call("DELETE", f"instance/logout/{INSTANCE}")
    assert (status, told["status"], told["error"]) == (200, "SUCCESS", False)
    assert (await plain.call("DELETE", f"instance/delete/{INSTANCE}"))[0] == 200
    assert (await plain.text())[0] == 404
    assert (await plain.call("GET", f"instance/connect/{INSTANCE}"))[0] == 404
    assert (await plain.call("GET", "instance/fetchInstances"))[1] == []


async def test_a_number_typed_stands_for_the_choice_before_it(
    device: Linked, plain: PlainClient
) -> None:
    await plain.text("Contas:\n1. Luz\n2. Água\n\nPagou?\n1. Já paguei\n2. Pago depois\n\nEscolha.")
    assert device.ana.last().labels == ("Já paguei", "Pago depois")
    device.ana.taps("Pago depois")
    assert (await device.heard()).text == "2"
    await plain.text("Outra?\n1. Sim")
    device.ana.taps("Já paguei")
    heard = await device.heard(2)
    assert (heard.text, heard.quotes) == ("1", device.ana.visible()[0].id)
    # The page draws what a phone shows: there, they are words.
    assert device.ana.last().as_json()["choices"] == []
