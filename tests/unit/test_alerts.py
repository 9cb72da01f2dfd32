"""The house hears of a chat that has stopped, over another one, and not again and again."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.domain.message import ChannelName
from bot.jobs.rounds import Rounds
from bot.storage.channel_states import ChannelStates
from bot.storage.engine import make_engines
from tests.support.engine_room import EngineRoom

TELEGRAM, WHATSAPP = ChannelName.TELEGRAM, ChannelName.WHATSAPP


@pytest.fixture
async def room(sqlite_url: str) -> AsyncIterator[EngineRoom]:
    engines = make_engines(sqlite_url)
    yield EngineRoom(engines)
    await engines.dispose()


async def ails(room: EngineRoom, channel: ChannelName, trouble: str) -> None:
    async with room.connect() as connection:
        await ChannelStates(connection).say_trouble(channel, trouble)


async def told(room: EngineRoom) -> list[tuple[int, str]]:
    """Who was told over which chat, this time."""
    before = len(await room.rows())
    made = await Rounds(room.rooms).alert()
    rows = (await room.rows())[before:]
    assert len(rows) == made
    return [(row.person_id, row.channel) for row in rows]


async def test_who_decides_is_told_over_another_chat(room: EngineRoom) -> None:
    owner = await room.person("Bia", role="owner", channel=WHATSAPP)
    await room.address(owner, TELEGRAM, timedelta(days=3))
    await room.person("Vera", role="viewer")
    await ails(room, WHATSAPP, "whatsapp.token_wrong")
    assert await told(room) == [(owner, TELEGRAM)]


async def test_nobody_is_told_over_the_chat_that_has_stopped(room: EngineRoom) -> None:
    await room.person("Bia", role="owner", channel=WHATSAPP)
    await ails(room, WHATSAPP, "whatsapp.token_wrong")
    assert await told(room) == []


async def test_one_trouble_is_told_once_a_day(room: EngineRoom) -> None:
    owner = await room.person("Bia", role="owner")
    await ails(room, WHATSAPP, "whatsapp.token_wrong")
    assert await told(room) == [(owner, TELEGRAM)]
    room.clock.advance(hours=23)
    assert await told(room) == []
    room.clock.advance(hours=2)
    assert await told(room) == [(owner, TELEGRAM)]


async def test_another_trouble_is_told_at_once(room: EngineRoom) -> None:
    owner = await room.person("Bia", role="owner")
    await ails(room, WHATSAPP, "whatsapp.token_wrong")
    await told(room)
    await ails(room, WHATSAPP, "whatsapp.billing")
    assert await told(room) == [(owner, TELEGRAM)]


@pytest.mark.parametrize("trouble", ["", "telegram.no_connection", "whatsapp.throttled"])
async def test_what_passes_by_itself_is_not_told(room: EngineRoom, trouble: str) -> None:
    await room.person("Bia", role="owner")
    await ails(room, WHATSAPP, trouble)
    assert await told(room) == []
