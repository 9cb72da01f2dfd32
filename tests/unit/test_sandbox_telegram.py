"""The sandbox's Telegram, driven by the real python-telegram-bot."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
)
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter, TimedOut

from bot.sandbox import Sandbox
from tests.support.boxes import TELEGRAM_TOKEN, listening
from tests.support.pictures import png

OWNER = 700_100


def make(box: Sandbox, token: str = TELEGRAM_TOKEN) -> Bot:
    base = box.telegram_api_url
    return Bot(token, base_url=f"{base}/bot", base_file_url=f"{base}/file/bot")


@pytest.fixture
async def bot(box: Sandbox) -> AsyncIterator[Bot]:
    async with make(box) as bot:
        yield bot


def keyboard(*labels: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=f"v1:{label}")] for label in labels]
    )


async def test_a_wrong_token_is_told_so(box: Sandbox) -> None:
    stranger = make(box, "123456:another-token")
    with pytest.raises(InvalidToken):
        await stranger.initialize()
    for request in stranger._request:  # noqa: SLF001 - it only closes what it got to know
        await request.shutdown()


async def test_what_a_person_says_is_polled_until_it_is_confirmed(box: Sandbox, bot: Bot) -> None:
    box.telegram.person(OWNER, "Ana Souza").says("/start CODE")
    first = await bot.get_updates(timeout=0)
    again = await bot.get_updates(timeout=0)
    assert [update.update_id for update in first] == [update.update_id for update in again]
    message = first[0].message
    assert message is not None
    assert (message.text, message.chat.id) == ("/start CODE", OWNER)
    assert message.entities[0].type == "bot_command"
    assert message.from_user is not None
    assert message.from_user.full_name == "Ana Souza"
    assert await bot.get_updates(offset=first[-1].update_id + 1, timeout=0) == ()


async def test_a_long_poll_returns_when_somebody_speaks(box: Sandbox, bot: Bot) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=10))
    await box.until(lambda: box.telegram.updates._poller == 1)  # noqa: SLF001 - the poll is in
    box.telegram.person(OWNER, "Ana").says("oi")
    async with asyncio.timeout(3):
        assert [update.message.text for update in await poll if update.message] == ["oi"]


async def test_of_two_pollers_the_older_one_is_sent_away(box: Sandbox, bot: Bot) -> None:
    older = asyncio.create_task(bot.get_updates(timeout=10))
    await box.until(lambda: box.telegram.updates._poller == 1)  # noqa: SLF001
    async with make(box) as other:
        await other.get_updates(timeout=0)
    with pytest.raises(Conflict):
        await older


async def test_updates_go_to_a_webhook_with_its_secret_and_polling_is_refused(
    box: Sandbox, bot: Bot
) -> None:
    async with listening() as listener:
        box.telegram.person(OWNER, "Ana").says("before")
        await bot.set_webhook(listener.url, secret_token="s3cret")  # noqa: S106
        box.telegram.person(OWNER).says("after")
        await box.until(lambda: len(listener.bodies) == 2)
        assert {body["message"]["text"] for body in listener.bodies} == {"before", "after"}
        assert listener.headers[0]["X-Telegram-Bot-Api-Secret-Token"] == "s3cret"
        with pytest.raises(Conflict):
            await bot.get_updates(timeout=0)


async def test_a_tap_is_answered_once_and_the_message_changes(box: Sandbox, bot: Bot) -> None:
    ana = box.telegram.person(OWNER, "Ana")
    ana.says("/start")
    sent = await bot.send_message(
        OWNER, "<b>Confirmar</b> R$ 5 &amp; mais?", parse_mode="HTML", reply_markup=keyboard("Sim")
    )
    assert ana.last().text == "Confirmar R$ 5 & mais?"
    assert ana.last().runs[0].marks == ("bold",)
    ana.taps("Sim")
    query = (await bot.get_updates(offset=-1, timeout=0))[0].callback_query
    assert query is not None
    assert query.data == "v1:Sim"
    assert query.message is not None
    assert query.message.message_id == sent.message_id
    await query.answer("Feito")
    assert [toast.text for toast in ana.toasts] == ["Feito"]
    with pytest.raises(BadRequest, match=r"(?i)query is too old"):
        await query.answer()
    await query.edit_message_text("Pago")
    assert (ana.last().text, ana.last().labels, ana.last().edited) == ("Pago", (), True)
    with pytest.raises(BadRequest, match="not modified"):
        await query.edit_message_text("Pago")
    with pytest.raises(LookupError, match="nothing to tap"):
        ana.taps("Sim")


async def test_an_undelivered_tap_lives_150_seconds(box: Sandbox, bot: Bot) -> None:
    ana = box.telegram.person(OWNER, "Ana")
    ana.says("oi")
    await bot.send_message(OWNER, "?", reply_markup=keyboard("Sim"))
    ana.taps("Sim")
    box.advance(seconds=151)
    assert [u.callback_query for u in await bot.get_updates(timeout=0)] == [None]


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        (" ", {}, "text is empty"),
        ("x" * 4097, {}, "too long"),
        ("<b>open", {"parse_mode": "HTML"}, "find end tag"),
        ("a <br> b", {"parse_mode": "HTML"}, "nsupported start tag"),
        ("a <b>b</i>", {"parse_mode": "HTML"}, "nmatched end tag"),
        ("?", {"reply_markup": keyboard("é" * 32)}, "(?i)button_data_invalid"),
    ],
)
async def test_what_telegram_refuses_is_refused(
    box: Sandbox, bot: Bot, text: str, options: dict[str, object], words: str
) -> None:
    box.telegram.person(OWNER, "Ana").says("oi")
    with pytest.raises(BadRequest, match=words):
        await bot.send_message(OWNER, text, **options)  # type: ignore[arg-type]
    assert box.accepted() == []


async def test_nobody_is_written_to_before_they_start_or_after_they_block(
    box: Sandbox, bot: Bot
) -> None:
    ana = box.seed_admin(OWNER, "Ana")
    with pytest.raises(BadRequest, match=r"(?i)chat not found"):
        await bot.send_message(OWNER, "oi")
    ana.says("oi")
    ana.blocks_bot()
    with pytest.raises(Forbidden, match="blocked"):
        await bot.send_message(OWNER, "oi")
    changes = [u.my_chat_member for u in await bot.get_updates(timeout=0)]
    assert changes[-1] is not None
    assert changes[-1].new_chat_member.status == "kicked"


async def test_pictures_and_documents_go_both_ways(box: Sandbox, bot: Bot) -> None:
    ana = box.telegram.person(OWNER, "Ana")
    ana.uploads(b"%PDF-1.4 x", "recibo.pdf", "application/pdf", caption="paguei")
    message = (await bot.get_updates(timeout=0))[0].message
    assert message is not None
    assert message.document is not None
    assert (message.document.file_name, message.caption) == ("recibo.pdf", "paguei")
    file = await bot.get_file(message.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"%PDF-1.4 x"
    picture = png(40, 30)
    sent = await bot.send_photo(OWNER, picture, caption="gráfico", filename="números.png")
    assert (sent.photo[-1].width, sent.photo[-1].height) == (40, 30)
    assert (ana.last().content, ana.last().picture) == (picture, True)
    await bot.send_document(OWNER, b"a;b", filename="erros é.xlsx")
    document = ana.last().file
    assert document is not None
    assert document.name == "erros é.xlsx"
    await bot.send_photo(OWNER, sent.photo[-1].file_id)
    assert ana.last().content == picture
    with pytest.raises(BadRequest, match=r"(?i)image_process_failed"):
        await bot.send_photo(OWNER, b"no picture", filename="x.png")


async def test_each_person_has_the_commands_that_fit_them_best(box: Sandbox, bot: Bot) -> None:
    ana, bia = box.telegram.person(OWNER, "Ana", "pt-br"), box.telegram.person(2, "Bia", "en")
    ana.says("oi")
    await bot.set_my_commands([BotCommand("start", "Start")])
    await bot.set_my_commands([BotCommand("start", "Começar")], language_code="pt")
    assert box.telegram.commands_for(ana)[0]["description"] == "Começar"
    assert box.telegram.commands_for(bia)[0]["description"] == "Start"
    await bot.set_my_commands([BotCommand("novo", "Novo")], scope=BotCommandScopeChat(OWNER))
    assert box.telegram.commands_for(ana)[0]["command"] == "novo"
    with pytest.raises(BadRequest, match=r"(?i)chat not found"):
        await bot.set_my_commands([BotCommand("novo", "Novo")], scope=BotCommandScopeChat(2))


async def test_faults_come_in_order_and_a_hang_is_accepted_all_the_same(
    box: Sandbox, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # the library's own deprecation, not ours
    box.telegram.person(OWNER, "Ana").says("oi")
    box.faults.next("telegram.sendMessage", "throttle", retry_after=7)
    box.faults.next("telegram.sendMessage", "html")
    box.faults.next("telegram.sendMessage", "hang")
    with pytest.raises(RetryAfter) as throttled:
        await bot.send_message(OWNER, "1")
    assert throttled.value.retry_after == timedelta(seconds=7)
    with pytest.raises(Exception, match=r"(?i)bad gateway"):
        await bot.send_message(OWNER, "2")
    assert box.accepted() == []
    with pytest.raises(TimedOut):
        await bot.send_message(OWNER, "3", read_timeout=0.2)
    await bot.send_message(OWNER, "4")
    assert [entry.text for entry in box.accepted("telegram")] == ["3", "4"]


async def test_a_method_it_does_not_have_fails_loudly(box: Sandbox) -> None:
    url = f"{box.telegram_api_url}/bot{TELEGRAM_TOKEN}/sendGame"
    async with aiohttp.ClientSession() as session, session.post(url) as answer:
        assert answer.status == 404
        assert "no such method" in await answer.text()
