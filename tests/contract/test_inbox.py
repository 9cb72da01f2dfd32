"""Deliveries are durable before they are answered, and acted on once."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.domain.clock import FrozenClock
from bot.storage.engine import Engines
from bot.storage.inbox import Inbox
from bot.storage.raw_inbox import RawInbox
from bot.storage.tables import inbox_raw

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


async def kept(engines: Engines) -> list[bytes]:
    async with engines.reader.connect() as connection:
        return [row.body for row in await Inbox(connection).undone(NOW, 1000)]


async def test_many_deliveries_at_once_are_all_durable_when_answered(engines: Engines) -> None:
    calls: list[int] = []
    inbox = RawInbox(engines.writer, FrozenClock(NOW), lambda: calls.append(1))
    bodies = [f"{n}".encode() for n in range(100)]

    async def deliver(body: bytes) -> bool:
        await inbox.keep("whatsapp", body)
        return body in await kept(engines)

    assert all(await asyncio.gather(*(deliver(body) for body in bodies)))
    assert sorted(await kept(engines)) == sorted(bodies)
    assert len(calls) < len(bodies)  # one commit carried many


async def test_a_delivery_that_could_not_be_stored_is_not_answered(engines: Engines) -> None:
    inbox = RawInbox(engines.writer, FrozenClock(NOW), lambda: None)
    async with engines.writer.begin() as connection:
        await connection.execute(sa.text("ALTER TABLE inbox_raw RENAME TO elsewhere"))
    with pytest.raises(sa.exc.DBAPIError):
        await inbox.keep("whatsapp", b"lost")
    async with engines.writer.begin() as connection:
        await connection.execute(sa.text("ALTER TABLE elsewhere RENAME TO inbox_raw"))
    await inbox.keep("whatsapp", b"again")
    assert await kept(engines) == [b"again"]


async def test_a_caller_who_leaves_takes_nobody_along(engines: Engines) -> None:
    inbox = RawInbox(engines.writer, FrozenClock(NOW), lambda: None)
    leaving = asyncio.ensure_future(inbox.keep("whatsapp", b"left"))
    staying = asyncio.ensure_future(inbox.keep("whatsapp", b"stayed"))
    await asyncio.sleep(0)
    leaving.cancel()
    await staying
    assert sorted(await kept(engines)) == [b"left", b"stayed"]


async def test_a_message_is_new_only_once(engines: Engines) -> None:
    async with engines.writer.begin() as connection:
        inbox = Inbox(connection)
        assert await inbox.first_time("telegram", "u1", NOW)
        assert not await inbox.first_time("telegram", "u1", NOW)
        assert await inbox.first_time("whatsapp", "u1", NOW)


async def test_what_failed_waits_and_what_is_done_is_gone(engines: Engines) -> None:
    async with engines.writer.begin() as connection:
        inbox = Inbox(connection)
        await inbox.keep([("whatsapp", b"1"), ("whatsapp", b"2")], NOW)
        first, second = await inbox.undone(NOW, 10)
        await inbox.later(first, NOW + timedelta(seconds=5), "OSError")
        await inbox.done(second.id, NOW, "not understood")
        assert [(row.body, row.waits) for row in await inbox.undone(NOW, 10)] == [(b"1", True)]
        again = await inbox.undone(NOW + timedelta(seconds=5), 10)
        assert [(row.body, row.tries, row.waits) for row in again] == [(b"1", 1, False)]
        assert await inbox.riddles() == 2


async def test_old_deliveries_are_forgotten_but_not_the_riddles(engines: Engines) -> None:
    later = NOW + timedelta(days=16)
    async with engines.writer.begin() as connection:
        inbox = Inbox(connection)
        await inbox.keep([("whatsapp", b"fine"), ("whatsapp", b"odd")], NOW)
        fine, odd = await inbox.undone(NOW, 10)
        await inbox.done(fine.id, NOW)
        await inbox.done(odd.id, NOW, "not understood")
        await inbox.first_time("whatsapp", "m1", NOW)
        await inbox.forget(later)
        left = await connection.execute(sa.select(inbox_raw.c.body))
        assert list(left.scalars()) == [b"odd"]
        assert await inbox.first_time("whatsapp", "m1", later)
