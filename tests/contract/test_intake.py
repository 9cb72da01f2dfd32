"""What came in is handled once and in each person's order, by however many processes at once."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.clock import FrozenClock
from bot.domain.errors import Refusal
from bot.domain.message import ChannelName, Incoming, Received
from bot.jobs.crew import MANY, Crew, OneProcess
from bot.jobs.deliveries import ChannelIn
from bot.jobs.intake import Intake
from bot.services.ports.inbox import RawRow
from bot.storage.engine import Engines, make_engines
from bot.storage.presence import Presence
from bot.storage.raw_inbox import RawInbox
from bot.storage.tables import inbox_raw
from bot.storage.taking_in import TakingIn
from bot.storage.unit_of_work import Units
from tests.support.databases import PostgresDatabases
from tests.support.waiting import until

NOW = datetime(2026, 11, 25, 15, tzinfo=UTC)
CHANNEL = ChannelName.WHATSAPP


class Words:
    """Deliveries that read ``ana 1 bia 2``: who said what; ``-`` says nothing."""

    def read(self, body: bytes) -> Received:
        words = body.decode().split()
        pairs = zip(words[::2], words[1::2], strict=False)
        return Received(tuple(Incoming(CHANNEL, who, f"{who}{n}", NOW, n) for who, n in pairs))


class Desk:
    """Answers everybody; counts what was said, and fails where it is told to."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.fails: dict[str, int] = {}
        self.sorry: list[str] = []
        self.takes_s = 0.0

    async def answer(self, incoming: Incoming, refused: Refusal | None = None) -> bool:
        name = incoming.message_id
        await asyncio.sleep(random.uniform(0, self.takes_s))  # noqa: S311 - any pace will do
        if refused:
            self.sorry.append(name)
        elif self.fails.get(name, 0):
            self.fails[name] -= 1
            raise OSError("not now")
        else:
            self.heard.append(name)
        return True


class House:
    """One store, one desk, and as many intakes as a test opens."""

    def __init__(self, engines: Engines) -> None:
        self.engines = engines
        self.clock = FrozenClock(NOW)
        self.desk = Desk()
        self.taking_in = TakingIn(Units(engines, self.clock), self.clock)

    def intake(self, crew: Crew | None = None) -> Intake:
        channels: dict[str, ChannelIn] = {CHANNEL: ChannelIn(Words())}
        return Intake(self.taking_in, self.desk, channels, self.clock, lambda: None, crew)

    async def hears(self, *bodies: str) -> None:
        inbox = RawInbox(self.engines.writer, self.clock, lambda: None)
        for body in bodies:
            await inbox.keep(CHANNEL, body.encode())

    async def rows(self) -> Sequence[Any]:
        query = sa.select(inbox_raw.c.done_at, inbox_raw.c.trouble).order_by(inbox_raw.c.id)
        async with self.engines.reader.connect() as connection:
            return (await connection.execute(query)).all()

    async def all_done(self) -> bool:
        return all(row.done_at for row in await self.rows())


@pytest.fixture
def house(engines: Engines) -> House:
    return House(engines)


async def test_what_failed_holds_back_what_the_same_person_said_after_it(house: House) -> None:
    house.desk.fails = {"ana1": 1}
    intake = house.intake()
    await house.hears("ana 1", "bia 1", "ana 2")
    await intake.once()
    await intake.once()
    assert house.desk.heard == ["bia1"]
    house.clock.advance(seconds=2)
    await intake.once()
    assert house.desk.heard == ["bia1", "ana1", "ana2"]
    assert await house.all_done()


class Meanwhile(OneProcess):
    """A crew in which something happens between our look and our turn."""

    shared = True

    def __init__(self, deed: Callable[[], Awaitable[Any]]) -> None:
        self.deed = deed
        self.held: set[str] = set()

    async def take(self, deeds: Sequence[str], most: int = MANY) -> frozenset[str]:
        await self.deed()
        taken = await super().take(deeds, most)
        self.held |= taken
        return taken

    async def give_back(self, deeds: Collection[str]) -> None:
        self.held -= set(deeds)


async def test_what_another_put_off_meanwhile_still_holds_back_what_is_behind_it(
    house: House,
) -> None:
    house.desk.fails = {"ana1": 1}
    await house.hears("ana 1", "ana 2")
    crew = Meanwhile(house.intake().once)
    late = house.intake(crew)
    await late.once()
    assert house.desk.heard == []
    house.clock.advance(seconds=2)
    await late.once()
    assert house.desk.heard == ["ana1", "ana2"]
    assert not crew.held


async def test_what_another_handled_meanwhile_is_not_handled_again(house: House) -> None:
    await house.hears("ana 1", "ana 2")
    crew = Meanwhile(house.intake().once)
    await house.intake(crew).once()
    assert house.desk.heard == ["ana1", "ana2"]
    assert not crew.held


async def test_what_came_by_another_door_meanwhile_goes_in_its_turn(house: House) -> None:
    await house.hears("ana 1", "ana 2")
    async with house.engines.writer.begin() as connection:  # a commit that is not seen yet
        await connection.execute(sa.update(inbox_raw).values(done_at=NOW))
        await connection.execute(
            sa.update(inbox_raw).where(inbox_raw.c.body == b"ana 2").values(done_at=None)
        )

    async def arrives() -> None:
        async with house.engines.writer.begin() as connection:
            await connection.execute(sa.update(inbox_raw).values(done_at=None))

    await house.intake(Meanwhile(arrives)).once()
    assert house.desk.heard == ["ana1", "ana2"]


async def test_a_store_that_goes_away_meanwhile_keeps_nobody_elses_people_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def goes_away() -> None:
        monkeypatch.setattr(house.taking_in, "undone", away)

    async def away(_limit: int) -> Sequence[RawRow]:
        raise OSError("the store is away")

    await house.hears("ana 1")
    crew = Meanwhile(goes_away)
    with pytest.raises(OSError, match="away"):
        await house.intake(crew).once()
    assert not crew.held


async def test_what_never_succeeds_ends_in_an_apology_and_is_kept(house: House) -> None:
    house.desk.fails = {"ana1": 9}
    intake = house.intake()
    await house.hears("ana 1")
    for _ in range(4):
        await intake.once()
        house.clock.advance(minutes=1)
    assert house.desk.sorry == ["ana1"]
    assert await house.all_done()


async def test_one_delivery_with_words_of_two_keeps_both_in_order(house: House) -> None:
    house.desk.fails = {"bia1": 1}
    intake = house.intake()
    await house.hears("ana 1", "bia 1", "ana 2 bia 2", "caio 1")
    await intake.once()
    assert sorted(house.desk.heard) == ["ana1", "caio1"]
    house.clock.advance(seconds=2)
    await intake.once()
    assert house.desk.heard[-3:] == ["bia1", "ana2", "bia2"]


async def test_a_report_that_cannot_be_taken_in_holds_up_no_other(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = TakingIn.settle

    async def settle(self: TakingIn, handled: Sequence[tuple[RawRow, Received]]) -> None:
        if any(row.body == b"odd" for row, _ in handled):
            raise ValueError("no such column")
        await whole(self, handled)

    monkeypatch.setattr(TakingIn, "settle", settle)
    intake = house.intake()
    await house.hears("-", "odd", "-")
    await intake.once()
    assert [row.done_at is not None for row in await house.rows()] == [True, False, True]
    for _ in range(3):
        house.clock.advance(minutes=1)
        await intake.once()
    assert [row.trouble for row in await house.rows()] == ["", "ValueError", ""]
    assert await house.all_done()


@asynccontextmanager
async def several(house: House, url: str, count: int) -> AsyncIterator[list[Intake]]:
    """Processes that share the work; those that are left end together."""
    async with AsyncExitStack() as stack:
        tasks: list[asyncio.Task[None]] = []
        stack.callback(lambda: [task.cancel() for task in tasks])
        intakes: list[Intake] = []
        for _ in range(count):
            one = Presence(url, asyncio.Event().set)
            intakes.append(house.intake(one))
            tasks += [asyncio.create_task(one.run()), asyncio.create_task(intakes[-1].run())]
        yield intakes
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_four_processes_answer_everything_once_and_in_order(
    postgres_databases: PostgresDatabases,
) -> None:
    async with postgres_databases.fresh() as url:
        engines = make_engines(url)
        house = House(engines)
        house.desk.takes_s = 0.01
        async with several(house, url, 4):
            for n in range(12):
                await house.hears(*(f"p{who:02} {n:02}" for who in range(12)))
            await until(house.all_done, 30)
        await engines.dispose()
    heard = house.desk.heard
    assert len(heard) == len(set(heard)) == 144
    for who in range(12):
        assert [one for one in heard if one.startswith(f"p{who:02}")] == [
            f"p{who:02}{n:02}" for n in range(12)
        ]
