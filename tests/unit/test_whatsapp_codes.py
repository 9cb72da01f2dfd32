"""Each error number through the real worker and the network's simulator, at once and afterwards."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import pytest

from bot.channels.whatsapp.codes import RULINGS, known
from bot.channels.whatsapp.receive import Reader
from bot.domain.clock import FrozenClock
from bot.domain.delivery import State
from bot.domain.ids import OutboxId, PersonId
from bot.jobs.rounds import Rounds
from bot.jobs.worker import Worker
from bot.storage.engine import make_engines
from bot.storage.people import People
from bot.storage.tables import channel_states, outbox
from bot.storage.taking_in import TakingIn
from bot.storage.unit_of_work import Units
from bot.storage.wire import unpack
from tests.support.boxes import PHONE_ID
from tests.support.cloud import Cloud, a_cloud
from tests.support.cloud_codes import AS_TEMPLATE, CODES, Row
from tests.support.engine_room import WHATSAPP, EngineRoom, address_of

ROWS = [pytest.param(row, id=str(row.code)) for row in CODES]


@dataclass
class Line:
    """One business with one client on the line, and an owner on Telegram."""

    cloud: Cloud
    room: EngineRoom
    client: PersonId
    number: OutboxId

    async def leaves(self) -> None:
        """Everything that may go now goes."""
        worker = Worker(
            rooms=self.room.rooms,
            senders={WHATSAPP: self.cloud.sender},
            clock=self.room.clock,
            gates={WHATSAPP: self.room.gates()[WHATSAPP]},
            name="w",
        )
        await worker.once()

    def has_heard_of(self, messages: int) -> bool:
        return len(self.cloud.reports()) == messages

    async def hears(self) -> None:
        """Every webhook so far is taken in."""
        await self.cloud.until(self.cloud.reports)
        units = Units(self.room.engines, self.room.clock)
        async with units.write() as unit:
            bodies = [("whatsapp", raw) for raw in self.cloud.listener.raw]
            await unit.inbox.keep(bodies, self.room.now)
        taking_in = TakingIn(units, self.room.clock)
        rows = await taking_in.undone(100)
        await taking_in.settle([(row, Reader(PHONE_ID).read(row.body)) for row in rows])

    async def reached(self) -> bool:
        """Whether the client's chat is still open to us."""
        async with self.room.connect() as connection:
            (address,) = await People(connection).addresses(self.client)
        return not address.unreachable

    async def trouble(self) -> str:
        """What the chat is stopped by until some time to come; nothing if it is not."""
        rows = await self.room.rows(channel_states.select())
        return next(
            (row.trouble for row in rows if (row.paused_until or self.room.now) > self.room.now), ""
        )

    async def told(self) -> list[str]:
        """Why the owner hears that a chat has stopped."""
        await Rounds(self.room.rooms).alert()
        rows = [row for row in await self.room.rows() if row.channel == "telegram"]
        texts = [text for row in rows for text in unpack(row.payload).body]
        return [str(getattr(text.params["why"], "key", "")) for text in texts]


@pytest.fixture
async def line(sqlite_url: str) -> AsyncIterator[Line]:
    engines = make_engines(sqlite_url)
    async with a_cloud() as cloud:
        room = EngineRoom(engines, clock=FrozenClock(cloud.box.clock.now()))
        await room.begin()
        await room.person("Rita", role="owner")
        client = await room.person(channel=WHATSAPP)
        cloud.box.seed_client(address_of(client, WHATSAPP), "Ana").says("oi")
        number = await room.queue(client, channel=WHATSAPP)
        yield Line(cloud, room, client, number)
    await engines.dispose()


def test_every_number_that_the_program_knows_is_in_the_table_and_no_other() -> None:
    listed = [row.code for row in CODES] + list(AS_TEMPLATE)
    assert len(set(listed)) == len(listed)
    assert set(RULINGS) <= set(listed)
    assert all(known(code) for code in listed)


@pytest.mark.parametrize("row", ROWS)
async def test_a_request_that_is_refused_ends_as_the_table_says(line: Line, row: Row) -> None:
    line.cloud.box.faults.next("whatsapp.messages", "own_error", code=row.code, status=row.status)
    await line.leaves()
    left = await line.room.row(line.number)
    reason = f"whatsapp.{row.reason}"
    stopped = row.answered == "stops"
    assert left.reason == reason
    assert line.cloud.sent() == 0
    assert await line.trouble() == (reason if stopped else "")
    assert await line.told() == ([f"reason.{reason}"] if stopped else [])
    assert await line.reached() is (row.answered != "closed")
    tries, wait = left.attempts, left.due_at - line.room.now
    match row.answered:
        case "again" | "tomorrow":
            assert (left.state, tries) == (State.WAITING, 1)
            assert (wait >= timedelta(days=1)) is (row.answered == "tomorrow")
        case "waits" | "stops":
            assert (left.state, tries) == (State.WAITING, 0)
            assert wait >= timedelta(minutes=10)
        case "no" | "closed":
            assert left.state == State.GIVEN_UP


@pytest.mark.parametrize("row", ROWS)
async def test_a_message_that_fails_afterwards_ends_as_the_table_says(line: Line, row: Row) -> None:
    line.cloud.box.seed_client(address_of(line.client, WHATSAPP), "Ana").fails_with = row.code
    await line.leaves()
    await line.hears()
    failed, *more = [row for row in await line.room.rows() if row.channel == "whatsapp"]
    reason = f"whatsapp.{row.reason}"
    stopped = row.later == "stops"
    assert (failed.state, failed.reason) == (State.FAILED, reason)
    assert await line.trouble() == (reason if stopped else "")
    assert await line.told() == ([f"reason.{reason}"] if stopped else [])
    assert await line.reached() is (row.later != "closed")
    if row.later in ("once more", "stops"):
        (again,) = more
        assert (again.state, again.follows_id) == (State.WAITING, failed.id)
        assert failed.dismissed_at is not None
    else:
        assert more == []
        assert failed.dismissed_at is None


async def test_what_failed_twice_waits_for_a_person(line: Line) -> None:
    line.cloud.box.seed_client(address_of(line.client, WHATSAPP), "Ana").fails_with = 131000
    for sent in (1, 2):
        await line.leaves()
        await line.cloud.until(partial(line.has_heard_of, sent))
        await line.hears()
        # The box's time goes on: what failed in it is due again then, and not before.
        line.room.clock.set(line.cloud.box.clock.now())
    rows = [
        row
        for row in await line.room.rows(outbox.select().order_by(outbox.c.id))
        if row.channel == "whatsapp"
    ]
    assert [row.state for row in rows] == [State.FAILED, State.FAILED]
    assert [row.dismissed_at is None for row in rows] == [False, True]


@pytest.mark.parametrize("code", AS_TEMPLATE)
async def test_free_words_that_may_not_go_and_have_no_form_stay_behind(
    line: Line, code: int
) -> None:
    line.cloud.box.faults.next("whatsapp.messages", "own_error", code=code, status=400)
    await line.leaves()
    left = await line.room.row(line.number)
    assert (left.state, left.reason) == (State.GIVEN_UP, "whatsapp.window_closed")
