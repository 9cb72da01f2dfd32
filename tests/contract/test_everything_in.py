"""Every kind of thing that comes in over WhatsApp, from the webhook's bytes to what people see."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.ids import PersonId
from bot.domain.message import Address, ChannelName
from bot.domain.phone import Phone
from bot.domain.role import Role
from bot.domain.text import plain
from bot.services.ports.people import Caller
from bot.services.ports.post import Notice, Press
from bot.storage.engine import Engines
from bot.storage.tables import addresses, audit, claims, clients, files, inbox_raw
from tests.support.books import Books, a_client
from tests.support.doorway import ANA, ANAS_ID, TELEGRAM, WHATSAPP, Doorway, Seen

NOTHING = Seen([])


@pytest.fixture
async def door(engines: Engines) -> Doorway:
    door = Doorway(Books(engines))
    await door.begin()
    return door


async def rows(door: Doorway, query: sa.Select[Any]) -> list[Any]:
    async with door.books.engines.reader.connect() as connection:
        return list((await connection.execute(query)).all())


async def the_claim(door: Doorway) -> Any:
    (row,) = await rows(door, sa.select(claims))
    return row


async def nobody_sees_anything(door: Doorway) -> bool:
    seen = [await door.sees(door.ana), await door.sees(door.owner)]
    riddles = await rows(door, sa.select(inbox_raw.c.id).where(inbox_raw.c.trouble != ""))
    return seen == [NOTHING, NOTHING] and not riddles


async def a_button(door: Doorway) -> str:
    """The token of a button under a message of ours to Ana."""
    async with door.books.open() as shop:
        press = Press(plain("Ver Pix"), "client_pix")
        await shop.post.tell(door.ana, Notice("receipt", (plain("Oi"),), (press,)))
    (row,) = await rows(door, sa.select(sa.text("id")).select_from(sa.text("tickets")))
    return str(row.id)


# What they say and tap.


async def test_words_reach_the_house_and_ana_is_told(door: Doorway) -> None:
    await door.says("vou viajar")
    assert (await door.sees(door.owner)).keys == ["client.wrote"]
    assert "vou viajar" in (await door.sees(door.owner)).reads
    assert (await door.sees(door.ana)).keys == ["client.forwarded"]


@pytest.mark.parametrize(
    "tap",
    [
        lambda token: {"type": "button", "button": {"payload": token, "text": "Ver Pix"}},
        lambda token: {
            "type": "interactive",
            "interactive": {"type": "button_reply", "button_reply": {"id": token, "title": "x"}},
        },
        lambda token: {
            "type": "interactive",
            "interactive": {"type": "list_reply", "list_reply": {"id": token, "title": "x"}},
        },
    ],
)
async def test_a_tap_on_a_form_a_button_or_a_row_does_its_deed(door: Doorway, tap: Any) -> None:
    await door.ana_does(**tap(await a_button(door)))
    # There is no Pix key yet: it is the deed of the button that says so.
    assert "client.wants_pix" in str((await door.sees(door.owner)).out)


# What they send.


@pytest.mark.parametrize(
    ("kind", "held", "name"),
    [
        ("image", {"id": "700", "mime_type": "image/jpeg", "caption": "o de hoje"}, "photo.jpg"),
        ("document", {"id": "700", "mime_type": "application/pdf", "filename": "r.pdf"}, "r.pdf"),
    ],
)
async def test_a_picture_or_a_pdf_is_a_claim_with_the_receipt(
    door: Doorway, kind: str, held: dict[str, Any], name: str
) -> None:
    door.files["700"] = b"receipt"
    await door.ana_does(type=kind, **{kind: held})
    assert (await door.sees(door.owner)).files == [(name, held["mime_type"])]
    assert (await door.sees(door.owner)).keys[0] == "claim.title"
    assert (await door.sees(door.ana)).keys == ["client.paid.with_file"]


async def test_a_voice_message_is_passed_on_to_be_heard(door: Doorway) -> None:
    door.files["701"] = b"OggS"
    voice = {"id": "701", "mime_type": "audio/ogg; codecs=opus", "voice": True}
    await door.ana_does(type="audio", audio=voice)
    seen = await door.sees(door.owner)
    assert seen.keys == ["client.sent_voice"]
    assert seen.files == [("audio.ogg", "audio/ogg")]
    words, alone = seen.out
    assert (words.attachment, alone.body, alone.buttons) == (None, (), ())  # WhatsApp wants it so
    assert (await door.sees(door.ana)).keys == ["client.forwarded"]
    assert await rows(door, sa.select(claims)) == []


async def test_a_sticker_is_passed_on_and_is_no_receipt(door: Doorway) -> None:
    door.files["702"] = b"RIFF"
    await door.ana_does(type="sticker", sticker={"id": "702", "mime_type": "image/webp"})
    assert (await door.sees(door.owner)).files == [("sticker.webp", "image/webp")]
    assert await rows(door, sa.select(claims)) == []


async def test_a_video_is_passed_on_with_its_words(door: Doorway) -> None:
    door.files["703"] = b"film"
    held = {"id": "703", "mime_type": "video/mp4", "caption": "olha isso"}
    await door.ana_does(type="video", video=held)
    seen = await door.sees(door.owner)
    assert (seen.files, seen.keys[0]) == ([("video.mp4", "video/mp4")], "client.sent_file")
    assert "olha isso" in seen.reads


async def test_whatever_says_that_it_is_paid_is_a_claim(door: Doorway) -> None:
    door.files["703"] = b"film"
    held = {"id": "703", "mime_type": "video/mp4", "caption": "Já paguei!"}
    await door.ana_does(type="video", video=held)
    assert (await the_claim(door)).file_id is not None


async def test_the_same_file_is_kept_once_and_told_as_repeated(door: Doorway) -> None:
    door.files["700"] = door.files["800"] = b"receipt"
    await door.ana_does(type="image", image={"id": "700", "mime_type": "image/jpeg"})
    await door.ana_does(type="image", image={"id": "800", "mime_type": "image/jpeg"})
    assert len(await rows(door, sa.select(files.c.id))) == 1


async def test_a_file_that_cannot_be_had_is_asked_for_again(door: Doorway) -> None:
    await door.ana_does(type="image", image={"id": "999", "mime_type": "image/jpeg"})
    assert (await door.sees(door.ana)).keys == ["whatsapp.file_gone"]
    assert await door.sees(door.owner) == NOTHING


async def test_a_file_whatsapp_itself_could_not_fetch_is_asked_for_again(door: Doorway) -> None:
    errors = [{"code": 131052, "title": "Media download error"}]
    await door.ana_does(type="unsupported", errors=errors)
    assert (await door.sees(door.ana)).keys == ["whatsapp.file_gone"]


async def test_a_strangers_file_is_not_even_fetched(door: Doorway) -> None:
    door.files["700"] = b"x" * 10
    image = {"id": "700", "mime_type": "image/jpeg"}
    await door.ana_does(**{"from": "5511911112222"}, type="image", image=image)
    assert door.fetched == []
    assert (await door.someone_sees("5511911112222")).keys == ["stranger.hello"]


async def test_what_nobody_can_read_is_told_to_both(door: Doorway) -> None:
    await door.ana_does(
        type="unsupported", errors=[{"code": 131051, "title": "Message type unknown"}]
    )
    assert "client.unreadable" in str((await door.sees(door.owner)).out)
    assert (await door.sees(door.ana)).keys == ["client.please_write"]


# What they do with what was said.


@pytest.mark.parametrize("emoji", ["👍", "❤", ""])
async def test_a_thumb_under_a_reminder_is_no_payment(door: Doorway, emoji: str) -> None:
    reaction = {"message_id": "wamid.ours", "emoji": emoji}
    await door.ana_does(type="reaction", reaction=reaction)
    assert await nobody_sees_anything(door)
    assert await rows(door, sa.select(claims)) == []


def an_edit(original: str, text: str) -> dict[str, Any]:
    inner = {"type": "text", "text": {"body": text}}
    return {"type": "edit", "edit": {"original_message_id": original, "message": inner}}


async def test_a_correction_replaces_what_the_claim_says(door: Doorway) -> None:
    first = await door.says("ja paguei")
    await door.ana_does(**an_edit(first, "ja paguei 49,90"))
    assert (await the_claim(door)).said == "ja paguei 49,90"
    seen = await door.sees(door.owner)
    assert seen.keys == ["client.corrected"]
    assert "49,90" in seen.reads
    assert (await door.sees(door.ana)).keys == ["client.paid.known"]


async def test_a_correction_of_other_words_reaches_the_house_as_one(door: Doorway) -> None:
    first = await door.says("vou viajar em maio")
    await door.ana_does(**an_edit(first, "vou viajar em junho"))
    assert (await door.sees(door.owner)).keys == ["client.corrected"]
    assert (await door.sees(door.ana)).keys == ["client.forwarded"]


async def test_words_corrected_to_a_wish_are_obeyed(door: Doorway) -> None:
    first = await door.says("já paguei")
    await door.ana_does(**an_edit(first, "PARE"))
    (row,) = await rows(door, sa.select(clients.c.opted_out_at))
    assert row.opted_out_at is not None


async def test_words_corrected_to_a_claim_are_one(door: Doorway) -> None:
    first = await door.says("oi")
    await door.ana_does(**an_edit(first, "já paguei"))
    assert (await the_claim(door)).said == "já paguei"


async def test_somebody_of_the_house_is_told_that_a_correction_comes_too_late(
    door: Doorway,
) -> None:
    rita = await door.member("5511922223333", WHATSAPP)
    await door.ana_does(**{"from": "5511922223333"}, **an_edit("wamid.0", "49,90"))
    assert (await door.sees(rita)).keys == ["correction.too_late"]


async def test_a_strangers_correction_is_passed_over(door: Doorway) -> None:
    await door.ana_does(**{"from": "5511911112222"}, **an_edit("wamid.0", "oi"))
    assert await door.someone_sees("5511911112222") == NOTHING


async def test_a_deleted_receipt_is_kept_and_the_house_is_told(door: Doorway) -> None:
    door.files["700"] = b"receipt"
    sent = await door.ana_does(type="image", image={"id": "700", "mime_type": "image/jpeg"})
    await door.ana_does(type="revoke", revoke={"original_message_id": sent})
    seen = await door.sees(door.owner)
    assert (seen.keys[0], seen.keys[-1]) == ("claim.was_deleted", "claim.taken_back")
    assert seen.files == [("photo.jpg", "image/jpeg")]
    assert "claim.confirm" in [button.label.key for button in seen.buttons]
    assert await door.sees(door.ana) == NOTHING
    await door.ana_does(type="revoke", revoke={"original_message_id": sent})
    assert await door.sees(door.owner) == NOTHING  # once


async def test_any_other_deleted_message_is_nobodys_business(door: Doorway) -> None:
    sent = await door.says("vou viajar")
    await door.ana_does(type="revoke", revoke={"original_message_id": sent})
    assert await nobody_sees_anything(door)


# Who they are.


def moved(new: str) -> dict[str, Any]:
    told = {"type": "user_changed_number", "wa_id": new, "body": "Ana changed"}
    return {"type": "system", "system": told}


async def tap(door: Doorway, seen: Seen, number: int = 0) -> None:
    """The owner taps a button of what they see."""
    token = seen.buttons[number].token
    await door.tapped(token)


async def phone_of(door: Doorway) -> str:
    (row,) = await rows(door, sa.select(clients.c.phone).where(clients.c.id == door.client))
    return str(row.phone)


async def test_a_new_number_is_taken_over_only_by_the_houses_tap(door: Doorway) -> None:
    await door.says("oi")
    change = door.message(**moved("5511987650002"))
    await door.hears(change)
    seen = await door.sees(door.owner)
    assert seen.keys == ["number.changed", "number.changed.ask"]
    assert "98765-0002" in seen.reads
    assert await phone_of(door) == "+5511987650001"
    await door.hears(change)
    assert await door.sees(door.owner) == NOTHING  # told once
    await tap(door, seen)
    assert (await door.sees(door.owner)).keys == ["number.moved"]
    assert await phone_of(door) == "+5511987650002"
    await door.says("oi", **{"from": "5511987650002"})
    assert (await door.sees(door.ana)).keys == ["client.forwarded"]


async def test_nothing_more_goes_to_the_number_that_was_given_up(door: Doorway) -> None:
    await door.ana_does(**moved("5511987650002"))
    (row,) = await rows(
        door, sa.select(addresses.c.unreachable_at).where(addresses.c.person_id == door.ana)
    )
    assert row.unreachable_at is not None


async def test_a_second_tap_on_a_new_number_moves_nobody_twice(door: Doorway) -> None:
    await door.ana_does(**moved("5511987650002"))
    seen = await door.sees(door.owner)
    for _ in range(2):
        await tap(door, seen)
        assert (await door.sees(door.owner)).keys == ["number.moved"]
    moves = await rows(door, sa.select(audit.c.id).where(audit.c.deed == "client.moved"))
    assert len(moves) == 1


async def test_a_late_tap_on_a_new_number_leaves_what_the_house_typed_since(door: Doorway) -> None:
    await door.ana_does(**moved("5511987650002"))
    seen = await door.sees(door.owner)
    async with door.books.open() as shop:
        await shop.clients.change_phone(door.client, Phone.read("11 98765-0003"))
    await tap(door, seen)
    assert (await door.sees(door.owner)).keys == ["errors.client.moved_since"]
    assert await phone_of(door) == "+5511987650003"


async def test_news_of_a_new_number_that_come_late_close_no_chat_that_is_used(
    door: Doorway,
) -> None:
    await door.says("voltei para este")
    then = int((door.books.clock.now() - timedelta(hours=2)).timestamp())
    await door.ana_does(timestamp=str(then), **moved("5511987650002"))
    query = sa.select(addresses.c.unreachable_at).where(addresses.c.person_id == door.ana)
    assert [row.unreachable_at for row in await rows(door, query)] == [None]


async def test_a_new_number_that_is_another_clients_is_refused_by_name(door: Doorway) -> None:
    await door.books.add(a_client("Bia", "11 98765-0002"))
    await door.ana_does(**moved("5511987650002"))
    await tap(door, await door.sees(door.owner))
    assert (await door.sees(door.owner)).keys == ["errors.client.known_phone"]
    assert await phone_of(door) == "+5511987650001"


async def test_a_copy_of_news_that_somebody_kept_for_weeks_is_not_believed(door: Doorway) -> None:
    long_ago = str(int((door.books.clock.now() - timedelta(days=20)).timestamp()))
    await door.ana_does(**moved("5511987650002"), timestamp=long_ago)
    assert await nobody_sees_anything(door)


async def test_a_strangers_new_number_is_nobodys_business(door: Doorway) -> None:
    await door.ana_does(**{"from": "5511911112222"}, **moved("5511911113333"))
    assert await nobody_sees_anything(door)


async def a_manager(door: Doorway, *chats: tuple[str, ChannelName]) -> PersonId:
    """Bruno, in these chats."""
    (sender, channel), *others = chats
    person = await door.member(sender, channel)
    async with door.books.open() as shop:
        await shop.unit.people.set_role(person, Role.MANAGER)
        await shop.unit.people.rename(person, "Bruno")
        for other, another in others:
            caller = Caller(Address(another, other), "Bruno", "pt_BR")
            await shop.unit.people.calling(caller, door.books.clock.now())
            await shop.unit.people.join(person, another, other)
    return person


BRUNO = "5511911112222"


async def test_a_members_new_number_is_told_to_the_others_and_to_their_other_chat(
    door: Doorway,
) -> None:
    bruno = await a_manager(door, (BRUNO, WHATSAPP), ("7009", TELEGRAM))
    await door.ana_does(**{"from": BRUNO}, **moved("5511911113333"))
    seen = await door.sees(door.owner)
    assert seen.keys == ["number.member_changed", "number.member_changed.todo"]
    assert "Bruno" in seen.reads
    assert "91111-3333" in seen.reads
    told = await door.someone_sees("7009")
    assert told.keys == ["number.yours_changed", "number.yours_changed.todo"]
    assert await door.someone_sees(BRUNO) == NOTHING
    await door.tapped_by("7009", told.buttons[0].token)
    assert (await door.sees(bruno)).keys[0] == "team.chat_link"


async def test_a_member_without_another_chat_is_left_to_the_others(door: Doorway) -> None:
    bruno = await a_manager(door, (BRUNO, WHATSAPP))
    await door.ana_does(**{"from": BRUNO}, **moved("5511911113333"))
    assert (await door.sees(door.owner)).keys[0] == "number.member_changed"
    assert await door.sees(bruno) == NOTHING


async def test_an_owners_new_number_is_told_to_the_managers(door: Doorway) -> None:
    bruno = await a_manager(door, ("7009", TELEGRAM))
    owner = await door.member(BRUNO, WHATSAPP)
    await door.ana_does(**{"from": BRUNO}, **moved("5511911113333"))
    said = ["number.member_changed", "number.member_changed.owner"]
    assert (await door.sees(bruno)).keys == said
    assert await door.sees(owner) == NOTHING


async def test_a_new_id_of_the_same_account_leads_to_the_same_person(door: Doorway) -> None:
    await door.says("oi", from_user_id=ANAS_ID)
    told = {"type": "user_changed_user_id", "user_id": "BR.99", "previous_user_id": ANAS_ID}
    await door.ana_does(**{"from": None}, from_user_id="BR.99", type="system", system=told)
    assert await nobody_sees_anything(door)
    await door.says("oi", **{"from": None}, from_user_id="BR.99")
    assert (await door.sees(door.ana)).keys == ["client.forwarded"]


async def nameless(door: Doorway, **about: Any) -> Seen:
    """Somebody without a number does something; what they see."""
    await door.ana_does(**{"from": None}, from_user_id="BR.55", **about)
    return await door.someone_sees("BR.55")


def a_card(phone: str, **about: Any) -> dict[str, Any]:
    return {"type": "contacts", "contacts": [{"phones": [{"phone": phone}], **about}]}


async def test_somebody_without_a_number_is_asked_and_tied_by_the_houses_tap(
    door: Doorway,
) -> None:
    seen = await nameless(door, type="text", text={"body": "oi"})
    assert seen.keys == ["stranger.hello", "stranger.your_number"]
    assert seen.out[0].asks_number
    seen = await nameless(door, **a_card("+55 11 98765-0001", origin="contact_request"))
    assert seen.keys == ["stranger.passed_on"]
    asked = await door.sees(door.owner)
    assert asked.keys == ["who.shares", "who.shares.ask"]
    await tap(door, asked)
    assert (await door.sees(door.owner)).keys == ["who.tied"]
    assert (await door.sees(door.ana)).keys == ["who.welcome"]
    await nameless(door, type="text", text={"body": "oi"})
    assert (await door.sees(door.ana)).keys == ["client.forwarded"]
    await tap(door, asked)
    assert (await door.sees(door.owner)).keys == ["errors.who.done"]


async def test_a_number_that_is_nobodys_asks_nobody_and_tells_nothing(door: Doorway) -> None:
    seen = await nameless(door, **a_card("+55 11 91111-2222", origin="contact_request"))
    assert seen.keys == ["stranger.passed_on"]
    assert await door.sees(door.owner) == NOTHING


async def test_a_card_that_was_not_asked_for_proves_nothing(door: Doorway) -> None:
    await nameless(door, **a_card("+55 11 98765-0001"))
    assert await door.sees(door.owner) == NOTHING


async def test_two_it_could_be_are_asked_of_the_house_and_never_guessed(door: Doorway) -> None:
    await door.says("oi", from_user_id=ANAS_ID)
    bia = (await door.books.add(a_client("Bia", "11 98765-0002"))).person_id
    both = {"from": "5511987650002", "from_user_id": ANAS_ID}
    await door.says("já paguei", **both)
    assert await rows(door, sa.select(claims)) == []
    assert (await door.someone_sees("5511987650002")).keys == ["stranger.passed_on"]
    asked = await door.sees(door.owner)
    assert asked.keys == ["who.doubt", "who.doubt.ask"]
    assert "já paguei" in asked.reads
    labels = [str(button.label.params["words"]) for button in asked.buttons]
    await tap(door, asked, labels.index("Bia"))
    await door.says("oi", **both)
    assert (await door.sees(bia)).keys == ["client.forwarded"]


async def test_nobody_becomes_one_of_the_house_by_a_doubt(door: Doorway) -> None:
    await door.says("oi", from_user_id=ANAS_ID)
    await door.member("5511922223333", WHATSAPP)
    await door.says("/start", **{"from": "5511922223333"}, from_user_id=ANAS_ID)
    asked = await door.sees(door.owner)
    assert asked.keys == ["who.doubt", "who.doubt.ask", "who.doubt.of_the_house"]
    assert [button.label.params["words"] for button in asked.buttons] == ["Ana Souza"]


async def test_what_they_want_of_advertising_is_written_down(door: Doorway) -> None:
    wish = {
        "wa_id": ANA,
        "detail": "User requested to stop marketing messages",
        "category": "marketing_messages",
        "value": "stop",
        "timestamp": int(door.books.clock.now().timestamp()),
    }
    for value in ("stop", "stop", "resume"):
        told = [wish | {"value": value}]
        await door.hears(field_="user_preferences", user_preferences=told)
    deeds = await rows(door, sa.select(audit.c.deed, audit.c.client_id).order_by(audit.c.id))
    assert [tuple(deed) for deed in deeds][-2:] == [
        ("client.no_advertising", door.client),
        ("client.advertising", door.client),
    ]
    (row,) = await rows(door, sa.select(clients.c.opted_out_at))
    assert row.opted_out_at is None  # reminders are no advertising


async def test_what_came_late_opens_the_window_from_when_it_was_written(door: Doorway) -> None:
    wrote = door.books.clock.now() - timedelta(hours=20)
    await door.says("oi", timestamp=str(int(wrote.timestamp())))
    (row,) = await rows(
        door, sa.select(addresses.c.last_inbound_at).where(addresses.c.person_id == door.ana)
    )
    assert abs(row.last_inbound_at - wrote) < timedelta(seconds=1)


# To Telegram, by themselves.


@pytest.mark.parametrize("asks", ["Telegram", "telegram!"])
async def test_a_client_who_asks_for_telegram_gets_a_link_and_comes_by_it(
    door: Doorway, asks: str
) -> None:
    await door.says(asks)
    seen = await door.sees(door.ana)
    assert seen.keys == ["client.telegram.here"]
    code = seen.reads.rpartition("start=")[2].strip()
    await door.on_telegram("9001", f"/start {code}")
    assert (await door.sees(door.ana)).keys[0] == "invite.welcome"
    await door.says("telegram")
    assert (await door.sees(door.ana)).keys == ["client.telegram.there"]


async def test_who_greets_on_whatsapp_is_offered_telegram_until_they_are_there(
    door: Doorway,
) -> None:
    await door.says("/menu")
    seen = await door.sees(door.ana)
    assert [button.label.key for button in seen.buttons][-1] == "client.button.telegram"
    await door.on_telegram("9001", "/start")
    async with door.books.open() as shop:
        await shop.unit.people.join(door.ana, TELEGRAM, "9001")
    await door.says("/menu")
    seen = await door.sees(door.ana)
    assert "client.button.telegram" not in [button.label.key for button in seen.buttons]
