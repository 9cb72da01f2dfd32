"""Reading Telegram's updates."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.receive import Reader
from bot.domain.clock import FrozenClock
from bot.domain.message import Address, ChannelName, Incoming, IncomingFile, Received

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ANA = {
    "id": 77,
    "is_bot": False,
    "first_name": "Ana",
    "last_name": "Souza",
    "language_code": "pt-br",
}
PRIVATE = {"id": 77, "type": "private", "first_name": "Ana"}


def read(update: Any) -> Received:
    return Reader(FrozenClock(NOON)).read(json.dumps(update).encode())


def a_message(**fields: Any) -> dict[str, Any]:
    said = {"message_id": 5, "date": int(NOON.timestamp()), "chat": PRIVATE, "from": ANA}
    return {"update_id": 1001, "message": said | fields}


def an_edit(**fields: Any) -> dict[str, Any]:
    mended_at = int(NOON.timestamp()) + 60
    return {"update_id": 4, "edited_message": a_message(edit_date=mended_at, **fields)["message"]}


def the_one(received: Received) -> Incoming:
    (incoming,) = received.incomings
    return incoming


def test_words_come_with_who_said_them_and_when() -> None:
    assert read(a_message(text="paguei")) == Received(
        incomings=(
            Incoming(
                channel=ChannelName.TELEGRAM,
                sender="77",
                message_id=f"77:5:{int(NOON.timestamp())}",
                at=NOON,
                text="paguei",
                name="Ana Souza",
                language="pt_BR",
            ),
        )
    )


def test_a_correction_names_the_message_and_holds_the_words_as_they_stand_now() -> None:
    first = the_one(read(a_message(text="pagei")))
    mended = the_one(read(an_edit(text="paguei")))
    assert (mended.corrects, mended.text) == (first.message_id, "paguei")
    assert mended.message_id != first.message_id
    assert mended.at > first.at


def test_of_a_picture_only_the_words_under_it_are_corrected() -> None:
    photo = [{"file_id": "large", "width": 800, "height": 600}]
    mended = the_one(read(an_edit(photo=photo, caption="o de hoje")))
    assert (mended.text, mended.file) == ("o de hoje", None)


def test_a_command_loses_the_name_of_the_bot_but_not_what_follows() -> None:
    assert the_one(read(a_message(text="/start@emdia_bot k7Yq@2"))).text == "/start k7Yq@2"


def test_what_another_bot_counts_alike_is_another_message() -> None:
    first = the_one(read(a_message(text="oi")))
    other = the_one(read(a_message(text="oi", date=int(NOON.timestamp()) + 86_400)))
    assert first.message_id != other.message_id


def test_a_tap_brings_its_token_the_message_to_edit_and_a_spinner_to_stop() -> None:
    query = {"id": "9", "from": ANA, "data": "tok", "message": {"message_id": 4, "chat": PRIVATE}}
    received = read({"update_id": 8, "callback_query": query})
    tap = the_one(received)
    assert (tap.token, tap.tapped, tap.message_id, tap.at) == ("tok", "77:4", "u8", NOON)
    assert received.acknowledge == ("9",)


def test_a_tap_whose_message_is_gone_still_counts() -> None:
    received = read({"update_id": 8, "callback_query": {"id": "9", "from": ANA, "data": "tok"}})
    assert the_one(received).tapped is None


def test_a_tap_without_data_only_stops_its_spinner() -> None:
    received = read({"update_id": 8, "callback_query": {"id": "9", "from": ANA}})
    assert received == Received(acknowledge=("9",), unknown=1)


def test_of_a_picture_the_largest_size_is_taken_with_its_caption() -> None:
    sizes = [
        {"file_id": "small", "width": 90, "height": 90},
        {"file_id": "large", "width": 800, "height": 600, "file_size": 70_000},
        {"file_id": "middle", "width": 320, "height": 240},
    ]
    incoming = the_one(read(a_message(photo=sizes, caption="comprovante")))
    assert incoming.file == IncomingFile("large", "image/jpeg", "photo.jpg", 70_000)
    assert incoming.text == "comprovante"


def test_a_document_without_a_type_is_known_by_its_name() -> None:
    document = {"file_id": "d1", "file_name": "clientes.csv", "file_size": 12}
    file = the_one(read(a_message(document=document))).file
    assert file == IncomingFile("d1", "text/csv", "clientes.csv", 12)


def test_a_contact_card_is_its_number() -> None:
    contact = {"phone_number": "55 27 99814-2173", "first_name": "Bia"}
    assert the_one(read(a_message(contact=contact))).text == "+5527998142173"


@pytest.mark.parametrize("kind", ["sticker", "location", "poll"])
def test_what_cannot_be_read_still_wants_an_answer(kind: str) -> None:
    incoming = the_one(read(a_message(**{kind: {"file_id": "v"}})))
    assert incoming.unsupported


@pytest.mark.parametrize(
    ("kind", "mime", "name"),
    [
        ("voice", "audio/ogg", "voice.ogg"),
        ("audio", "audio/mpeg", "audio.mp3"),
        ("video", "video/mp4", "video.mp4"),
        ("video_note", "video/mp4", "video.mp4"),
    ],
)
def test_what_can_be_played_is_a_file(kind: str, mime: str, name: str) -> None:
    incoming = the_one(read(a_message(**{kind: {"file_id": "v", "file_size": 9}})))
    assert incoming.file == IncomingFile("v", mime, name, 9)


def test_a_moving_picture_is_not_taken_for_a_document() -> None:
    incoming = the_one(read(a_message(animation={}, document={"file_id": "d"})))
    assert (incoming.unsupported, incoming.file) == (True, None)


def test_blocking_the_bot_closes_the_address() -> None:
    change = {"chat": PRIVATE, "from": ANA, "new_chat_member": {"status": "kicked", "user": ANA}}
    received = read({"update_id": 3, "my_chat_member": change})
    assert received == Received(unreachable=(Address(ChannelName.TELEGRAM, "77"),))


def test_letting_the_bot_back_in_says_nothing() -> None:
    change = {"chat": PRIVATE, "from": ANA, "new_chat_member": {"status": "member", "user": ANA}}
    assert read({"update_id": 3, "my_chat_member": change}) == Received()


@pytest.mark.parametrize(
    "update",
    [
        a_message(pinned_message={"message_id": 4}),
        a_message(text="oi", chat={"id": -100, "type": "supergroup", "title": "Turma"}),
        an_edit(),
        an_edit(text="oi", chat={"id": -100, "type": "supergroup", "title": "Turma"}),
    ],
)
def test_groups_edits_that_nobody_sees_or_telegrams_own_notices_are_passed_over(
    update: Any,
) -> None:
    assert read(update) == Received()


@pytest.mark.parametrize(
    "update",
    [
        {"update_id": 4, "inline_query": {}},
        {"update_id": 4, "message": {"text": "from nowhere"}},
        {"update_id": 4, "message": None},
        {"message": {}},
        a_message(),
        [],
        "words",
    ],
)
def test_what_is_not_understood_is_counted(update: Any) -> None:
    assert read(update) == Received(unknown=1)


def test_broken_bytes_are_counted() -> None:
    assert Reader(FrozenClock(NOON)).read(b"\xff{").unknown == 1


def test_words_no_table_could_hold_are_mended() -> None:
    assert the_one(read(a_message(text="a\x00b\ud83d"))).text == "ab�"


KEYS = st.sampled_from(
    [
        "id",
        "chat",
        "from",
        "type",
        "date",
        "text",
        "data",
        "photo",
        "document",
        "contact",
        "message",
    ]
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(kind=st.sampled_from(["message", "callback_query", "my_chat_member"]), inside=json_values)
def test_no_update_whatever_makes_the_reader_fail(kind: str, inside: Any) -> None:
    assert isinstance(read({"update_id": 1, kind: inside}), Received)
