"""Sending to Telegram: every answer it can give, and what becomes of the message."""

import json
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs
from telegram import Bot

from bot.channels.telegram import line
from bot.channels.telegram.line import close_bot, make_bot
from bot.channels.telegram.reasons import Reason
from bot.channels.telegram.send import TelegramSender
from bot.domain.clock import FrozenClock
from bot.domain.delivery import Accepted, GiveUp, Snooze, TryLater, Uncertain
from bot.domain.ids import FileId
from bot.domain.message import Address, Attachment, Button, ChannelName, Outgoing, Parcel
from bot.domain.text import Text, plain
from bot.services.ports.words import Marks
from tests.support.bot_api import TOKEN, Answer, ScriptedBotApi, error, scripted_bot_api

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PICTURE = Attachment(FileId(1), "pix.png", "image/png")
OWN_500 = error(500, "Internal Server Error: restart")
GATEWAY = "<html><center>nginx</center></html>"


class Quoted:
    """Words that only quote."""

    def say(self, text: Text, language: str, style: Marks = "plain") -> str:
        return str(text.params["words"])


@pytest.fixture
async def api() -> AsyncIterator[ScriptedBotApi]:
    async with scripted_bot_api() as served:
        yield served


@pytest.fixture
async def bot(api: ScriptedBotApi) -> AsyncIterator[Bot]:
    made = make_bot(TOKEN, api.url)
    yield made
    await close_bot(made)


@pytest.fixture
def sender(bot: Bot) -> TelegramSender:
    return TelegramSender(bot, Quoted(), FrozenClock(NOON))


def a_parcel(blob: bytes | None = None, to: str = "77", **outgoing: Any) -> Parcel:
    said = Outgoing((plain("<b>Oi</b>"),), (Button(plain("Sim"), "tok"),))
    address = Address(ChannelName.TELEGRAM, to)
    return Parcel(address, replace(said, **outgoing), "pt_BR", "o-1", blob=blob)


async def test_a_message_goes_with_its_marks_and_its_buttons(
    api: ScriptedBotApi, sender: TelegramSender
) -> None:
    assert await sender.send(a_parcel()) == Accepted("77:101")
    (call,) = api.calls
    assert (call.method, call.fields["text"], call.fields["parse_mode"]) == (
        "sendMessage",
        "<b>Oi</b>",
        "HTML",
    )
    assert json.loads(call.fields["reply_markup"]) == {
        "inline_keyboard": [[{"text": "Sim", "callback_data": "tok"}]]
    }


async def test_a_picture_is_shown_with_the_words_under_it(
    api: ScriptedBotApi, sender: TelegramSender
) -> None:
    assert await sender.send(a_parcel(b"png", attachment=PICTURE)) == Accepted("77:101")
    (call,) = api.calls
    assert (call.method, call.files["photo"]) == ("sendPhoto", ("pix.png", b"png"))
    assert call.fields["caption"] == "<b>Oi</b>"


async def test_anything_else_is_offered_as_a_document(
    api: ScriptedBotApi, sender: TelegramSender
) -> None:
    sheet = Attachment(FileId(2), "março.csv", "text/csv")
    assert await sender.send(a_parcel(b"a;b", attachment=sheet)) == Accepted("77:101")
    assert api.calls[0].files["document"] == ("março.csv", b"a;b")


async def test_a_picture_that_cannot_be_a_photo_goes_as_a_document(
    api: ScriptedBotApi, sender: TelegramSender
) -> None:
    api.will("sendPhoto", error(400, "Bad Request: PHOTO_INVALID_DIMENSIONS"))
    assert await sender.send(a_parcel(b"png", attachment=PICTURE)) == Accepted("77:102")
    assert [call.method for call in api.calls] == ["sendPhoto", "sendDocument"]
    assert api.calls[1].files["document"] == ("pix.png", b"png")


async def test_words_go_even_if_their_file_is_lost(
    api: ScriptedBotApi, sender: TelegramSender
) -> None:
    assert await sender.send(a_parcel(None, attachment=PICTURE)) == Accepted("77:101")
    assert api.calls[0].method == "sendMessage"


async def test_a_tapped_message_is_replaced_in_place(
    api: ScriptedBotApi, sender: TelegramSender
) -> None:
    assert await sender.send(a_parcel(edits="77:4")) == Accepted("77:4")
    (call,) = api.calls
    assert (call.method, call.fields["message_id"]) == ("editMessageText", "4")


async def test_an_edit_that_changes_nothing_is_a_success(
    api: ScriptedBotApi, sender: TelegramSender
) -> None:
    api.will("editMessageText", error(400, "Bad Request: message is not modified: same"))
    assert await sender.send(a_parcel(edits="77:4")) == Accepted("77:4")
    assert len(api.calls) == 1


@pytest.mark.parametrize(
    "why",
    [
        "message to edit not found",
        "message can't be edited",
        "there is no text in the message to edit",
    ],
)
async def test_what_cannot_be_edited_is_said_anew(
    api: ScriptedBotApi, sender: TelegramSender, why: str
) -> None:
    api.will("editMessageText", error(400, f"Bad Request: {why}"))
    assert await sender.send(a_parcel(edits="77:4")) == Accepted("77:102")


@pytest.mark.parametrize("edits", ["88:4", "77:", "wamid.x"])
async def test_a_message_of_another_chat_is_never_edited(
    api: ScriptedBotApi, sender: TelegramSender, edits: str
) -> None:
    await sender.send(a_parcel(edits=edits))
    assert [call.method for call in api.calls] == ["sendMessage"]


async def test_an_edit_without_an_answer_may_simply_be_done_again(
    api: ScriptedBotApi, sender: TelegramSender
) -> None:
    api.will("editMessageText", Answer(502, GATEWAY))
    assert await sender.send(a_parcel(edits="77:4")) == TryLater(Reason.UNANSWERED)


async def test_marks_that_telegram_does_not_understand_are_left_out(
    api: ScriptedBotApi, sender: TelegramSender
) -> None:
    api.will("sendMessage", error(400, "Bad Request: can't parse entities: unclosed tag"))
    assert await sender.send(a_parcel()) == Accepted("77:102")
    assert api.calls[1].fields["text"] == "Oi"
    assert "parse_mode" not in api.calls[1].fields


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (
            error(429, "Too Many Requests: retry after 7", retry_after=7),
            TryLater(Reason.THROTTLED, timedelta(seconds=7)),
        ),
        (error(429, "Too Many Requests"), TryLater(Reason.THROTTLED)),
        (Answer(429, GATEWAY), TryLater(Reason.THROTTLED)),
        (
            error(403, "Forbidden: bot was blocked by the user"),
            GiveUp(Reason.BLOCKED, unreachable=True),
        ),
        (error(403, "Forbidden: user is deactivated"), GiveUp(Reason.BLOCKED, unreachable=True)),
        (error(400, "Bad Request: chat not found"), GiveUp(Reason.NOT_STARTED, unreachable=True)),
        (
            error(400, "Bad Request: group migrated", migrate_to_chat_id=-100),
            GiveUp(Reason.NOT_STARTED, unreachable=True),
        ),
        (error(400, "Bad Request: BUTTON_DATA_INVALID"), GiveUp(Reason.REFUSED)),
        (OWN_500, TryLater(Reason.UNAVAILABLE)),
        (error(502, "Bad Gateway"), TryLater(Reason.UNAVAILABLE)),
        (Answer(503, GATEWAY), TryLater(Reason.UNAVAILABLE)),
        (Answer(403, GATEWAY), TryLater(Reason.UNAVAILABLE)),
        (Answer(404, GATEWAY), TryLater(Reason.UNAVAILABLE)),
        (Answer(500, GATEWAY), Uncertain(Reason.UNANSWERED)),
        (Answer(502, GATEWAY), Uncertain(Reason.UNANSWERED)),
        (Answer(504, "[]"), Uncertain(Reason.UNANSWERED)),
        (Answer(200, '{"ok":true,"res'), Uncertain(Reason.UNANSWERED)),
        (Answer(200, '{"ok":true}'), Uncertain(Reason.UNANSWERED)),
        (Answer(drops=True), Uncertain(Reason.UNANSWERED)),
        (
            error(401, "Unauthorized"),
            Snooze(NOON + timedelta(minutes=10), Reason.TOKEN_WRONG, pause=True),
        ),
        (
            error(404, "Not Found"),
            Snooze(NOON + timedelta(minutes=10), Reason.TOKEN_WRONG, pause=True),
        ),
    ],
)
async def test_every_answer_has_its_word(
    api: ScriptedBotApi, sender: TelegramSender, answer: Answer, outcome: object
) -> None:
    api.will("sendMessage", answer)
    assert await sender.send(a_parcel()) == outcome
    assert len(api.calls) == 1


async def test_a_time_out_leaves_it_open_whether_the_message_went(
    api: ScriptedBotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "READ_TIMEOUT_S", 0.05)
    api.will("sendMessage", Answer(hangs=True))
    bot = make_bot(TOKEN, api.url)
    sender = TelegramSender(bot, Quoted(), FrozenClock(NOON))
    assert await sender.send(a_parcel()) == Uncertain(Reason.UNANSWERED)
    await close_bot(bot)


async def test_where_nobody_listens_nothing_has_left() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        bot = make_bot(TOKEN, f"http://127.0.0.1:{closed.getsockname()[1]}")
        sender = TelegramSender(bot, Quoted(), FrozenClock(NOON))
        assert await sender.send(a_parcel()) == TryLater(Reason.NO_CONNECTION)
        await close_bot(bot)


async def test_an_address_that_is_no_chat_is_given_up_unasked(
    api: ScriptedBotApi, sender: TelegramSender
) -> None:
    outcome = await sender.send(a_parcel(to="+5527998142173"))
    assert outcome == GiveUp(Reason.NOT_STARTED, unreachable=True)
    assert api.calls == []


@pytest.mark.parametrize("answer", [error(401, "Unauthorized"), OWN_500, Answer(502, GATEWAY)])
async def test_the_token_is_never_told_or_logged(
    api: ScriptedBotApi,
    sender: TelegramSender,
    caplog: pytest.LogCaptureFixture,
    answer: Answer,
) -> None:
    caplog.set_level("INFO")
    api.will("sendMessage", answer)
    with capture_logs() as logged:
        outcome = await sender.send(a_parcel())
    assert TOKEN not in f"{outcome} {logged} {caplog.text}"
