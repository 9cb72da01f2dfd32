"""The program is killed, again and again, while reminders leave: none is lost, none goes twice."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.evidence import LEASE, grace
from bot.domain.message import ChannelName
from bot.domain.text import t
from tests.support.houses import a_box, a_house, engines_of
from tests.support.process import a_program
from tests.support.street import PATIENCE_S, Street
from tests.support.waiting import until

CLIENTS = 200
DEATHS = 5
PER_SECOND = 15  # so slowly that the last life has something left to send
LEASE_OVER = LEASE + timedelta(seconds=5)
GRACE_OVER = grace(ChannelName.WHATSAPP) + timedelta(minutes=1)
REST_OVER = timedelta(seconds=35)  # what fails five times in a row is left alone for half a minute
ROUNDS = 90  # of such a rest: the grace of a doubt, twice, and the pauses between tries
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


@pytest.fixture
async def street(database_url: str) -> AsyncIterator[Street]:
    async with a_box() as box, engines_of(database_url) as engines:
        yield Street(box, engines)


async def test_who_is_killed_while_sending_sends_each_reminder_once(
    street: Street, database_url: str, tmp_path: Path
) -> None:
    await street.move_in(CLIENTS)
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
    assert street.once_each()
    assert await street.told("resent"), "no kill came between the note and the request"


async def test_whatever_goes_wrong_on_the_line_nobody_is_reminded_twice(
    street: Street, database_url: str
) -> None:
    await street.move_in(CLIENTS // 2)
    faults = street.box.faults
    faults.mix("whatsapp.messages", TROUBLE, 8, seconds=0.1)
    faults.mix("whatsapp.status", {"duplicate": 0.1, "reorder": 0.1, "delay": 0.1}, 9)
    async with a_house(street.box, database_url) as town:
        for _ in range(ROUNDS):
            await until(street.is_still, PATIENCE_S)
            if await street.is_finished():
                break
            street.wait_out(REST_OVER)
            await town.house.ticks.all_once()
        lost = await street.left_behind()
        told = {town.house.words.say(t(f"reason.{reason}"), "pt_BR") for reason in lost}
    by_person = Counter(each.to for each in street.accepted)
    assert set(by_person.values()) == {1}
    assert len(by_person) + len(lost) >= street.clients
    assert len(lost) < street.clients / 20
    assert not any(sentence.startswith("reason.") for sentence in told)
    assert {name for name in faults.happened if "messages" in name} == {
        f"whatsapp.messages:{kind}" for kind in TROUBLE
    }
