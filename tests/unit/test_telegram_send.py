"""Sending to Telegram: words, pictures, documents, and edits in place."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from telegram import Bot

from bot.channels.telegram.line import close_bot, make_bot
from bot.channels.telegram.reasons import Reason
from bot.channels.telegram.send import TelegramSender
from bot.domain.clock import FrozenClock
from bot.domain.delivery import Accepted, TryLater
from bot.domain.ids import FileId
from bot.domain.message import Attachment
from tests.support.bot_api import TOKEN, Answer, ScriptedBotApi, error, scripted_bot_api
from tests.support.parcels import PICTURE, Quoted, a_parcel

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


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


async def test_a_newer_picture_takes_the_place_of_the_one_before_it(
    api: ScriptedBotApi, sender: TelegramSender
) -> None:
    renewal = a_parcel(b"newer", attachment=PICTURE, renews="77:4")
    assert await sender.send(renewal) == Accepted("77:4")
    (call,) = api.calls
    assert (call.method, call.fields["message_id"]) == ("editMessageMedia", "4")
    media = json.loads(call.fields["media"])
    assert (media["type"], media["caption"], media["parse_mode"]) == ("photo", "<b>Oi</b>", "HTML")
    assert call.files[media["media"].removeprefix("attach://")] == ("pix.png", b"newer")
    assert "Sim" in call.fields["reply_markup"]


async def test_a_picture_whose_place_is_gone_is_sent_anew(
    api: ScriptedBotApi, sender: TelegramSender
) -> None:
    api.will("editMessageMedia", error(400, "Bad Request: message to edit not found"))
    renewal = a_parcel(b"newer", attachment=PICTURE, renews="77:4")
    assert await sender.send(renewal) == Accepted("77:102")
    elsewhere = a_parcel(b"newer", attachment=PICTURE, renews="88:4")
    assert await sender.send(elsewhere) == Accepted("77:103")
    # A picture takes no place of the words that were tapped.
    assert await sender.send(a_parcel(b"png", attachment=PICTURE, edits="77:4"))
    lost = a_parcel(None, attachment=PICTURE, renews="77:4")
    assert await sender.send(lost) == Accepted("77:105")
    sent = ["editMessageMedia", "sendPhoto", "sendPhoto", "sendPhoto", "sendMessage"]
    assert [call.method for call in api.calls] == sent


@pytest.mark.parametrize("edits", ["88:4", "77:", "wamid.x"])
async def test_a_message_of_another_chat_is_never_edited(
    api: ScriptedBotApi, sender: TelegramSender, edits: str
) -> None:
    await sender.send(a_parcel(edits=edits))
    assert [call.method for call in api.calls] == ["sendMessage"]


async def test_an_edit_without_an_answer_may_simply_be_done_again(
    api: ScriptedBotApi, sender: TelegramSender
) -> None:
    api.will("editMessageText", Answer(502, "<html>"))
    assert await sender.send(a_parcel(edits="77:4")) == TryLater(Reason.UNANSWERED)


async def test_marks_that_telegram_does_not_understand_are_left_out(
    api: ScriptedBotApi, sender: TelegramSender
) -> None:
    api.will("sendMessage", error(400, "Bad Request: can't parse entities: unclosed tag"))
    assert await sender.send(a_parcel()) == Accepted("77:102")
    assert api.calls[1].fields["text"] == "Oi"
    assert "parse_mode" not in api.calls[1].fields
