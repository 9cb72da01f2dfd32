"""The linked device's shapes as we restate them: what is right passes, and each slip is seen."""

import asyncio
from typing import Any

import pytest
from pydantic import ValidationError

from tests.support.boxes import INSTANCE, new_sandbox
from tests.support.evolution_schemas import WEBHOOK, MediaSent, TextSent
from tests.support.evolution_witness import evolution_witness
from tests.support.linked import Linked, a_linked_device
from tests.support.waiting import until

JID = "5511987650001@s.whatsapp.net"
TEXT: dict[str, Any] = {"number": "5511987650001", "text": "Oi", "linkPreview": False}
FILE: dict[str, Any] = {
    "number": "5511987650001",
    "mediatype": "document",
    "media": "eA==",
    "fileName": "a.pdf",
}
KEY: dict[str, Any] = {"remoteJid": JID, "fromMe": False, "id": "3A11"}
CAME: dict[str, Any] = {
    "key": KEY,
    "pushName": "Ana",
    "status": "DELIVERY_ACK",
    "message": {"conversation": "1"},
    "messageType": "conversation",
    "messageTimestamp": 1796990100,
    "instanceId": "b1c2",
    "source": "android",
}
MOVED: dict[str, Any] = {
    "keyId": "3EB0",
    "remoteJid": JID,
    "fromMe": True,
    "status": "READ",
    "instanceId": "b1c2",
}
MENDED: dict[str, Any] = {
    "key": KEY | {"fromMe": True},
    "type": "MESSAGE_EDIT",
    "editedMessage": {"conversation": "2"},
}
CLOSED: dict[str, Any] = {
    "instance": INSTANCE,
    "status": "closed",
    "disconnectionAt": "2026-11-20T09:15:00.000Z",
    "disconnectionReasonCode": 401,
    "disconnectionObject": "{}",
}
CODE: dict[str, Any] = {
    "instance": INSTANCE,
    "pairingCode": None,
    "code": "2@x",
    "base64": "data:image/png;base64,eA==",
}
CONNECTED: dict[str, Any] = {"instance": INSTANCE, "state": "open", "statusReason": 200}


def told(event: str, data: Any, **more: Any) -> dict[str, Any]:
    around = {
        "event": event,
        "instance": INSTANCE,
        "data": data,
        "destination": "https://bot.example/evolution",
        "date_time": "2026-11-20T09:15:00.000Z",
        "sender": JID,
        "server_url": "https://evolution.example",
        "apikey": None,
    }
    return around | more


@pytest.mark.parametrize(
    "told",
    [
        told("messages.upsert", CAME),
        told("send.message", CAME | {"contextInfo": None}),
        told("messages.update", MOVED),
        told("messages.edited", MENDED),
        told("messages.delete", KEY | {"status": "DELETED"}),
        told("connection.update", CONNECTED),
        told("status.instance", CLOSED),
        told("qrcode.updated", {"qrcode": CODE}),
        told("qrcode.updated", {"message": "QR code limit reached", "statusCode": 500}),
    ],
)
def test_an_event_as_it_is_published_passes(told: dict[str, Any]) -> None:
    WEBHOOK.validate_python(told)


@pytest.mark.parametrize(
    "slip",
    [
        told("messages.upsert", [CAME]),
        told("messages.upsert", CAME | {"messageTimestamp": "1796990100"}),
        told("messages.upsert", CAME | {"messageTimestamp": 1796990100000}),
        told("messages.upsert", CAME | {"messageType": "imageMessage"}),
        told("messages.upsert", CAME | {"status": "ARRIVED"}),
        told("messages.upsert", CAME | {"key": KEY | {"remoteJid": "5511987650001"}}),
        told(
            "messages.upsert",
            CAME | {"message": {"protocolMessage": {}}, "messageType": "protocolMessage"},
        ),
        told("messages.upsert", CAME, apikey="secret"),
        told("messages.upsert", CAME, date_time=1796990100),
        told("MESSAGES_UPSERT", CAME),
        told("messages.update", MOVED | {"status": "read"}),
        told("messages.update", MOVED | {"messageStubParameters": ["463"]}),
        told("messages.update", {"key": KEY, "update": {"status": 3}}),
        told("messages.edited", MENDED | {"type": "REVOKE"}),
        told("messages.delete", KEY),
        told("connection.update", CONNECTED | {"state": "up"}),
        told("connection.update", CONNECTED | {"instanceId": "b1c2"}),
        told("status.instance", {"instance": INSTANCE, "status": "closed"}),
        told("qrcode.updated", {"qrcode": CODE | {"count": 1}}),
        told("qrcode.updated", CODE),
    ],
)
def test_each_slip_of_an_event_is_seen(slip: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        WEBHOOK.validate_python(slip)


@pytest.mark.parametrize(
    "slip",
    [
        {"number": "+5511987650001"},
        {"number": None},
        {"text": ""},
        {"text": 7},
        {"delay": "1200"},
        {"delay": -1},
        {"quoted": {"id": "3A11"}},
        {"options": {"delay": 1200}},
        {"textMessage": {"text": "Oi"}},
    ],
)
def test_each_slip_of_a_text_is_seen(slip: dict[str, Any]) -> None:
    TextSent.model_validate(TEXT)
    with pytest.raises(ValidationError):
        TextSent.model_validate(TEXT | slip)


@pytest.mark.parametrize(
    "slip",
    [
        {"mediatype": "sticker"},
        {"media": "data:application/pdf;base64,eA=="},
        {"media": ""},
        {"fileName": None},
        {"mimetype": "pdf"},
        {"caption": ""},
    ],
)
def test_each_slip_of_a_file_is_seen(slip: dict[str, Any]) -> None:
    MediaSent.model_validate(FILE)
    with pytest.raises(ValidationError):
        MediaSent.model_validate(FILE | slip)


@pytest.mark.parametrize(
    ("method", "path", "query", "body"),
    [
        ("POST", f"message/sendText/{INSTANCE}", {}, TEXT | {"number": "1"}),
        ("POST", f"message/sendText/{INSTANCE}", {"delay": "1"}, TEXT),
        ("POST", f"message/sendMedia/{INSTANCE}", {}, TEXT),
        ("POST", f"message/sendTemplate/{INSTANCE}", {}, {}),
        ("POST", "message/sendText", {}, TEXT),
        ("POST", "instance/create", {}, {"instanceName": INSTANCE}),
        ("POST", "instance/create", {}, {"instanceName": "a/b", "integration": "WHATSAPP-BAILEYS"}),
        ("GET", "instance/fetchInstances", {"name": INSTANCE}, None),
        ("GET", f"instance/connect/{INSTANCE}", {"number": "+5511"}, None),
        ("GET", f"instance/connectionState/{INSTANCE}", {}, {}),
        ("POST", f"instance/logout/{INSTANCE}", {}, None),
        ("PUT", f"instance/restart/{INSTANCE}", {}, {}),
        ("POST", f"webhook/set/{INSTANCE}", {}, {"url": "https://bot.example", "enabled": True}),
        ("POST", f"webhook/set/{INSTANCE}", {}, {"webhook": {"enabled": True}}),
        (
            "POST",
            f"webhook/set/{INSTANCE}",
            {},
            {"webhook": {"enabled": True, "url": "https://b", "events": ["messages.upsert"]}},
        ),
        ("POST", f"chat/getBase64FromMediaMessage/{INSTANCE}", {}, {"key": {"id": "3A11"}}),
        ("POST", f"chat/findMessages/{INSTANCE}", {}, {"where": {"id": "3A11"}}),
        ("POST", f"chat/whatsappNumbers/{INSTANCE}", {}, {"numbers": []}),
    ],
)
def test_a_request_that_nobody_published_is_objected_to(
    method: str, path: str, query: dict[str, str], body: Any
) -> None:
    witness = evolution_witness(new_sandbox().evolution)
    witness.asked(method, path, query, body)
    with pytest.raises(AssertionError):
        witness.is_content()


async def everything(device: Linked) -> None:
    """All that happens between the two: what is asked for, what comes of it, what people do."""
    ana, world = device.ana, device.box.evolution
    await device.link.facts()
    await device.link.listen(device.listener.url, "secret")
    await device.link.listens_at()
    await device.client.chat("whatsappNumbers", {"numbers": [TEXT["number"]]})
    await device.client.chat("findMessages", {"where": {"key": {"fromMe": True}}, "offset": 10})
    assert world.instance
    assert world.instance.hook
    world.instance.hook.events = ()  # all there are
    await device.client.send("Text", TEXT)
    for known_by in ("phone", "alt", "pn", "lid"):
        ana.known_by = known_by
        first = ana.says("oi")
        ana.says("1", reply_to=first)
        ana.edits(first, "olá")
        ana.deletes(first)
    ana.uploads(b"x", "application/pdf", "a.pdf", caption="veja")
    ana.reacts(ana.last().id, "👍")
    ana.sends_unsupported()
    ana.opens()
    for lost in (world.link.drops, world.link.closes):
        lost()
        await device.link.restart()
        await device.link.code("5511940000000")
        world.link.scans()


async def test_what_is_asked_and_what_is_told_is_as_published() -> None:
    async with a_linked_device() as device:
        witness = evolution_witness(device.box.evolution)
        await asyncio.wait_for(everything(device), 30)
        await until(lambda: device.box.courier_idle)
        witness.is_content()
        assert witness.requests >= 10
        events = {body["event"] for body in device.listener.bodies}
        assert events == {
            "connection.update",
            "messages.delete",
            "messages.edited",
            "messages.update",
            "messages.upsert",
            "qrcode.updated",
            "send.message",
            "status.instance",
        }


async def test_a_server_that_tells_otherwise_is_noticed() -> None:
    async with a_linked_device() as device:
        witness = evolution_witness(device.box.evolution)
        device.box.evolution.tell_instance("connection.update", CONNECTED | {"state": "up"})
        assert (witness.webhooks, len(witness.objections)) == (1, 1)
        with pytest.raises(AssertionError):
            witness.is_content()
