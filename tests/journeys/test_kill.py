"""The program is killed, again and again, while reminders leave: none is lost, none goes twice."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.clock import FrozenClock
from bot.domain.delivery import ARRIVED, UNFINISHED, State
from bot.domain.evidence import LEASE, grace
from bot.domain.message import ChannelName
from bot.domain.text import t
from bot.sandbox import Sandbox
from bot.sandbox.ledger import Accepted
from bot.storage.engine import Engines
from bot.storage.tables import attempts, inbox_raw, outbox
from tests.support.books import Books
from tests.support.houses import a_box, a_house, engines_of
from tests.support.process import a_program
from tests.support.waiting import until

CLIENTS = 200
DEATHS = 5
PER_SECOND = 15  # so slowly that the last life has something left to send
PATIENCE_S = 60
LEASE_OVER = LEASE + timedelta(seconds=5)
GRACE_OVER = grace(ChannelName.WHATSAPP) + timedelta(minutes=1)
TROUBLE = {
    # Nothing is accepted.
    "throttle": 0.02,
    "own_error": 0.05,
    "html": 0.02,
    "drop": 0.02,
    # It is, and we do not hear so.
    "hang": 0.02,
    "drop_after": 0.05,
    "html_after": 0.05,
    "slow": 0.1,
}
ROUNDS = 90  # of half a minute: the grace of a doubt, twice, and the pauses between tries


class Street:
    """Two hundred clients with a reminder due this morning, and how those stand."""

    def __init__(self, box: Sandbox, engines: Engines) -> None:
        self.box = box
        self.engines = engines

    async def move_in(self) -> None:
        books = Books(self.engines, FrozenClock(self.box.clock.now()))
        await books.begin()
        due = books.clock.now().date()
        rows = [f"Cliente {n:03};279{90000000 + n};Mensal;49,90;{due}" for n in range(CLIENTS)]
        taken = await books.take_in("\n".join(["nome;telefone;plano;valor;vencimento", *rows]))
        assert taken.imported == CLIENTS

    @property
    def accepted(self) -> list[Accepted]:
        return self.box.accepted("whatsapp")

    async def rows(self, query: sa.Select[Any]) -> list[Any]:
        async with self.engines.reader.connect() as connection:
            return list((await connection.execute(query)).all())

    async def states(self) -> Counter[str]:
        """How many reminders stand where."""
        query = sa.select(outbox.c.state).where(outbox.c.kind == "reminder")
        return Counter(row.state for row in await self.rows(query))

    async def told(self, what: str) -> int:
        """How often the diary of the outbox says so."""
        query = sa.select(sa.func.count()).select_from(attempts).where(attempts.c.what == what)
        return int((await self.rows(query))[0][0])

    async def is_still(self) -> bool:
        """Whether nothing is on its way, neither to the network nor back."""
        if not self.box.courier_idle:
            return False
        unread = sa.select(inbox_raw.c.id).where(inbox_raw.c.done_at.is_(None))
        states = await self.states()
        return not (await self.rows(unread) or states[State.CLAIMED] or states[State.SENDING])

    async def has_tried_all(self) -> bool:
        """Whether nothing is left but what is uncertain."""
        return not (await self.states())[State.WAITING] and await self.is_still()

    async def is_finished(self) -> bool:
        """Whether every reminder has come to some end."""
        states = await self.states()
        return not any(states[state] for state in UNFINISHED)

    async def left_behind(self) -> list[str]:
        """Why reminders did not arrive."""
        query = sa.select(outbox.c.reason).where(
            outbox.c.kind == "reminder", outbox.c.state.not_in(ARRIVED)
        )
        return [row.reason for row in await self.rows(query)]

    async def all_arrived(self) -> bool:
        states = await self.states()
        return sum(states[state] for state in ARRIVED) == CLIENTS

    async def sends(self, more: int) -> None:
        """Until so many more have been accepted."""
        wanted = len(self.accepted) + more
        await until(lambda: len(self.accepted) >= wanted, PATIENCE_S)

    def wait_out(self, wait: timedelta) -> None:
        self.box.advance(seconds=wait.total_seconds())


@pytest.fixture
async def street(database_url: str) -> AsyncIterator[Street]:
    async with a_box() as box, engines_of(database_url) as engines:
        street = Street(box, engines)
        await street.move_in()
        yield street


async def test_who_is_killed_while_sending_sends_each_reminder_once(
    street: Street, database_url: str, tmp_path: Path
) -> None:
    dice = random.Random(7)  # noqa: S311 - the same moments every time, as far as time allows
    # Answers that come late find the program between a request and its record.
    street.box.faults.mix("whatsapp.messages", {"slow": 0.5}, 7, seconds=0.2)
    pace = {"whatsapp_messages_per_second": str(PER_SECOND)}
    async with a_program(street.box, tmp_path, database_url, **pace) as program:
        await program.start()
        for _ in range(DEATHS):
            await street.sends(dice.randint(1, 12))
            await asyncio.sleep(dice.uniform(0, 0.05))
            await program.kill()
            street.wait_out(LEASE_OVER)
            await program.start()
        await until(street.has_tried_all, PATIENCE_S)
        street.wait_out(GRACE_OVER)
        await until(street.all_arrived, PATIENCE_S)
    assert set(Counter(each.to for each in street.accepted).values()) == {1}
    assert len({each.opaque for each in street.accepted}) == len(street.accepted) == CLIENTS
    assert await street.told("resent"), "no kill came between the note and the request"


async def test_whatever_goes_wrong_on_the_line_nobody_is_reminded_twice(
    street: Street, database_url: str
) -> None:
    faults = street.box.faults
    faults.mix("whatsapp.messages", TROUBLE, 7, seconds=0.1)
    faults.mix("whatsapp.status", {"duplicate": 0.1, "reorder": 0.1, "delay": 0.1}, 8)
    async with a_house(street.box, database_url) as town:
        for _ in range(ROUNDS):
            await until(street.is_still, PATIENCE_S)
            if await street.is_finished():
                break
            # What fails five times in a row is left alone for half a minute.
            street.wait_out(timedelta(seconds=35))
            await town.house.ticks.all_once()
        lost = await street.left_behind()
        told = {town.house.words.say(t(f"reason.{reason}"), "pt_BR") for reason in lost}
    by_person = Counter(each.to for each in street.accepted)
    assert set(by_person.values()) == {1}
    assert len(by_person) + len(lost) >= CLIENTS
    assert len(lost) < CLIENTS / 20
    assert not any(sentence.startswith("reason.") for sentence in told)
    assert {name for name in faults.happened if "messages" in name} == {
        f"whatsapp.messages:{kind}" for kind in TROUBLE
    }
