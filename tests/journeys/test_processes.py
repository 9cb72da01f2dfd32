"""Four workers and two webs on one PostgreSQL and one Redis: together as good as one, and safer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.domain.evidence import LEASE, grace
from bot.domain.message import ChannelName
from bot.sandbox import Sandbox
from bot.sandbox.ledger import Accepted
from bot.sandbox.telegram.person import TelegramPerson
from tests.support.databases import PostgresDatabases
from tests.support.houses import a_box, engines_of
from tests.support.process import Program, a_program
from tests.support.street import PATIENCE_S, Street
from tests.support.town import OWNER_CODE
from tests.support.waiting import until

CLIENTS = 240
PER_SECOND = 10  # all of them together, so that much is left when one dies
JITTER = 8  # requests bunch on their way
WITHIN_A_MINUTE_S = 60


@pytest.fixture
async def url(postgres_databases: PostgresDatabases) -> AsyncIterator[str]:
    async with postgres_databases.fresh() as url:
        yield url


@pytest.fixture
async def box() -> AsyncIterator[Sandbox]:
    async with a_box() as box:
        yield box


async def answered(owner: TelegramPerson, words: str, within: float = PATIENCE_S) -> str:
    """What the owner sees after these words."""
    before = len(owner.visible())
    owner.says(words)
    await until(lambda: len(owner.visible()) >= before + 2, within)
    return owner.last().text


def polls(program: Program) -> bool:
    """Whether it has said that Telegram's updates are its own."""
    return "loop telegram" in program.told


def most_within(seconds: float, left: list[Accepted]) -> int:
    """The most that the network took in any stretch of so long."""
    span = timedelta(seconds=seconds)
    return max(sum(one.at <= each.at < one.at + span for each in left) for one in left)


@pytest.mark.timeout(360)
async def test_many_processes_share_the_work_and_one_that_is_killed_is_replaced(
    box: Sandbox, url: str, redis_url: str, tmp_path: Path
) -> None:
    open_one = partial(
        a_program,
        box,
        database_url=url,
        owner_code=OWNER_CODE,
        redis_url=redis_url,
        whatsapp_messages_per_second=str(PER_SECOND),
    )
    owner = box.seed_admin(7, "Bia Souza")
    async with engines_of(url) as engines, AsyncExitStack() as stack:
        street = Street(box, engines)
        await street.move_in(CLIENTS)
        webs = [
            await stack.enter_async_context(open_one(folder=tmp_path / f"web{n}", part="web"))
            for n in range(2)
        ]
        workers = [
            await stack.enter_async_context(open_one(folder=tmp_path / f"work{n}", part="worker"))
            for n in range(4)
        ]
        await webs[0].start()
        await asyncio.gather(*(program.start() for program in (webs[1], *workers)))
        await until(lambda: sum(map(polls, workers)) == 1)
        poller = next(one for one in workers if polls(one))
        # Before there is an owner: whom so many at once would be asked about.
        await until(lambda: len(street.accepted) >= 10, PATIENCE_S)
        await answered(owner, f"/start {OWNER_CODE}")
        await poller.kill()
        assert len(street.accepted) < CLIENTS, "nothing was left to take over"
        await webs[1].kill()
        await webs[1].start()
        # Others take over what the dead one was at, its updates and its leases.
        await answered(owner, "Academia", WITHIN_A_MINUTE_S)
        assert most_within(5, street.accepted) <= 5 * PER_SECOND + PER_SECOND + JITTER
        rest = [one for one in workers if one is not poller]
        assert sum(map(polls, rest)) == 1
        street.wait_out(LEASE + timedelta(seconds=5))
        await until(street.has_tried_all, PATIENCE_S)
        street.wait_out(grace(ChannelName.WHATSAPP) + timedelta(minutes=1))
        await until(street.all_arrived, PATIENCE_S)
    assert street.once_each()
    assert all("two_readers" not in one.told for one in workers if one is not poller)
