"""WhatsApp hangs while people write and programs ask: it is left alone, and nobody waits for it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa

from bot.domain.delivery import State
from bot.domain.evidence import grace
from bot.domain.message import ChannelName
from bot.domain.reasons import Reason
from bot.sandbox.telegram.person import TelegramPerson
from bot.storage.tables import attempts, inbox_raw, outbox
from tests.support.houses import a_box, a_house, engines_of
from tests.support.program import a_program
from tests.support.street import PATIENCE_S, Street
from tests.support.town import OWNER_CODE, Town
from tests.support.waiting import until

CLIENTS = 60
PER_SECOND = 5  # so slowly that most of them still wait when it is left alone
WRITERS = 20
ADDED_A_MINUTE = 10
REST_OVER = timedelta(seconds=35)


@pytest.fixture
async def street(sqlite_url: str) -> AsyncIterator[Street]:
    async with a_box() as box, engines_of(sqlite_url) as engines:
        street = Street(box, engines)
        await street.move_in(CLIENTS)
        yield street


async def test_a_network_that_hangs_is_left_alone_and_holds_up_nobody(
    street: Street, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.whatsapp.client.TIMEOUT_S", 2.0)
    street.box.faults.mix("whatsapp.messages", {"hang": 1}, 1)
    pace = {"whatsapp_messages_per_second": PER_SECOND}
    async with a_house(street.box, sqlite_url, **pace) as town:
        owner = town.admin()
        await until(lambda: is_open(town), PATIENCE_S)
        # What hangs is WhatsApp; whoever asks elsewhere, and whatever comes in, is seen to at once.
        await is_answered(owner, f"/start {OWNER_CODE}")
        for number in range(WRITERS):
            street.box.seed_client(f"55279888{number:05}", "Zé").says("oi")
        await until(lambda: all_taken_in(street), PATIENCE_S)
        await is_answered(owner, "/cancelar")
        await keeps_its_limits(town)
        # What is left alone waits, and that counts as no attempt.
        await until(lambda: rests(street), PATIENCE_S)
        assert not await burnt(street)

        street.box.faults.clear()
        for wait in (REST_OVER, REST_OVER, grace(ChannelName.WHATSAPP)):
            street.wait_out(wait)
            town.house.clock_moved()
            await until(street.has_tried_all, PATIENCE_S)
        await until(street.all_arrived, PATIENCE_S)
        assert (await health(town))["breakers"]["whatsapp"] == "closed"
    assert street.once_each()


async def keeps_its_limits(town: Town) -> None:
    """A program that asks too often is told when it may come back; it loses nothing else."""
    async with a_program(town) as program:
        assert (await program.asks("GET", "/clients")).status == 200
        said = [await program.asks("POST", "/clients/add", {}) for _ in range(ADDED_A_MINUTE + 1)]
        assert {one.status for one in said[:-1]} == {422}
        assert said[-1].status == 429
        assert 0 < int(said[-1].headers["Retry-After"]) <= 60
        assert (await program.asks("GET", "/clients")).status == 200


async def is_answered(owner: TelegramPerson, words: str) -> None:
    before = len(owner.visible())
    owner.says(words)
    await until(lambda: len(owner.visible()) >= before + 2, PATIENCE_S)


async def all_taken_in(street: Street) -> bool:
    """Whether every webhook was answered, and what it brought is understood."""
    rows = await street.rows(sa.select(inbox_raw.c.done_at))
    return street.box.courier_idle and all(row.done_at for row in rows)


async def rests(street: Street) -> int:
    """How many reminders wait because WhatsApp is left alone."""
    waiting = sa.select(outbox.c.id).where(
        outbox.c.kind == "reminder",
        outbox.c.state == State.WAITING,
        outbox.c.reason == Reason.RESTING,
        outbox.c.attempts == 0,
    )
    return len(await street.rows(waiting))


async def burnt(street: Street) -> list[Any]:
    """What was given up, or tried for nothing."""
    lost = sa.select(attempts.c.id).where(attempts.c.what.in_(["given_up", "try_later"]))
    return await street.rows(lost)


async def is_open(town: Town) -> bool:
    return bool((await health(town))["breakers"]["whatsapp"] == "open")


async def health(town: Town) -> dict[str, Any]:
    url = f"http://127.0.0.1:{town.house.port}/system/health"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        told: dict[str, Any] = await answer.json()
        return told
