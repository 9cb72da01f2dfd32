"""The rest of the sandbox's Bot API: edits, albums, keyboards, menus, marks, moods of people."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import (
    Bot,
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    MenuButtonCommands,
    ReactionTypeEmoji,
    ReplyKeyboardMarkup,
    ReplyParameters,
)
from telegram.error import BadRequest

from bot.sandbox import Sandbox
from bot.sandbox.shelf import picture_size
from bot.sandbox.telegram.html import parse_html, utf16_length
from bot.sandbox.telegram.person import TelegramPerson
from bot.sandbox.telegram.runs import runs_of
from bot.sandbox.whatsapp.marks import runs_of as whatsapp_runs
from tests.support.boxes import TELEGRAM_TOKEN
from tests.support.pictures import png

OWNER = 700_100


@pytest.fixture
async def bot(box: Sandbox) -> AsyncIterator[Bot]:
    base = box.telegram_api_url
    bot = Bot(TELEGRAM_TOKEN, base_url=f"{base}/bot", base_file_url=f"{base}/file/bot")
    async with bot:
        yield bot


@pytest.fixture
async def ana(box: Sandbox) -> TelegramPerson:
    """Somebody who has started the bot."""
    person = box.seed_admin(OWNER, "Ana Souza")
    person.says("/start")
    return person


async def raw(box: Sandbox, method: str, **fields: Any) -> dict[str, Any]:
    """A call that no client of ours would make."""
    url = f"{box.telegram_api_url}/bot{TELEGRAM_TOKEN}/{method}"
    async with aiohttp.ClientSession() as session, session.post(url, json=fields) as answer:
        body: dict[str, Any] = await answer.json()
        return body


async def refused(box: Sandbox, method: str, **fields: Any) -> str:
    """Why it was refused."""
    body = await raw(box, method, chat_id=OWNER, **fields)
    assert body["ok"] is False
    return str(body["description"])


async def test_an_edit_says_what_it_cannot_edit(
    box: Sandbox, bot: Bot, ana: TelegramPerson
) -> None:
    photo = await bot.send_photo(OWNER, png(9, 9), caption="a", filename="a.png")
    text = await bot.send_message(OWNER, "a")
    with pytest.raises(BadRequest, match="no text"):
        await bot.edit_message_text("b", OWNER, photo.message_id)
    with pytest.raises(BadRequest, match="no caption"):
        await bot.edit_message_caption(OWNER, text.message_id, caption="b")
    with pytest.raises(BadRequest, match="to edit not found"):
        await bot.edit_message_text("b", OWNER, 999)
    with pytest.raises(BadRequest, match="can't be edited"):
        await bot.edit_message_text("b", OWNER, int(ana.visible()[0].id))
    assert "text is empty" in await refused(
        box, "editMessageText", message_id=text.message_id, text=" "
    )


async def test_captions_keyboards_and_media_change_in_place(bot: Bot, ana: TelegramPerson) -> None:
    sent = await bot.send_photo(OWNER, png(9, 9), caption="a", filename="a.png")
    await bot.edit_message_caption(OWNER, sent.message_id, caption="<i>b</i>", parse_mode="HTML")
    assert (ana.last().text, ana.last().runs[0].marks) == ("b", ("italic",))
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Sim", callback_data="1")]])
    await bot.edit_message_reply_markup(OWNER, sent.message_id, reply_markup=keyboard)
    assert (ana.last().text, ana.last().labels) == ("b", ("Sim",))
    media = InputMediaPhoto(png(5, 5), caption="c", filename="c.png")
    await bot.edit_message_media(media, OWNER, sent.message_id)
    assert (ana.last().text, ana.last().content, ana.last().labels) == ("c", png(5, 5), ())


async def test_messages_are_deleted_for_two_days(
    box: Sandbox, bot: Bot, ana: TelegramPerson
) -> None:
    ids = [(await bot.send_message(OWNER, str(n))).message_id for n in range(4)]
    await bot.delete_message(OWNER, ids[0])
    with pytest.raises(BadRequest, match="not found"):
        await bot.delete_message(OWNER, ids[0])
    await bot.delete_messages(OWNER, ids[1:3])
    assert [seen.text for seen in ana.visible()] == ["/start", "3"]
    box.advance(hours=49)
    with pytest.raises(BadRequest, match="can't be deleted"):
        await bot.delete_message(OWNER, ids[3])


async def test_albums_copies_and_forwards_are_messages_of_their_own(
    box: Sandbox, bot: Bot, ana: TelegramPerson
) -> None:
    pair = [
        InputMediaDocument(b"1", filename="1.pdf", caption="um"),
        InputMediaDocument(b"2", filename="2.pdf"),
    ]
    sent = await bot.send_media_group(OWNER, pair)
    assert [seen.content for seen in ana.visible()[1:]] == [b"1", b"2"]
    copied = await bot.copy_message(OWNER, OWNER, sent[0].message_id)
    forwarded = await bot.forward_message(OWNER, OWNER, sent[1].message_id)
    assert [seen.text for seen in ana.visible()[-2:]] == ["um", ""]
    assert copied.message_id < forwarded.message_id
    assert forwarded.forward_origin is not None
    with pytest.raises(BadRequest, match="not found"):
        await bot.copy_message(OWNER, OWNER, 999)
    assert "2-10" in await refused(box, "sendMediaGroup", media=[])


async def test_a_reply_quotes_and_a_reply_keyboard_sends_its_words(
    box: Sandbox, bot: Bot, ana: TelegramPerson
) -> None:
    started = int(ana.visible()[0].id)
    keyboard = ReplyKeyboardMarkup([["Clientes", "Hoje"]])
    sent = await bot.send_message(
        OWNER, "?", reply_markup=keyboard, reply_parameters=ReplyParameters(started)
    )
    assert sent.reply_to_message is not None
    assert (ana.last().quotes, ana.last().labels) == ("/start", ("Clientes", "Hoje"))
    ana.taps("Hoje")
    assert ana.visible()[-1].text == "Hoje"
    assert ana.last().labels == ()
    with pytest.raises(BadRequest, match="can't be edited"):
        await bot.edit_message_text("b", OWNER, sent.message_id)


def inline(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"inline_keyboard": [list(buttons)]}


DATA = {"text": "a", "callback_data": "x"}


@pytest.mark.parametrize(
    ("markup", "why"),
    [
        ("[]", "object expected"),
        (inline(*[DATA] * 9), "too many buttons"),
        ({"inline_keyboard": [[DATA]] * 101}, "too many buttons"),
        (inline(DATA | {"text": " "}), "Field 'text'"),
        (inline({"text": "a"}), "unallowed"),
        (inline(DATA | {"style": "pink"}), "Invalid button style"),
        (inline({"text": "a", "copy_text": {"text": ""}}), "COPY_TEXT_INVALID"),
        (inline(DATA | {"text": "x" * 10_240}), "too long"),
        ("{", "can't parse reply_markup"),
    ],
)
async def test_keyboards_that_telegram_would_not_take(
    box: Sandbox, ana: TelegramPerson, markup: Any, why: str
) -> None:
    assert why in await refused(box, "sendMessage", text="?", reply_markup=markup)


async def test_links_and_codes_are_no_taps(box: Sandbox, ana: TelegramPerson) -> None:
    web_app = {"text": "App", "web_app": {"url": "https://a.example/app"}}
    markup = inline(
        {"text": "Site", "url": "https://a.example"},
        {"text": "Pix", "copy_text": {"text": "0002"}},
        web_app,
    )
    await raw(box, "sendMessage", chat_id=OWNER, text="?", reply_markup=markup)
    assert [choice.kind for choice in ana.last().choices] == ["url", "copy", "url"]
    with pytest.raises(LookupError, match="no button"):
        ana.taps("Site")
    empty = await raw(box, "sendMessage", chat_id=OWNER, text="!", reply_markup=inline())
    assert "reply_markup" not in empty["result"]
    contact = {"keyboard": [[{"text": "Meu número", "request_contact": True}]]}
    await raw(box, "sendMessage", chat_id=OWNER, text="!", reply_markup=contact)
    assert ana.last().choices[0].kind == "contact"


async def test_a_bot_shows_its_manners(box: Sandbox, bot: Bot, ana: TelegramPerson) -> None:
    message = (await bot.send_message(OWNER, "oi")).message_id
    await bot.send_chat_action(OWNER, "typing")
    assert ana.typing_until
    await bot.set_message_reaction(OWNER, message, [ReactionTypeEmoji("👍")])
    assert ana.last().reaction == "👍"
    await bot.set_message_reaction(OWNER, message, [])
    assert ana.last().reaction == ""
    await bot.pin_chat_message(OWNER, message)
    await bot.unpin_chat_message(OWNER, message)
    await bot.pin_chat_message(OWNER, message)
    await bot.unpin_all_chat_messages(OWNER)
    assert not any(held.pinned for held in ana.chat.messages)
    await bot.set_chat_menu_button(OWNER, MenuButtonCommands())
    await bot.set_my_description("Cobra por você")
    await bot.set_my_short_description("Cobra")
    assert box.telegram.menu.descriptions["description", ""] == "Cobra por você"
    assert (await bot.get_chat(OWNER)).full_name == "Ana Souza"
    for method in ("setMessageReaction", "pinChatMessage"):
        assert "not found" in await refused(box, method, message_id=999)
    assert "too long" in await refused(box, "setMyDescription", description="x" * 513)
    assert "chat not found" in (await raw(box, "getChat", chat_id=3))["description"]


async def test_commands_are_checked_listed_and_taken_back(
    box: Sandbox, bot: Bot, ana: TelegramPerson
) -> None:
    await bot.set_my_commands([BotCommand("start", "Início")])
    assert [command.command for command in await bot.get_my_commands()] == ["start"]
    await bot.delete_my_commands()
    assert box.telegram.commands_for(ana) == []
    for command in ({"command": "Início"}, {"command": "a"}, {"command": "x" * 33}):
        whole = {"description": ""} | command
        assert "COMMAND" in await refused(box, "setMyCommands", commands=[whole])
    many = [{"command": f"c{n}", "description": "x"} for n in range(101)]
    assert "TOO_MUCH" in await refused(box, "setMyCommands", commands=many)


async def test_answers_to_taps_have_limits_of_length_and_age(
    box: Sandbox, bot: Bot, ana: TelegramPerson
) -> None:
    sent = await bot.send_message(OWNER, "?")
    tap = ana.forges_tap("guessed", sent.message_id)
    assert "TOO_LONG" in await refused(
        box, "answerCallbackQuery", callback_query_id=tap, text="x" * 201
    )
    box.advance(minutes=11)
    assert "too old" in await refused(box, "answerCallbackQuery", callback_query_id=tap)
    gone = ana.forges_tap("old", 999)
    assert await bot.answer_callback_query(gone, "Não existe mais", show_alert=True)
    assert ana.toasts[-1].alert
    assert ana.answered == 1


async def test_people_correct_themselves_share_their_number_and_come_back(
    bot: Bot, ana: TelegramPerson
) -> None:
    said = ana.says("cem")
    ana.edits(said, "100")
    ana.shares_contact("+5511987650001")
    ana.blocks_bot()
    ana.unblocks_bot()
    updates = await bot.get_updates(timeout=0)
    assert updates[2].edited_message is not None
    assert updates[2].edited_message.text == "100"
    contact = updates[3].message.contact if updates[3].message else None
    assert contact is not None
    assert (contact.phone_number, contact.user_id) == ("5511987650001", OWNER)
    assert updates[-1].my_chat_member is not None
    assert updates[-1].my_chat_member.new_chat_member.status == "member"
    ana.opens()
    assert ana.unread == 0
    with pytest.raises(LookupError):
        ana.edits(999, "?")


async def test_updates_are_delivered_twice_when_told_so_and_some_not_at_all(
    box: Sandbox, bot: Bot, ana: TelegramPerson
) -> None:
    box.faults.next("telegram.update", "duplicate")
    ana.says("oi")
    twice = await bot.get_updates(offset=-2, timeout=0)
    assert twice[0].update_id == twice[1].update_id
    await bot.get_updates(timeout=0, allowed_updates=["callback_query"])
    ana.says("ninguém ouve")
    assert len(await bot.get_updates(offset=twice[1].update_id + 1, timeout=0)) == 0


async def test_a_webhook_is_set_and_told_of(box: Sandbox, bot: Bot, ana: TelegramPerson) -> None:
    assert (await bot.get_webhook_info()).pending_update_count == 1
    unfit = "ç"
    assert "unallowed" in await refused(box, "setWebhook", url="http://x", secret_token=unfit)
    assert "invalid webhook URL" in await refused(box, "setWebhook", url="ftp://x")
    await bot.delete_webhook(drop_pending_updates=True)
    assert (await bot.get_webhook_info()).pending_update_count == 0


async def test_files_are_asked_for_by_an_id_that_exists(
    box: Sandbox, bot: Bot, ana: TelegramPerson
) -> None:
    with pytest.raises(BadRequest, match="Invalid file_id"):
        await bot.get_file("nothing")
    base = f"{box.telegram_api_url}/file"
    async with aiohttp.ClientSession() as session:
        for place, status in ((f"bot{TELEGRAM_TOKEN}/documents/x", 404), ("botx/documents/x", 401)):
            async with session.get(f"{base}/{place}") as answer:
                assert answer.status == status
    big = box.telegram.shelf.put(b"x" * (20 * 1024 * 1024 + 1), "big.zip")
    with pytest.raises(BadRequest, match="too big"):
        await bot.get_file(big.id)
    with pytest.raises(BadRequest, match="non-empty"):
        await bot.send_document(OWNER, b"", filename="a.txt")
    with pytest.raises(BadRequest, match=r"(?i)dimensions"):
        await bot.send_photo(OWNER, png(1000, 10), filename="a.png")
    assert "no document" in await refused(box, "sendDocument")
    assert "wrong file" in await refused(box, "sendDocument", document="nothing")


async def test_numbers_and_modes_are_read_or_refused(box: Sandbox, ana: TelegramPerson) -> None:
    why = await raw(box, "sendMessage", chat_id="Ana", text="oi")
    assert "no number" in why["description"]
    assert "only HTML" in await refused(box, "sendMessage", text="oi", parse_mode="Markdown")
    assert "too long" in await refused(box, "sendMessage", text="x" * 32_769)
    box.faults.next("telegram.sendMessage", "own_error", status=400, text="Bad Request: no")
    assert await refused(box, "sendMessage", text="oi") == "Bad Request: no"


async def test_time_in_the_box_never_runs_back(box: Sandbox) -> None:
    with pytest.raises(ValueError, match="only moves ahead"):
        box.clock.advance(timedelta(seconds=-1))


def test_marks_nest_and_blanks_around_are_dropped() -> None:
    text, entities = parse_html(' <b>a <a href="https://x.example">b</a></b> &lt;&copy; ')
    assert text == "a b <&copy;"
    runs = runs_of(text, entities)
    assert [(run.text, run.marks, run.url) for run in runs] == [
        ("a ", ("bold",), ""),
        ("b", ("bold", "link"), "https://x.example"),
        (" <&copy;", (), ""),
    ]


def test_links_and_commands_are_found_except_in_code() -> None:
    text, entities = parse_html("/start https://a.example. <code>/no</code>")
    marked = [(run.text, run.marks) for run in runs_of(text, entities) if run.marks]
    assert marked == [
        ("/start", ("command",)),
        ("https://a.example", ("link",)),
        ("/no", ("code",)),
    ]


def test_whatsapp_draws_its_own_marks() -> None:
    runs = whatsapp_runs("*a _b_* ~c~ `d` ```e``` 2*3*4 https://a.example.")
    assert [(run.text, run.marks) for run in runs if run.marks] == [
        ("a ", ("bold",)),
        ("b", ("bold", "italic")),
        ("c", ("strike",)),
        ("d", ("code",)),
        ("e", ("code",)),
        ("https://a.example", ("link",)),
    ]


@given(st.text(alphabet="ab 😀*_~`/.:\n", max_size=40))
def test_no_letter_is_lost_when_a_text_is_cut_into_runs(text: str) -> None:
    assert "".join(run.text for run in runs_of(text, [])) == text
    kept = "".join(run.text for run in whatsapp_runs(text))
    assert [c for c in kept if c not in "*_~`"] == [c for c in text if c not in "*_~`"]
    assert utf16_length(text) >= len(text)


def test_the_size_of_a_jpeg_is_read_from_its_frame() -> None:
    comment = b"\xff\xfe\x00\x04hi"
    frame = b"\xff\xc0\x00\x11\x08\x00\x1e\x00\x28" + b"\0" * 12
    assert picture_size(b"\xff\xd8" + comment + frame) == (40, 30)
    assert picture_size(b"\xff\xd8") is None
    assert picture_size(b"GIF89a") is None
