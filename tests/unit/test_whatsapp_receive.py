"""Reading what WhatsApp sends: what people did, and everything that may be odd about it."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.whatsapp.receive import Reader
from bot.domain.message import ChannelName, Incoming, IncomingFile, Received
from bot.domain.news import Deleted, Moved, Preference, Renamed
from tests.support.boxes import PHONE_ID
from tests.support.cloud import Cloud, a_cloud

AT = datetime(2026, 12, 10, 12, tzinfo=UTC)
STAMP = str(int(AT.timestamp()))
FILE = {"id": "700", "mime_type": "image/jpeg", "sha256": "x"}


def hook(value: Any, field: str = "messages") -> bytes:
    """One webhook with one change."""
    entry = {"id": "9009", "changes": [{"field": field, "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def a_message(**more: Any) -> dict[str, Any]:
    """A text, unless told otherwise."""
    usual: dict[str, Any] = {
        "from": "5511987650001",
        "id": "wamid.1",
        "timestamp": STAMP,
        "type": "text",
    }
    if "type" not in more:
        usual = usual | {"text": {"body": "oi"}}
    return {name: value for name, value in (usual | more).items() if value is not None}


def read(*messages: Any, **value: Any) -> Received:
    """Messages as our number's reader has them."""
    metadata = {"display_phone_number": "5511940000000", "phone_number_id": PHONE_ID}
    body = hook({"metadata": metadata, "messages": list(messages)} | value)
    return Reader(PHONE_ID).read(body)


def only(**more: Any) -> Incoming:
    """What one message says."""
    received = read(a_message(**more))
    assert received.unknown == 0
    (incoming,) = received.incomings
    return incoming


@pytest.fixture
async def cloud() -> AsyncIterator[Cloud]:
    async with a_cloud() as made:
        yield made


def test_words_come_with_who_wrote_them_and_when() -> None:
    contacts = [{"profile": {"name": "Ana"}, "wa_id": "5511987650001", "user_id": "BR.77"}]
    received = read(a_message(from_user_id="BR.77"), contacts=contacts)
    assert received.incomings == (
        Incoming(
            ChannelName.WHATSAPP,
            "5511987650001",
            "wamid.1",
            AT,
            text="oi",
            name="Ana",
            aliases=("BR.77",),
        ),
    )


def test_a_person_without_a_number_is_known_by_their_id() -> None:
    contacts = [{"profile": {"name": "Ana"}, "user_id": "BR.77"}]
    message = a_message(**{"from": None, "from_user_id": "BR.77"})
    (incoming,) = read(message, contacts=contacts).incomings
    assert (incoming.sender, incoming.name, incoming.aliases) == ("BR.77", "Ana", ())


def test_a_tap_on_an_approved_form_is_its_token() -> None:
    tapped = only(type="button", button={"payload": "tok", "text": "Já paguei"})
    assert (tapped.token, tapped.text) == ("tok", "Já paguei")


@pytest.mark.parametrize("payload", ["Já paguei", None])
def test_a_tap_without_a_token_is_its_words(payload: str | None) -> None:
    tapped = only(type="button", button={"payload": payload, "text": "Já paguei"})
    assert (tapped.token, tapped.text) == (None, "Já paguei")


@pytest.mark.parametrize("kind", ["button_reply", "list_reply"])
def test_a_tap_on_a_button_or_a_row_is_its_token(kind: str) -> None:
    told = {"type": kind, kind: {"id": "tok", "title": "Sim"}}
    assert only(type="interactive", interactive=told).token == "tok"  # noqa: S105 - a ticket


def test_a_picture_is_a_file_with_the_words_under_it() -> None:
    got = only(type="image", image=FILE | {"caption": "paguei"})
    assert got.file == IncomingFile("700", "image/jpeg", "photo.jpg")
    assert got.text == "paguei"


def test_a_document_keeps_its_name() -> None:
    told = {"id": "701", "mime_type": "application/pdf; x=y", "filename": "recibo.pdf"}
    got = only(type="document", document=told)
    assert got.file == IncomingFile("701", "application/pdf", "recibo.pdf")


def test_a_document_without_a_type_is_known_by_its_name() -> None:
    got = only(type="document", document={"id": "701", "filename": "clientes.csv"})
    assert got.file == IncomingFile("701", "text/csv", "clientes.csv")


@pytest.mark.parametrize(
    ("kind", "mime", "name"),
    [
        ("audio", "audio/ogg; codecs=opus", "audio.ogg"),
        ("audio", None, "audio.ogg"),
        ("video", "video/mp4", "video.mp4"),
        ("sticker", "image/webp", "sticker.webp"),
    ],
)
def test_a_voice_a_film_and_a_sticker_are_files(kind: str, mime: str | None, name: str) -> None:
    got = only(type=kind, **{kind: {"id": "1", "mime_type": mime, "caption": "paguei"}})
    assert got.file is not None
    assert (got.file.remote_id, got.file.name, got.text) == ("1", name, "paguei")


def test_a_card_is_its_first_number() -> None:
    card = {"phones": [{"phone": "+55 (11) 98765-0009"}]}
    assert only(type="contacts", contacts=[{}, card]).text == "+5511987650009"


@pytest.mark.parametrize(
    "message",
    [
        {"type": "location", "location": {"latitude": 1}},
        {"type": "order", "order": {}},
        {"type": "unsupported", "errors": [{"code": 131051}]},
        {"type": "contacts", "contacts": [{}]},
        {"type": "button", "button": {}},
        {"type": "interactive", "interactive": {"type": "nfm_reply"}},
    ],
)
def test_what_we_cannot_read_still_wants_an_answer(message: dict[str, Any]) -> None:
    got = only(**message)
    assert (got.unsupported, got.text, got.token, got.file) == (True, "", None, None)


def test_a_kind_nobody_has_heard_of_is_answered_too_and_counted() -> None:
    received = read(a_message(type="hologram"))
    assert received.unknown == 1
    assert received.incomings[0].unsupported


@pytest.mark.parametrize(
    "message",
    [
        {"type": "reaction", "reaction": {"emoji": "👍"}},
        {"type": "system", "system": {"type": "something_new"}},
        {"type": "request_welcome"},
        {"group_id": "g1", "type": "text", "text": {"body": "oi"}},
    ],
)
def test_what_wants_no_answer_is_passed_over(message: dict[str, Any]) -> None:
    assert read(a_message(**message)) == Received()


def test_a_change_of_number_is_told_and_nobody_is_answered() -> None:
    told = {"type": "user_changed_number", "wa_id": "5511987650002", "body": "Ana changed"}
    received = read(a_message(type="system", system=told))
    moved = Moved("5511987650001", "5511987650002", AT, "wamid.1")
    assert (received.news, received.incomings) == ((moved,), ())


def test_a_new_id_of_an_account_is_told_and_nobody_is_answered() -> None:
    told = {"type": "user_changed_user_id", "user_id": "BR.2", "previous_user_id": "BR.1"}
    message = a_message(**{"from": None}, from_user_id="BR.2", type="system", system=told)
    assert read(message) == Received(news=(Renamed("BR.1", "BR.2", AT, "wamid.1"),))


def test_a_message_taken_back_is_told_and_nobody_is_answered() -> None:
    received = read(a_message(type="revoke", revoke={"original_message_id": "wamid.0"}))
    assert received == Received(news=(Deleted("5511987650001", "wamid.0", AT, "wamid.1"),))


def test_a_correction_is_the_words_as_they_stand_now() -> None:
    inner = {"type": "image", "image": FILE | {"caption": "paguei 50"}}
    got = only(type="edit", edit={"original_message_id": "wamid.0", "message": inner})
    assert (got.text, got.corrects, got.file) == ("paguei 50", "wamid.0", None)


def test_a_correction_of_a_correction_has_no_words() -> None:
    inner = {"type": "edit", "edit": {"original_message_id": "a", "message": {"type": "edit"}}}
    got = only(type="edit", edit={"original_message_id": "wamid.0", "message": inner})
    assert (got.text, got.corrects) == ("", "wamid.0")


@pytest.mark.parametrize(("value", "stops"), [("stop", True), ("resume", False)])
def test_what_they_want_of_advertising_is_told(value: str, stops: bool) -> None:  # noqa: FBT001
    wish = {"wa_id": "5511987650001", "category": "marketing_messages", "value": value}
    body = hook({"user_preferences": [wish | {"timestamp": int(STAMP)}]}, "user_preferences")
    (told,) = Reader(PHONE_ID).read(body).news
    assert isinstance(told, Preference)
    assert (told.who, told.stops, told.at) == ("5511987650001", stops, AT)


@pytest.mark.parametrize("kind", ["unsupported", "image", "audio"])
def test_a_file_that_whatsapp_could_not_take_is_one_that_never_comes(kind: str) -> None:
    got = only(type=kind, errors=[{"code": 131052}])
    assert got.file is not None
    assert got.file.remote_id == ""


def test_a_message_whose_errors_are_nothing_is_read_all_the_same() -> None:
    assert only(type="text", text={"body": "oi"}, errors=None).text == "oi"


def test_a_card_that_we_asked_for_is_their_own_number() -> None:
    card = {"phones": [{"wa_id": "5511987650009"}], "origin": "contact_request"}
    assert only(type="contacts", contacts=[card]).own_number
    assert not only(type="contacts", contacts=[card | {"origin": None}]).own_number


@pytest.mark.parametrize(
    "broken",
    [
        None,
        "text",
        {},
        a_message(id=None),
        a_message(timestamp="soon"),
        a_message(timestamp=str(10**30)),
        a_message(type="text"),
        a_message(text={}),
        a_message(**{"from": None}),
        a_message(type="image"),
        a_message(type="interactive", interactive={"button_reply": {}}),
        a_message(type="edit"),
        a_message(type="edit", edit={"original_message_id": "a", "message": {}}),
        a_message(type="revoke"),
        a_message(type="audio"),
    ],
)
def test_one_that_cannot_be_read_does_not_cost_the_next(broken: object) -> None:
    received = read(broken, a_message(id="wamid.2"))
    assert received.unknown == 1
    assert [incoming.message_id for incoming in received.incomings] == ["wamid.2"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b'{"entry": 1}',
        b"[" * 100_000,
        b'{"entry": [1]}',
        b'{"entry": [{"changes": 1}]}',
        b'{"entry": [{"changes": [1]}]}',
        b'{"entry": [{"changes": [{"field": 1}]}]}',
        b'{"entry": [{"changes": [{"field": "messages", "value": 1}]}]}',
        hook({}, "a_new_field"),
    ],
)
def test_whatever_has_no_sense_is_counted_and_never_raised(body: bytes) -> None:
    assert Reader(PHONE_ID).read(body) == Received(unknown=1)


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "type", "from", "timestamp", "text", "body", "errors", "code"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(
    value=json_values,
    key=st.sampled_from(
        ["messages", "statuses", "contacts", "errors", "metadata", "user_preferences"]
    ),
    field=st.sampled_from(
        ["messages", "account_update", "message_template_status_update", "user_preferences"]
    ),
)
def test_no_shape_of_a_webhook_ever_raises(value: object, key: str, field: str) -> None:
    for wrapped in (value, [value]):
        received = Reader(PHONE_ID).read(hook({key: wrapped}, field))
        assert isinstance(received, Received)


@given(st.binary(max_size=60))
def test_no_bytes_ever_raise(body: bytes) -> None:
    assert Reader().read(body).incomings == ()


def test_another_number_of_the_same_account_is_not_ours_to_answer() -> None:
    assert read(a_message(), metadata={"phone_number_id": "other"}) == Received()


def test_without_a_number_of_our_own_everything_is_listened_to() -> None:
    value = {"metadata": {"phone_number_id": "other"}, "messages": [a_message()]}
    assert len(Reader().read(hook(value)).incomings) == 1


def test_many_things_in_one_webhook_are_all_read() -> None:
    messages = [a_message(id=f"wamid.{n}") for n in range(1000)]
    assert len(read(*messages).incomings) == 1000


def test_letters_no_table_can_hold_are_dropped() -> None:
    got = only(text={"body": "a\x00b\ud83d"})
    assert got.text == "ab\N{REPLACEMENT CHARACTER}"


async def test_everything_a_person_does_in_the_box_is_read(cloud: Cloud) -> None:
    ana = cloud.ana
    said = ana.says("José / ç")
    assert (await cloud.heard(1)).text == "José / ç"
    ana.uploads(b"x", "image/png", caption="paguei")
    assert (await cloud.heard(2)).file is not None
    ana.uploads(b"x", "text/csv", "a.csv")
    assert (await cloud.heard(3)).file == IncomingFile("700100202", "text/csv", "a.csv")
    ana.sends_unsupported()
    assert (await cloud.heard(4)).unsupported
    ana.reacts(said, "👍")
    ana.username_only = True
    ana.says("sem número")
    last = await cloud.heard(5)
    assert (last.sender, last.text) == (ana.user_id, "sem número")
    assert sum(received.unknown for received in cloud.received()) == 0
