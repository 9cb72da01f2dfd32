"""Everything at once: processes killed at any moment, a provider that fails in every way it knows.

One process on SQLite, four on PostgreSQL. In the end every reminder has arrived once, or stands
there with a reason that a person can read.
"""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.domain.delivery import State
from bot.domain.evidence import LEASE
from bot.domain.text import t
from bot.storage.tables import outbox
from tests.support.books import words
from tests.support.houses import a_box, engines_of
from tests.support.process import Program, a_program
from tests.support.street import PATIENCE_S, Street
from tests.support.waiting import until

CLIENTS = 120
DEATHS = 5
PER_SECOND = 8  # of each process, so that the last death still finds something to interrupt
A_WHILE = timedelta(minutes=2)
ROUNDS = 40  # of a while: the grace of a doubt, twice, and the pauses between tries
ANSWERS = {
    "throttle": 0.05,
    "own_error": 0.05,
    "drop": 0.03,
    "hang": 0.03,
    "drop_after": 0.05,
    "html_after": 0.03,
    "slow": 0.2,
}
WEBHOOKS = {"duplicate": 0.15, "reorder": 0.15, "delay": 0.15}


@pytest.fixture
async def street(database_url: str) -> AsyncIterator[Street]:
    async with a_box() as box, engines_of(database_url) as engines:
        street = Street(box, engines)
        await street.move_in(CLIENTS)
        yield street


@pytest.mark.timeout(450)
async def test_a_storm_loses_nothing_and_sends_nothing_twice(
    street: Street, database_url: str, tmp_path: Path
) -> None:
    dice = random.Random(31)  # noqa: S311 - the same storm every time, as far as time allows
    street.box.faults.mix("whatsapp.messages", ANSWERS, 32, seconds=0.2)
    street.box.faults.mix("whatsapp.status", WEBHOOKS, 33, seconds=0.3)
    parts = [""] if database_url.startswith("sqlite") else ["", "worker", "worker", "worker"]
    async with AsyncExitStack() as stack:
        crew = [
            await stack.enter_async_context(
                a_program(
                    street.box,
                    tmp_path / f"process-{number}",
                    database_url,
                    part,
                    whatsapp_messages_per_second=str(PER_SECOND),
                )
            )
            for number, part in enumerate(parts)
        ]
        await crew[0].start()
        await asyncio.gather(*(program.start() for program in crew[1:]))
        for _ in range(DEATHS):
            await _dies(dice.choice(crew), street, dice)
        for _ in range(ROUNDS):
            await until(lambda: _has_had_its_turn(street), PATIENCE_S)
            if await street.is_finished():
                break
            street.wait_out(A_WHILE)
    by_person = Counter(each.to for each in street.accepted)
    lost = await street.left_behind()
    assert await street.is_finished(), await street.states()
    assert set(by_person.values()) == {1}
    assert len(by_person) + len(lost) >= CLIENTS
    assert len(lost) < CLIENTS / 20
    assert not [reason for reason in lost if _said(reason).startswith("reason.")]
    happened = street.box.faults.happened
    assert sum(happened.values()) > CLIENTS / 4
    assert {name.partition(":")[0] for name in happened} >= {"whatsapp.messages", "whatsapp.status"}


async def _dies(program: Program, street: Street, dice: random.Random) -> None:
    """Somewhere in the middle of its work; another takes its place after a minute."""
    wanted = len(street.accepted) + dice.randint(3, 12)
    await until(lambda: _has_come_to(street, wanted), PATIENCE_S)
    await asyncio.sleep(dice.uniform(0, 0.2))
    await program.kill()
    street.wait_out(LEASE + timedelta(seconds=5))
    await program.start()


async def _has_come_to(street: Street, accepted: int) -> bool:
    """Or to where all that is left waits for evidence."""
    taken = len(street.accepted)
    return taken >= accepted or (taken > 0 and await street.has_tried_all())


async def _has_had_its_turn(street: Street) -> bool:
    """Whether whatever could be done by now, by the box's clock, is done."""
    now = street.box.clock.now()
    overdue = sa.select(outbox.c.id).where(
        sa.or_(
            sa.and_(outbox.c.state == State.WAITING, outbox.c.due_at <= now),
            sa.and_(outbox.c.state == State.UNCERTAIN, outbox.c.lease_until <= now),
        )
    )
    return not await street.rows(overdue) and await street.is_still()


def _said(reason: str) -> str:
    return words().say(t(f"reason.{reason}"), "pt_BR")
