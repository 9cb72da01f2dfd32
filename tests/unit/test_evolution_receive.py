"""What a linked device tells us: every shape of a message, and how far ours came."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.evolution.receive import Reader
from bot.domain.clock import FrozenClock
from bot.domain.delivery import State
from bot.domain.message import IncomingFile, Received
from bot.domain.news import Deleted
from tests.support.boxes import INSTANCE
from tests.support.engine_room import NOON
from tests.support.linked import Linked, a_linked_device
from tests.support.waiting import until

JID, LID = "5511987650001@s.whatsapp.net", "98765432101234@lid"
CLOCK = FrozenClock(NOON)
NOW = int(NOON.timestamp())
NO_NEWS = [
    *("contacts.upsert", "chats.update", "presence.update", "groups.update", "call"),
    *("qrcode.updated", "messages.set", "messages.edited", "labels.edit"),
    *("application.startup", "send.message"),
]
MENDED = {"key": {"id": "3A01"}, "editedMessage": {"conversation": "dia 10"}}
UPDATED = {"keyId": "3A01", "remoteJid": JID, "fromMe": False, "status": "SERVER_ACK"}
EDIT = {"protocolMessage": MENDED | {"type": "MESSAGE_EDIT"}}
CARD = {"vcard": "waid=5527998142173"}
CARDS = {"contactsArrayMessage": {"contacts": [{"vcard": "none"}, CARD]}}


def read(event: str, data: Any, **more: Any) -> Received:
    body = {"event": event, "instance": INSTANCE, "data": data, **more}
    return Reader(INSTANCE, CLOCK).read(json.dumps(body).encode())


def upsert(message: Any, key: dict[str, Any] | None = None, **more: Any) -> Received:
    whole = {"remoteJid": JID, "fromMe": False, "id": "3A11"} | (key or {})
    data = {"key": whole, "pushName": "Ana", "message": message, "messageTimestamp": NOW} | more
    return read("messages.upsert", data)


def said(message: Any, **more: Any) -> Any:
    (incoming,) = upsert(message, **more).incomings
    return incoming


def test_a_text_is_from_whom_it_says() -> None:
    heard = said({"conversation": "1"})
    assert (heard.sender, heard.text, heard.name) == ("5511987650001", "1", "Ana")
    assert (heard.message_id, heard.at) == ("3A11", NOON)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({"extendedTextMessage": {"text": "oi"}}, {"text": "oi"}),
        ({"ephemeralMessage": {"message": {"conversation": "oi"}}}, {"text": "oi"}),
        (
            {"viewOnceMessageV2": {"message": {"videoMessage": {"caption": "veja"}}}},
            {"text": "veja"},
        ),
        ({"editedMessage": {"message": EDIT}}, {"text": "dia 10", "corrects": "3A01"}),
        (EDIT, {"text": "dia 10", "corrects": "3A01"}),
        (
            {"buttonsResponseMessage": {"selectedButtonId": "t1", "selectedDisplayText": "Sim"}},
            {"token": "t1", "text": "Sim"},
        ),
        (
            {"templateButtonReplyMessage": {"selectedId": "t2", "selectedDisplayText": "Não"}},
            {"token": "t2", "text": "Não"},
        ),
        (
            {"listResponseMessage": {"title": "Pix", "singleSelectReply": {"selectedRowId": "t3"}}},
            {"token": "t3", "text": "Pix"},
        ),
        (
            {
                "interactiveResponseMessage": {
                    "body": {"text": "Já"},
                    "nativeFlowResponseMessage": {"paramsJson": '{"id":"t4"}'},
                }
            },
            {"token": "t4", "text": "Já"},
        ),
        (
            {"pollUpdateMessage": {"vote": {"selectedOptions": ["Já paguei"]}}},
            {"text": "Já paguei"},
        ),
        ({"pollUpdateMessage": {"vote": {"selectedOptions": []}}}, {"unsupported": True}),
        ({"locationMessage": {"degreesLatitude": 1}}, {"unsupported": True}),
        ({"secretEncryptedMessage": {"targetMessageKey": {}}}, {"unsupported": True}),
        (
            {"contactMessage": {"vcard": "TEL;waid=5527998142173:+55 27 99814-2173"}},
            {"text": "+5527998142173"},
        ),
        (
            {
                "contactsArrayMessage": {
                    "contacts": [{"vcard": "none"}, {"vcard": "waid=5527998142173"}]
                }
            },
            {"text": "+5527998142173"},
        ),
    ],
)
def test_each_kind_of_message_is_understood(message: Any, expected: dict[str, Any]) -> None:
    heard = said(message)
    assert {name: getattr(heard, name) for name in expected} == expected
    assert not upsert(message).unknown


@pytest.mark.parametrize(
    ("message", "file", "text"),
    [
        (
            {"imageMessage": {"mimetype": "image/jpeg", "caption": "pago", "fileLength": "12"}},
            IncomingFile("3A11", "image/jpeg", "photo.jpg", 12),
            "pago",
        ),
        (
            {"documentMessage": {"mimetype": "application/pdf", "fileName": "c.pdf"}},
            IncomingFile("3A11", "application/pdf", "c.pdf", None),
            "",
        ),
        (
            {"audioMessage": {"mimetype": "audio/ogg; codecs=opus", "fileLength": {"low": 9}}},
            IncomingFile("3A11", "audio/ogg", "audio.oga", 9),
            "",
        ),
        (
            {"stickerMessage": {"mimetype": "image/webp"}},
            IncomingFile("3A11", "image/webp", "sticker.webp", None),
            "",
        ),
        (
            {
                "documentWithCaptionMessage": {
                    "message": {"documentMessage": {"fileName": "a.png", "caption": "x"}}
                }
            },
            IncomingFile("3A11", "application/octet-stream", "a.png", None),
            "x",
        ),
    ],
)
def test_a_file_is_fetched_by_its_message(message: Any, file: IncomingFile, text: str) -> None:
    heard = said(message)
    assert (heard.file, heard.text) == (file, text)


def test_the_quoted_message_is_known_wherever_it_is_written() -> None:
    inside = {"extendedTextMessage": {"text": "1", "contextInfo": {"stanzaId": "A"}}}
    assert said(inside).quotes == "A"
    assert said({"conversation": "1"}, contextInfo={"stanzaId": "B"}).quotes == "B"
    vote = {"vote": {"selectedOptions": ["x"]}, "pollCreationMessageKey": {"id": "C"}}
    assert said({"pollUpdateMessage": vote}).quotes == "C"
    assert said({"conversation": "1"}).quotes == ""


@pytest.mark.parametrize(
    ("key", "sender", "aliases"),
    [
        ({"remoteJid": "5511987650001:12@s.whatsapp.net"}, "5511987650001", ()),
        ({"remoteJid": JID, "remoteJidAlt": LID}, "5511987650001", (LID,)),
        ({"remoteJid": LID, "remoteJidAlt": JID}, "5511987650001", (LID,)),
        ({"remoteJid": LID, "senderPn": JID}, "5511987650001", (LID,)),
        ({"remoteJid": LID}, LID, ()),
    ],
)
def test_a_privacy_id_is_never_a_phone(
    key: dict[str, Any], sender: str, aliases: tuple[str, ...]
) -> None:
    heard = said({"conversation": "oi"}, key=key)
    assert (heard.sender, heard.aliases) == (sender, aliases)


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ({"fromMe": True}, {"conversation": "nós"}),
        ({"remoteJid": "12036300@g.us"}, {"conversation": "grupo"}),
        ({"remoteJid": "status@broadcast"}, {"conversation": "status"}),
        ({"remoteJid": "99@newsletter"}, {"conversation": "canal"}),
        ({}, {"reactionMessage": {"text": "👍"}}),
        ({}, {"protocolMessage": {"type": "EPHEMERAL_SETTING"}}),
        ({}, {"messageContextInfo": {}}),
        ({}, None),
    ],
)
def test_what_is_not_for_us_is_passed_over(key: dict[str, Any], message: Any) -> None:
    assert upsert(message, key) == Received()


@pytest.mark.parametrize("kind", ["REVOKE", 0])
def test_a_message_that_was_taken_back_is_news(kind: str | int) -> None:
    got = upsert({"protocolMessage": {"type": kind, "key": {"id": "3A01"}}})
    assert got == Received(news=(Deleted("5511987650001", "3A01", NOON, "3A11"),))


def test_a_message_that_was_taken_back_is_told_in_an_event_of_its_own() -> None:
    gone = {"remoteJid": JID, "fromMe": False, "id": "3A01", "status": "DELETED"}
    news = Deleted("5511987650001", "3A01", NOON, "3A01.deleted")
    assert read("messages.delete", gone) == Received(news=(news,))
    for not_theirs in ({"fromMe": True}, {"remoteJid": "12036300@g.us"}):
        assert read("messages.delete", gone | not_theirs) == Received()


def test_words_that_were_mended_are_told_as_an_update() -> None:
    said = {"editedMessage": {"message": {"conversation": "dia 10"}}}
    data = UPDATED | {"message": said}
    (mended,) = read("messages.update", data).incomings
    assert (mended.sender, mended.text, mended.corrects) == ("5511987650001", "dia 10", "3A01")
    (again,) = read("messages.update", data).incomings
    assert again.message_id == mended.message_id
    said["editedMessage"]["message"] = {"conversation": "dia 12"}
    (later,) = read("messages.update", data).incomings
    assert later.message_id not in (mended.message_id, "3A01")
    unlikes: list[dict[str, Any]] = [{}, {"editedMessage": {}}, {"conversation": "oi"}]
    for unlike in unlikes:
        assert read("messages.update", UPDATED | {"message": unlike}) == Received()
    assert read("messages.update", data | {"remoteJid": "1@g.us"}) == Received()
    assert read("messages.update", UPDATED) == Received()


def test_history_is_not_answered() -> None:
    old = NOW - int(timedelta(hours=25).total_seconds())
    assert upsert({"conversation": "oi"}, messageTimestamp=old).incomings == ()
    reader = Reader(INSTANCE, CLOCK)
    reader.linked_at = NOON - timedelta(hours=1)
    for age, count in ((timedelta(hours=2), 0), (timedelta(minutes=64), 1), (timedelta(0), 1)):
        at = NOW - int(age.total_seconds())
        key = {"remoteJid": JID, "fromMe": False, "id": "1"}
        data = {"key": key, "message": {"conversation": "oi"}, "messageTimestamp": str(at)}
        told = {"event": "messages.upsert", "instance": INSTANCE, "data": data}
        assert len(reader.read(json.dumps(told).encode()).incomings) == count


def test_a_kind_never_heard_of_is_counted_and_answered() -> None:
    got = upsert({"hologramMessage": {}})
    assert (got.unknown, got.incomings[0].unsupported) == (1, True)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("SERVER_ACK", State.SENT),
        ("DELIVERY_ACK", State.DELIVERED),
        ("READ", State.READ),
        ("PLAYED", State.READ),
        ("ERROR", State.FAILED),
        (None, State.SENT),
    ],
)
def test_how_far_a_message_came_is_told_in_one_object(status: str | None, state: State) -> None:
    data = {"keyId": "3EB0", "fromMe": True, "messageId": "db-1", "status": status}
    (report,) = read("messages.update", data).reports
    assert (report.provider_id, report.state, report.at) == ("3EB0", state, NOON)
    assert report.reason == ("evolution.not_sent" if state is State.FAILED else "")


def test_other_steps_are_no_news() -> None:
    for data in (
        {"keyId": "1", "status": "PENDING"},
        {"keyId": "1", "status": "DELETED"},
        {"keyId": "1", "status": "READ", "fromMe": False},
    ):
        assert read("messages.update", data) == Received()
    assert read("messages.update", {"keyId": "1", "status": "LOST"}).unknown == 1
    assert read("messages.update", {"status": "READ"}).unknown == 1


def test_a_refused_message_may_come_back_as_a_message() -> None:
    data = {
        "key": {"remoteJid": JID, "fromMe": True, "id": "3EB0"},
        "status": "ERROR",
        "messageStubParameters": ["463"],
    }
    for event in ("messages.upsert", "send.message"):
        got = read(event, data)
        assert got.reports[0].reason == "evolution.time_lock"
        assert got.stops == (), "whom we talk to already is still reached"


@pytest.mark.parametrize(
    ("event", "data", "stopped"),
    [
        ("connection.update", {"state": "close", "statusReason": 401}, "evolution.logged_out"),
        ("connection.update", {"state": "close", "statusReason": 403}, "evolution.banned"),
        ("connection.update", {"state": "close", "statusReason": 406}, "evolution.banned"),
        ("connection.update", {"state": "close", "statusReason": 440}, "evolution.replaced"),
        ("connection.update", {"state": "close", "statusReason": 411}, "evolution.logged_out"),
        ("connection.update", {"state": "close", "statusReason": 515}, "evolution.disconnected"),
        ("connection.update", {"state": "close"}, "evolution.disconnected"),
        ("connection.update", {"state": "refused"}, "evolution.not_linked"),
        (
            "status.instance",
            {"status": "closed", "disconnectionReasonCode": 403},
            "evolution.banned",
        ),
        ("status.instance", {"status": "closed"}, "evolution.logged_out"),
    ],
)
def test_a_lost_link_stops_the_chat(event: str, data: dict[str, Any], stopped: str) -> None:
    got = read(event, data)
    assert [(stop.reason, stop.starts_only) for stop in got.stops] == [(stopped, False)]
    assert not got.mended


def test_an_open_link_goes_on() -> None:
    assert read("connection.update", {"state": "open", "statusReason": 200}).mended
    assert read("connection.update", {"state": "connecting"}) == Received()
    assert read("status.instance", {"status": "opened"}) == Received()


@pytest.mark.parametrize("event", NO_NEWS)
def test_what_we_did_not_ask_for_is_no_riddle(event: str) -> None:
    data = {"key": {"fromMe": True, "id": "1"}, "status": "PENDING"}
    assert read(event, data) == Received()


def test_another_instance_is_not_ours() -> None:
    body = {"event": "messages.upsert", "instance": "other", "data": {}}
    assert Reader(INSTANCE, CLOCK).read(json.dumps(body).encode()) == Received()


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=10,
)
_EVENTS = [
    *("messages.upsert", "messages.update", "messages.delete"),
    *("connection.update", "status.instance", "x"),
]


@given(st.sampled_from(_EVENTS), _JSON)
def test_nothing_that_comes_in_raises(event: str, data: Any) -> None:
    got = read(event, data)
    assert isinstance(got, Received)
    assert Reader(INSTANCE, CLOCK).read(json.dumps(data).encode()).unknown in (0, 1)


@given(st.binary(max_size=40))
def test_nor_do_bytes_of_no_meaning(raw: bytes) -> None:
    assert Reader(INSTANCE, CLOCK).read(raw).unknown == 1


@pytest.fixture
async def device() -> AsyncIterator[Linked]:
    async with a_linked_device() as device:
        yield device


async def test_the_box_and_we_agree_on_all_that_a_person_does(device: Linked) -> None:
    ana = device.ana
    first = ana.says("oi")
    ana.says("1", reply_to=first)
    ana.uploads(b"x", "application/pdf", "a.pdf", caption="veja")
    ana.sends_unsupported()
    ana.edits(first, "olá")
    heard = await device.heard(5)
    said = device.incomings()
    assert [one.text for one in said] == ["oi", "1", "veja", "", "olá"]
    assert (said[1].quotes, said[3].unsupported, heard.corrects) == (first, True, first)
    ana.known_by = "pn"
    ana.says("oi de novo")
    assert (await device.heard(6)).aliases == (ana.lid,)
    ana.deletes(first)
    await until(lambda: any(got.news for got in device.received()))
