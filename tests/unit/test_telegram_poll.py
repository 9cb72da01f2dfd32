"""Polling: nothing is confirmed before it is kept."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

import pytest
from telegram import Bot

from bot.channels.telegram.line import close_bot, make_bot
from bot.channels.telegram.poll import Pace, Poller
from bot.channels.telegram.reasons import Reason
from bot.channels.telegram.webhook import SECRET_HEADER, proof, set_webhook
from tests.support.bot_api import TOKEN, Answer, ScriptedBotApi, error, result, scripted_bot_api

QUICK = Pace(wait_s=0, first_pause_s=0.001, longest_pause_s=0.002)


class Store:
    """Keeps what is polled; may be told to fail first."""

    def __init__(self, failures: int = 0) -> None:
        self.kept: list[int] = []
        self.cursor: int | None = None
        self.batches = 0
        self._failures = failures

    async def __call__(self, bodies: Sequence[bytes], cursor: int) -> None:
        if self._failures:
            self._failures -= 1
            raise OSError("the database is away")
        self.kept += [json.loads(body)["update_id"] for body in bodies]
        self.cursor = cursor
        self.batches += 1


class Troubles(list[str]):
    """What the poller complains of."""

    async def told(self, reason: str) -> None:
        self.append(reason)


@pytest.fixture
async def api() -> AsyncIterator[ScriptedBotApi]:
    async with scripted_bot_api() as served:
        yield served


@pytest.fixture
async def bot(api: ScriptedBotApi) -> AsyncIterator[Bot]:
    made = make_bot(TOKEN, api.url)
    yield made
    await close_bot(made)


async def polled(api: ScriptedBotApi, poller: Poller, asked: int) -> None:
    """Run until Telegram was asked so often, then stop it as a shutdown would."""
    running = asyncio.create_task(poller.run())
    try:
        await api.until(lambda: len(api.called("getUpdates")) >= asked)
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


def offsets(api: ScriptedBotApi) -> list[str | None]:
    return [call.fields.get("offset") for call in api.called("getUpdates")]


async def test_updates_are_confirmed_only_by_the_request_after_they_are_kept(
    api: ScriptedBotApi, bot: Bot
) -> None:
    store, troubles = Store(), Troubles()
    api.will("getUpdates", result([{"update_id": 7, "odd": 1}, {"update_id": 9}]))
    await polled(api, Poller(bot, store, troubles.told, pace=QUICK), asked=2)
    assert (store.kept, store.cursor, store.batches) == ([7, 9], 10, 1)
    assert offsets(api) == [None, "10"]
    assert troubles == []


async def test_a_restart_goes_on_from_the_cursor(api: ScriptedBotApi, bot: Bot) -> None:
    await polled(api, Poller(bot, Store(), Troubles().told, cursor=42, pace=QUICK), asked=1)
    assert offsets(api) == ["42"]


async def test_what_could_not_be_kept_is_asked_for_again(api: ScriptedBotApi, bot: Bot) -> None:
    store, troubles = Store(failures=1), Troubles()
    api.will("getUpdates", result([{"update_id": 7}]), result([{"update_id": 7}]))
    await polled(api, Poller(bot, store, troubles.told, pace=QUICK), asked=3)
    assert (store.kept, offsets(api)) == ([7], [None, None, "8"])
    assert troubles == [Reason.STORE_AWAY, ""]


async def test_a_webhook_is_taken_off_first_without_losing_what_waits(
    api: ScriptedBotApi, bot: Bot
) -> None:
    await polled(api, Poller(bot, Store(), Troubles().told, pace=QUICK), asked=1)
    assert [call.method for call in api.calls] == ["deleteWebhook", "getUpdates"]
    assert api.calls[0].fields.get("drop_pending_updates") in {None, "false"}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (error(409, "Conflict: terminated by other getUpdates request"), Reason.TWO_READERS),
        (error(429, "Too Many Requests", retry_after=0), Reason.THROTTLED),
        (error(500, "Internal Server Error"), Reason.NO_CONNECTION),
        (Answer(502, "<html>"), Reason.NO_CONNECTION),
        (Answer(drops=True), Reason.NO_CONNECTION),
        (Answer(200, '{"ok":true,"result":{}}'), Reason.NO_CONNECTION),
    ],
)
async def test_trouble_is_told_until_it_is_over(
    api: ScriptedBotApi, bot: Bot, answer: Answer, reason: Reason
) -> None:
    troubles = Troubles()
    api.will("getUpdates", answer, result([]))
    await polled(api, Poller(bot, Store(), troubles.told, pace=QUICK), asked=3)
    assert troubles == [reason, ""]


@pytest.mark.parametrize("answer", [error(401, "Unauthorized"), error(404, "Not Found")])
@pytest.mark.parametrize("method", ["deleteWebhook", "getUpdates"])
async def test_a_wrong_token_ends_the_polling_aloud(
    api: ScriptedBotApi, bot: Bot, answer: Answer, method: str
) -> None:
    troubles = Troubles()
    api.will(method, answer)
    async with asyncio.timeout(5):
        await Poller(bot, Store(), troubles.told, pace=QUICK).run()
    assert troubles == [Reason.TOKEN_WRONG]


async def test_a_trouble_that_cannot_be_told_stops_nothing(api: ScriptedBotApi, bot: Bot) -> None:
    async def deaf(_reason: str) -> None:
        raise OSError("the database is away")

    api.will("getUpdates", error(500, "Internal Server Error"))
    await polled(api, Poller(bot, Store(), deaf, pace=QUICK), asked=2)


async def test_a_webhook_is_set_with_its_secret(api: ScriptedBotApi, bot: Bot) -> None:
    await set_webhook(bot, "https://shop.example/webhooks/telegram", "s3cret")
    (call,) = api.calls
    assert (call.fields["url"], call.fields["secret_token"]) == (
        "https://shop.example/webhooks/telegram",
        "s3cret",
    )
    assert json.loads(call.fields["allowed_updates"]) == [
        "message",
        "edited_message",
        "callback_query",
        "my_chat_member",
    ]


@pytest.mark.parametrize(
    ("secret", "headers", "proven"),
    [
        ("s3cret", {SECRET_HEADER: "s3cret"}, True),
        ("s3cret", {SECRET_HEADER: "guess"}, False),
        ("s3cret", {SECRET_HEADER: "ção"}, False),
        ("s3cret", {}, False),
        ("", {SECRET_HEADER: ""}, False),
    ],
)
def test_only_our_secret_proves_a_delivery(
    secret: str, headers: dict[str, str], *, proven: bool
) -> None:
    assert proof(secret)(b"{}", headers) is proven
