"""A chat that takes messages and tells nothing of them, as far as the store shows it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.domain.delivery import Accepted, Report, State
from bot.domain.message import ChannelName
from bot.domain.role import Role
from bot.storage.engine import Engines
from bot.storage.tables import addresses, inbox_raw, outbox
from bot.storage.watching import Watching
from tests.contract.test_watch import minutes, notices
from tests.support.books import Books
from tests.support.engine_room import TELEGRAM, WHATSAPP, EngineRoom
from tests.support.talk import Talk

SILENT, TOLD = {"silent.whatsapp": 1000.0}, {"silent.whatsapp": 0.0}


async def takes(
    room: EngineRoom, channel: ChannelName = WHATSAPP, kind: str = "notice", mark: str = "wamid.1"
) -> None:
    """A network takes one message."""
    person = await room.person(channel=channel)
    await room.queue(person, channel=channel, kind=kind, priority=3)
    (row,) = await room.leave(channel=channel)
    await room.record(row, Accepted(mark))


async def silent_for(room: EngineRoom) -> timedelta | None:
    async with room.connect() as connection:
        since = (await Watching(connection).silent_since()).get(WHATSAPP)
    return None if since is None else room.now - since


async def test_a_house_that_sends_nothing_hears_no_silence(room: EngineRoom) -> None:
    assert await silent_for(room) is None
    await takes(room)
    room.clock.advance(minutes=1)
    await room.heard()
    room.clock.advance(hours=48)
    assert await silent_for(room) is None


async def test_silence_begins_with_the_first_message_since_anything_came(room: EngineRoom) -> None:
    await room.heard()
    room.clock.advance(hours=5)
    await takes(room)
    room.clock.advance(minutes=20)
    await takes(room, mark="wamid.2")
    assert await silent_for(room) == timedelta(minutes=20)
    await room.heard()
    assert await silent_for(room) is None


async def test_where_nothing_ever_came_it_begins_with_the_first_message(room: EngineRoom) -> None:
    await takes(room)
    room.clock.advance(minutes=30)
    assert await silent_for(room) == timedelta(minutes=30)


async def test_what_came_and_is_not_understood_yet_was_heard(room: EngineRoom) -> None:
    await takes(room)
    room.clock.advance(minutes=30)
    came = {"channel": WHATSAPP, "body": b"{}", "received_at": room.now}
    await room.change(sa.insert(inbox_raw).values(**came))
    assert await silent_for(room) is None


async def test_a_report_that_was_quicker_than_our_note_counts(room: EngineRoom) -> None:
    await room.heard()
    room.clock.advance(seconds=1)
    await takes(room)
    await room.report(Report("wamid.1", State.SENT, room.now))
    room.clock.advance(hours=2)
    assert await silent_for(room) is None


@pytest.mark.parametrize(("channel", "kind"), [(TELEGRAM, "notice"), (WHATSAPP, "screen")])
async def test_who_tells_of_no_arrivals_and_who_was_only_answered_is_not_silent(
    room: EngineRoom, channel: ChannelName, kind: str
) -> None:
    await takes(room, channel, kind)
    room.clock.advance(hours=2)
    assert await silent_for(room) is None


@pytest.mark.parametrize("also", [None, TELEGRAM], ids=["nowhere else", "over another chat"])
async def test_it_is_told_over_another_chat_or_else_over_the_one_that_is_silent(
    engines: Engines, also: ChannelName | None
) -> None:
    books = Books(engines)
    await books.begin()
    owner = await Talk(books, sender="5511999990000", channel=WHATSAPP).join(Role.OWNER)
    if also is not None:
        there = {"person_id": owner, "channel": also, "key": "7001", "send_to": "7001"}
        async with books.open() as shop:
            await shop.unit.connection.execute(sa.insert(addresses).values(**there))
    assert await minutes(books, 20, SILENT) == 1
    assert "não conta nada" in (await notices(books))[0]
    async with books.open() as shop:
        channels = (await shop.unit.connection.execute(sa.select(outbox.c.channel))).scalars()
        assert list(channels) == [also or WHATSAPP]
    assert await minutes(books, 10, TOLD) == 1
    assert "Já passou: WhatsApp" in (await notices(books))[1]
