"""Those who touch the same rows of the outbox at once wait for each other, never in a circle."""

import asyncio
import random

from bot.domain.delivery import Accepted, Report, State, TryLater
from bot.domain.reasons import Reason
from bot.services.ports.outbox import Finished
from bot.storage.engine import Engines
from bot.storage.outcomes import Outcomes
from tests.support.engine_room import WHATSAPP, EngineRoom

MANY = 60
ROUNDS = 5


async def test_results_and_reports_of_the_same_messages_may_come_at_once(engines: Engines) -> None:
    room = EngineRoom(engines)
    for _ in range(ROUNDS):
        for _ in range(MANY):
            await room.queue(await room.person(channel=WHATSAPP), channel=WHATSAPP)
        rows = await room.leave(channel=WHATSAPP)
        arrived, failed = rows[1::2], rows[::2]
        finished = [
            *(Finished(row, Accepted(f"id-{row.id}"), room.now) for row in reversed(arrived)),
            *(Finished(row, TryLater(Reason.CRASHED), room.now) for row in reversed(failed)),
        ]
        reports = [Report(f"id-{row.id}", State.SENT, room.now, row.opaque) for row in rows]
        await asyncio.gather(recorded(room, finished), room.report(*reports))
        assert {await room.state(row.id) for row in arrived} == {State.SENT}


async def recorded(room: EngineRoom, finished: list[Finished]) -> None:
    async with room.connect() as connection:
        outcomes = Outcomes(connection, random.SystemRandom())
        await outcomes.record(finished, room.now)
