"""A tap on Telegram, from the update that brings it to the message that changes under it."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime

from bot.channels.telegram.answer import TapAnswers
from bot.channels.telegram.line import close_bot, make_bot
from bot.channels.telegram.poll import Pace, Poller
from bot.channels.telegram.receive import Reader
from bot.channels.telegram.send import TelegramSender
from bot.domain.clock import FrozenClock
from bot.domain.delivery import Accepted
from tests.support.bot_api import TOKEN, result, scripted_bot_api
from tests.support.parcels import Quoted, a_parcel

CLOCK = FrozenClock(datetime(2026, 3, 2, 12, tzinfo=UTC))
TAP = {
    "update_id": 31,
    "callback_query": {
        "id": "9",
        "from": {"id": 77, "is_bot": False, "first_name": "Ana"},
        "data": "tok",
        "message": {"message_id": 4, "date": 0, "chat": {"id": 77, "type": "private"}},
    },
}


async def test_a_polled_tap_stops_spinning_then_changes_the_message_it_was_on() -> None:
    async with scripted_bot_api() as api:
        bot = make_bot(TOKEN, api.url)
        api.will("getUpdates", result([TAP]))

        async def store(bodies: Sequence[bytes], _cursor: int) -> None:
            received = Reader(CLOCK).read(bodies[0])
            await TapAnswers(bot).acknowledge(received.acknowledge[0])
            tap = received.incomings[0]
            outcome = await TelegramSender(bot, Quoted(), CLOCK).send(a_parcel(edits=tap.tapped))
            assert outcome == Accepted("77:4")

        async def trouble(reason: str) -> None:
            raise AssertionError(reason)

        polling = asyncio.create_task(Poller(bot, store, trouble, pace=Pace(wait_s=0)).run())
        await api.until(lambda: len(api.called("getUpdates")) == 2)
        polling.cancel()
        with suppress(asyncio.CancelledError):
            await polling
        await close_bot(bot)
    assert [call.method for call in api.calls] == [
        "deleteWebhook",
        "getUpdates",
        "answerCallbackQuery",
        "editMessageText",
        "getUpdates",
    ]
    markup = json.loads(api.called("editMessageText")[0].fields["reply_markup"])
    assert markup["inline_keyboard"][0][0]["callback_data"] == "tok"
