"""Redis freezes and is killed, PostgreSQL is killed, while processes send and take in.

Each comes back by itself at the same address. Then everybody has had their reminder, once, and
everybody who wrote was answered, once; nobody had to lend a hand.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.domain.evidence import LEASE, grace
from bot.domain.message import ChannelName
from bot.sandbox.whatsapp.person import WhatsAppPerson
from bot.storage.migrate import upgrade
from tests.support.houses import a_box, engines_of
from tests.support.postgres import PostgresServer, mortal_postgres
from tests.support.process import Program, a_program
from tests.support.redis_server import RedisServer, running_redis
from tests.support.street import PATIENCE_S, Street
from tests.support.waiting import until

CLIENTS = 100
PER_SECOND = 2  # so slowly that each trouble finds something to interrupt
A_MOMENT = timedelta(seconds=5)
REST_OVER = timedelta(seconds=35)  # what fails five times in a row is left alone for so long


class Scene:
    """A web and two workers, on a PostgreSQL and a Redis of their own."""

    def __init__(self, street: Street, postgres: PostgresServer, crew: list[Program]) -> None:
        self.street = street
        self.postgres = postgres
        self.crew = crew
        self._strangers: list[WhatsAppPerson] = []

    def writes(self) -> WhatsAppPerson:
        """Somebody else writes, at this very moment."""
        number = len(self._strangers)
        stranger = self.street.box.seed_client(f"55279888877{number:02}", "Zé")
        stranger.says("oi")
        self._strangers.append(stranger)
        return stranger

    async def is_answered(self, stranger: WhatsAppPerson) -> None:
        await until(lambda: answers(stranger) > 0, PATIENCE_S)

    async def goes_on(self) -> None:
        """Reminders leave, and whoever writes is answered."""
        await asyncio.gather(self.street.sends(1), self.is_answered(self.writes()))

    async def ends_well(self) -> None:
        """What was claimed or had left when a server died is waited out; then all is as it was."""
        for wait in (LEASE + A_MOMENT, REST_OVER, grace(ChannelName.WHATSAPP) + A_MOMENT):
            self.street.wait_out(wait)
            await until(self.street.has_tried_all, PATIENCE_S)
        await until(self.street.all_arrived, PATIENCE_S)
        assert self.street.once_each()
        assert [answers(stranger) for stranger in self._strangers] == [1] * len(self._strangers)


def answers(stranger: WhatsAppPerson) -> int:
    return sum(not seen.mine for seen in stranger.visible())


async def is_not_ready(program: Program) -> bool:
    async with aiohttp.ClientSession() as session, session.get(f"{program.url}/readyz") as answer:
        return answer.status != 200


@asynccontextmanager
async def a_scene(folder: Path, redis: RedisServer) -> AsyncIterator[Scene]:
    async with AsyncExitStack() as stack:
        postgres = stack.enter_context(mortal_postgres())
        await upgrade(postgres.url)
        box = await stack.enter_async_context(a_box())
        engines = await stack.enter_async_context(engines_of(postgres.url))
        street = Street(box, engines)
        await street.move_in(CLIENTS)
        pace = str(PER_SECOND)
        told = {"redis_url": redis.url, "whatsapp_messages_per_second": pace}
        crew = [
            await stack.enter_async_context(
                a_program(box, folder / f"{part}{number}", postgres.url, part, **told)
            )
            for number, part in enumerate(("web", "worker", "worker"))
        ]
        await crew[0].start()
        await asyncio.gather(*(program.start() for program in crew[1:]))
        yield Scene(street, postgres, crew)


@pytest.mark.timeout(360)
async def test_servers_that_freeze_and_die_cost_no_message_and_repeat_none(tmp_path: Path) -> None:
    with ExitStack() as servers:
        redis = servers.enter_context(running_redis())
        async with a_scene(tmp_path, redis) as scene:
            await scene.goes_on()
            scene.postgres.die()
            written_meanwhile = scene.writes()
            await until(lambda: is_not_ready(scene.crew[0]), PATIENCE_S)
            assert answers(written_meanwhile) == 0
            scene.postgres.start()
            await scene.is_answered(written_meanwhile)

            await scene.goes_on()
            redis.hang()
            await scene.goes_on()
            redis.go_on()
            redis.die()
            await scene.goes_on()
            servers.enter_context(running_redis(redis.port))
            await scene.is_answered(scene.writes())
            await scene.ends_well()
