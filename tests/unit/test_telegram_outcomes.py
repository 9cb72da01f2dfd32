"""Every answer Telegram can give, and what becomes of the message."""

import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs
from telegram import Bot

from bot.channels.telegram import line
from bot.channels.telegram.line import close_bot, make_bot
from bot.channels.telegram.reasons import Reason
from bot.channels.telegram.send import TelegramSender
from bot.domain.clock import FrozenClock
from bot.domain.delivery import GiveUp, Snooze, TryLater, Uncertain
from tests.support.bot_api import TOKEN, Answer, ScriptedBotApi, error, scripted_bot_api
from tests.support.parcels import Quoted, a_parcel

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
OWN_500 = error(500, "Internal Server Error: restart")
GATEWAY = "<html><center>nginx</center></html>"


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


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (
            error(429, "Too Many Requests: retry after 7", retry_after=7),
            TryLater(Reason.THROTTLED, timedelta(seconds=7), slow_person=True),
        ),
        (error(429, "Too Many Requests"), TryLater(Reason.THROTTLED, slow_person=True)),
        (Answer(429, GATEWAY), TryLater(Reason.THROTTLED, slow_person=True)),
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
