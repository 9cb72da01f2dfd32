"""Around the messages: answering taps, fetching files, menus, and the words for failures."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from telegram import Bot

from bot.channels.telegram.answer import TapAnswers
from bot.channels.telegram.commands import drop_commands, introduce, set_commands
from bot.channels.telegram.files import MOST_BYTES, TelegramFiles
from bot.channels.telegram.line import close_bot, make_bot
from bot.channels.telegram.reasons import Reason
from bot.domain.errors import Refusal
from bot.domain.message import IncomingFile
from tests.support.bot_api import TOKEN, Answer, ScriptedBotApi, error, scripted_bot_api

LOCALES = Path(__file__).parents[2] / "locales"
RECEIPT = IncomingFile("r1", "image/jpeg", "photo.jpg")


@pytest.fixture
async def api() -> AsyncIterator[ScriptedBotApi]:
    async with scripted_bot_api() as served:
        yield served


@pytest.fixture
async def bot(api: ScriptedBotApi) -> AsyncIterator[Bot]:
    made = make_bot(TOKEN, api.url)
    yield made
    await close_bot(made)


async def test_a_tap_is_answered_with_a_short_toast(api: ScriptedBotApi, bot: Bot) -> None:
    await TapAnswers(bot).acknowledge("9", "x" * 300)
    (call,) = api.calls
    assert call.fields["callback_query_id"] == "9"
    assert call.fields["text"] == "x" * 199 + "…"


@pytest.mark.parametrize(
    "answer",
    [error(400, "Bad Request: query is too old"), Answer(502, "<html>"), Answer(drops=True)],
)
async def test_a_tap_that_can_no_longer_be_answered_hurts_nobody(
    api: ScriptedBotApi, bot: Bot, answer: Answer
) -> None:
    api.will("answerCallbackQuery", answer)
    await TapAnswers(bot).acknowledge("9")
    assert len(api.calls) == 1


async def test_a_file_is_fetched_even_if_the_first_try_fails(api: ScriptedBotApi, bot: Bot) -> None:
    api.files["r1"] = b"jpeg"
    api.will("getFile", Answer(502, "<html>"))
    assert await TelegramFiles(bot, pause_s=0).fetch(RECEIPT) == b"jpeg"


async def test_a_file_that_does_not_come_for_now_may_be_asked_for_later(
    api: ScriptedBotApi, bot: Bot
) -> None:
    api.will("getFile", *[Answer(502, "<html>")] * 3)
    with pytest.raises(ConnectionError):
        await TelegramFiles(bot, pause_s=0).fetch(RECEIPT)


@pytest.mark.parametrize(
    ("why", "key"),
    [("file is too big", "telegram.file_too_big"), ("wrong file_id", "telegram.file_gone")],
)
async def test_a_file_that_never_comes_is_refused(
    api: ScriptedBotApi, bot: Bot, why: str, key: str
) -> None:
    api.will("getFile", error(400, f"Bad Request: {why}"))
    with pytest.raises(Refusal, match=key):
        await TelegramFiles(bot, pause_s=0).fetch(RECEIPT)


async def test_a_file_known_to_be_too_big_is_not_even_asked_for(
    api: ScriptedBotApi, bot: Bot
) -> None:
    with pytest.raises(Refusal, match=r"telegram\.file_too_big"):
        await TelegramFiles(bot).fetch(IncomingFile("r1", "video/mp4", "a", MOST_BYTES + 1))
    assert api.calls == []


async def test_the_menu_is_set_for_each_language_with_one_for_all_others(
    api: ScriptedBotApi, bot: Bot
) -> None:
    entries = {"pt_BR": [("novo", "Novo cliente")], "en": [("new", "Add a client")]}
    await set_commands(bot, entries, default="pt_BR", chat_id=77)
    shown = [
        (call.fields.get("language_code"), json.loads(call.fields["commands"])[0]["command"])
        for call in api.calls
    ]
    assert shown == [("pt", "novo"), (None, "novo"), ("en", "new")]
    assert json.loads(api.calls[0].fields["scope"]) == {"type": "chat", "chat_id": 77}


async def test_who_leaves_the_team_loses_its_menu(api: ScriptedBotApi, bot: Bot) -> None:
    await drop_commands(bot, ["pt_BR", "en"], 77)
    assert [call.fields.get("language_code") for call in api.calls] == ["pt", "en", None]


async def test_the_bot_says_who_it_is(api: ScriptedBotApi, bot: Bot) -> None:
    await introduce(bot, {"en": ("I remind your clients.", "Billing")}, default="pt_BR")
    assert [(call.method, call.fields["language_code"]) for call in api.calls] == [
        ("setMyDescription", "en"),
        ("setMyShortDescription", "en"),
    ]


@pytest.mark.parametrize("language", ["pt_BR", "en", "es"])
def test_every_reason_says_what_to_do(language: str) -> None:
    catalogue = (LOCALES / language / "telegram.po").read_text()
    missing = [reason for reason in Reason if f'msgid "reason.{reason}"' not in catalogue]
    assert missing == []
