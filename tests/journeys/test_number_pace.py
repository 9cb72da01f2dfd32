"""A number that has to be treated with care: its pace, and what stops it, through the engine."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa

from bot.domain.clock import FrozenClock
from bot.domain.delivery import GiveUp, Outcome, Snooze
from bot.domain.message import Outgoing, Parcel
from bot.domain.number_pace import LEAST_GAP_S, RAMP, Level
from bot.domain.pace_state import ASKED_AGAIN, NO_NEW_FOR, NumberPace
from bot.domain.reasons import Reason
from bot.domain.text import plain
from bot.jobs.crew import OneProcess, OnlyOne
from bot.jobs.gate import Gate
from bot.services.ports.post import NewRow
from bot.storage.engine import Engines, make_engines
from bot.storage.tables import attempts, holds, outbox
from bot.storage.wire import pack
from tests.support.careful import OWNER_PHONE, CarefulHouse, at, stopped
from tests.support.machine import WHATSAPP
from tests.support.waiting import until

DAY_ONE = date(2026, 11, 3)  # a Tuesday
ONE_DAY, MINUTE, HOUR = timedelta(days=1), timedelta(minutes=1), timedelta(hours=1)
LEAST_GAP = timedelta(seconds=LEAST_GAP_S)


@pytest.fixture
async def our_engines(sqlite_url: str) -> AsyncIterator[Engines]:
    made = make_engines(sqlite_url)
    yield made
    await made.dispose()


@pytest.fixture
async def house(our_engines: Engines) -> CarefulHouse:
    made = CarefulHouse(our_engines, at(DAY_ONE, 8))
    await made.begin()
    await made.writes(OWNER_PHONE)
    return made


async def test_of_many_who_are_due_so_many_hear_today_and_the_others_on_the_next_day(
    house: CarefulHouse,
) -> None:
    await house.clients(30, DAY_ONE)
    await house.until(at(DAY_ONE, 20))
    today = house.gateway.starts()
    assert len(today) == RAMP[0]
    assert all(later - at >= LEAST_GAP for (at, _), (later, _) in pairwise(today))
    assert house.gateway.taken[0][1] == OWNER_PHONE, "the owner's own phone is tried first"
    await house.writes(OWNER_PHONE)
    await house.until(at(DAY_ONE + ONE_DAY, 20))
    heard = {to for _, to in house.gateway.starts()}
    assert len(heard) == 30, "what did not fit went the day after"
    tomorrow = house.gateway.starts(since=today[-1][0])
    assert len({to for _, to in tomorrow}) <= RAMP[1]


async def test_the_gaps_are_drawn_and_the_diary_stays_short(house: CarefulHouse) -> None:
    await house.clients(15, DAY_ONE)
    await house.until(at(DAY_ONE, 12))
    left = house.gateway.starts()
    gaps = [(later - at).total_seconds() for (at, _), (later, _) in pairwise(left)]
    assert len(set(gaps)) > len(gaps) / 2, "even times are what a program looks like"
    assert max(gaps) < 180
    waits = await house.machine.rows(sa.select(attempts).where(attempts.c.what == "snoozed"))
    assert len(waits) < 6 * len(left)


async def test_an_event_like_a_ban_stops_everything_within_one_message(
    house: CarefulHouse,
) -> None:
    await house.clients(15, DAY_ONE)
    await house.until(at(DAY_ONE, 9, 3))
    before = len(house.gateway.left)
    assert before > 2
    house.gateway.answers = stopped("evolution.banned", at(DAY_ONE + 30 * ONE_DAY, 9))
    await house.until(at(DAY_ONE, 18))
    assert len(house.gateway.left) == before + 1
    assert (await house.pace()).level == Level.STOP
    async with house.shop() as shop:  # somebody mended it, in the evening
        await shop.unit.channel_states.resume(WHATSAPP, house.now)
    house.gateway.answers = None
    await house.until(at(DAY_ONE + ONE_DAY, 17))
    assert len(house.gateway.left) == before + 1, "it rests for a day"
    await house.writes(OWNER_PHONE)
    await house.until(at(DAY_ONE + ONE_DAY, 20))
    went = house.gateway.starts(since=at(DAY_ONE + ONE_DAY, 12))
    assert 0 < len(went) <= RAMP[1] / 4, "and begins again at a quarter"


async def test_a_dead_session_is_found_within_a_minute_and_the_queue_holds(
    house: CarefulHouse,
) -> None:
    await house.clients(15, DAY_ONE)
    await house.until(at(DAY_ONE, 9, 3))
    house.gateway.silent = True
    before = house.gateway.starts()
    while len(house.gateway.starts()) == len(before):
        house.machine.clock.advance(seconds=5)
        await house.look()
    died_at = house.now
    while not house.session.restarted:
        house.machine.clock.advance(seconds=5)
        await house.look()
    assert house.now - died_at <= MINUTE
    assert (await house.pace()).held_why == Reason.PACE_DEAD
    await house.until(house.now + HOUR)
    assert len(house.gateway.starts()) == len(before) + 1, "it cost one message"
    told = ["pace:pace.dead", "pace:pace.stays_dead"]
    assert await house.told() == told, "the house is told once"
    assert (house.session.restarted, house.session.ended) == (1, 1)
    assert await house.reasons() <= {Reason.PACE_DEAD, ""}
    house.gateway.silent = False
    await house.until(house.now + 3 * HOUR)
    assert len(house.gateway.starts()) > len(before) + 5
    assert await house.told() == [*told, "pace:well"]


async def test_without_a_phone_of_the_owners_the_first_client_shows_whether_it_lives(
    our_engines: Engines,
) -> None:
    house = CarefulHouse(our_engines, at(DAY_ONE, 8))
    await house.begin(owner_on_whatsapp=False)
    await house.clients(12, DAY_ONE)
    house.gateway.silent = True
    await house.until(at(DAY_ONE, 9, 8))
    assert len(house.gateway.left) == 2, "one, and one after the restart"
    await house.until(at(DAY_ONE, 9, 35))
    assert 2 < len(house.gateway.left) <= 2 + (35 * MINUTE) / ASKED_AGAIN
    assert (house.session.restarted, house.session.ended) == (1, 1)
    assert (await house.told()).count("pace:pace.dead") == 1
    house.gateway.silent = False
    await house.until(at(DAY_ONE, 11))
    assert len({to for _, to in house.gateway.left}) > 7
    assert (await house.told())[-1] == "pace:well"


async def test_a_batch_waits_for_the_owners_own_phone(house: CarefulHouse) -> None:
    await house.clients(12, DAY_ONE)
    house.gateway.phone_off = frozenset({OWNER_PHONE})
    await house.until(at(DAY_ONE, 11))
    assert house.gateway.starts() == []
    assert {to for _, to in house.gateway.taken} == {OWNER_PHONE}
    assert 4 < len(house.gateway.taken) <= 9, "a phone that is off is not flooded"
    assert await house.told() == ["pace:pace.unproven"]
    async with house.shop() as shop:
        await shop.careful.desk.go_on(house.owner)
    await house.until(at(DAY_ONE, 13))
    assert len(house.gateway.starts()) == 12


@pytest.mark.parametrize("sync", [True, False])
async def test_a_lock_on_new_chats_is_no_word_of_the_owners_phone(
    house: CarefulHouse, sync: object
) -> None:
    new = await house.clients(8, DAY_ONE)

    def locked(parcel: Parcel) -> Outcome | None:
        if parcel.address.to in new:
            return Snooze(house.now + NO_NEW_FOR, "evolution.time_lock")
        if sync:
            return Snooze(house.now + NO_NEW_FOR, "evolution.time_lock")
        return GiveUp("evolution.time_lock")

    house.gateway.answers = locked
    await house.until(at(DAY_ONE, 18))
    pace = await house.pace()
    assert not pace.held_why
    assert pace.no_new_until > house.now
    assert await house.told() == ["pace:pace.no_new_chats"]
    assert Reason.NO_NEW_CHATS in await house.reasons()


async def test_a_few_leave_without_a_test(house: CarefulHouse) -> None:
    await house.clients(3, DAY_ONE)
    await house.until(at(DAY_ONE, 11))
    assert len(house.gateway.left) == len(house.gateway.starts()) == 3


async def test_while_new_chats_are_locked_those_go_on_who_talk_with_us(
    house: CarefulHouse,
) -> None:
    known = await house.clients(4, DAY_ONE)
    for phone in known:
        await house.writes(phone)
    house.machine.clock.set(at(DAY_ONE + ONE_DAY, 8, 30))
    await house.writes(OWNER_PHONE)
    new = await house.clients(8, DAY_ONE + ONE_DAY, first=10)

    def locked(parcel: Parcel) -> Snooze | None:
        until = house.now + NO_NEW_FOR
        return Snooze(until, "evolution.time_lock") if parcel.address.to in new else None

    house.gateway.answers = locked
    await house.until(at(DAY_ONE + ONE_DAY, 18))
    tried = {to for _, to in house.gateway.left if to in new}
    assert len(tried) == 1, "one refusal is enough"
    assert {to for _, to in house.gateway.starts()} == set(known)
    assert Reason.NO_NEW_CHATS in await house.reasons()
    assert await house.told() == ["pace:pace.no_new_chats"]
    house.gateway.answers = None
    await house.writes(OWNER_PHONE)
    await house.until(at(DAY_ONE + 2 * ONE_DAY, 18))
    assert {to for _, to in house.gateway.starts()} == {*known, *new}


async def test_many_that_do_not_arrive_slow_it_and_more_of_them_stop_it(
    house: CarefulHouse,
) -> None:
    await house.clients(15, DAY_ONE)
    seen = Counter[str]()

    def every_third_fails(parcel: Parcel) -> GiveUp | None:
        seen["all"] += 1
        wrong = seen["all"] % 3 == 0
        return GiveUp("evolution.unreachable", unreachable=True) if wrong else None

    house.gateway.answers = every_third_fails
    await house.until(at(DAY_ONE, 18))
    pace = await house.pace()
    assert pace.level >= Level.HALF
    assert pace.why == Reason.PACE_LOST
    assert len(house.gateway.left) < 15
    assert any(told.startswith("pace:slowed:") for told in await house.told())


async def test_what_piled_up_in_an_outage_leaves_little_by_little(house: CarefulHouse) -> None:
    await house.clients(15, DAY_ONE)
    await house.until(at(DAY_ONE, 8, 59))
    house.machine.clock.set(at(DAY_ONE, 15))  # nothing ran all morning
    await house.until(at(DAY_ONE, 18))
    left = house.gateway.starts()
    assert len(left) == 15
    assert all(later - at >= LEAST_GAP for (at, _), (later, _) in pairwise(left))


async def test_whoever_writes_is_answered_whatever_the_pace(house: CarefulHouse) -> None:
    phones = await house.clients(12, DAY_ONE)
    house.gateway.phone_off = frozenset({OWNER_PHONE})  # everything that we start is held
    await house.until(at(DAY_ONE, 10))
    assert house.gateway.starts() == []
    ana = await house.writes(phones[0])
    for kind, purpose, priority in (("screen", "answer", 1), ("notice", "receipt", 3)):
        row = NewRow(ana, WHATSAPP, phones[0], kind, purpose, pack(_words()), priority)
        async with house.machine.units.write() as unit:
            await unit.outbox.add([row])
        house.machine.clock.advance(seconds=1)
        await house.look()
    left = [to for _, to in house.gateway.starts()]
    assert len(left) >= 2
    assert set(left) == {phones[0]}
    async with house.shop() as shop:
        view = await shop.careful.desk.view()
        assert view
        assert view.used == 0, "answers take no place of the day's"


async def test_two_processes_share_one_pace(engines: Engines) -> None:
    one = CarefulHouse(engines, at(DAY_ONE, 8))
    await one.begin()
    await one.writes(OWNER_PHONE)
    other = CarefulHouse(engines, at(DAY_ONE, 8))
    await one.clients(8, DAY_ONE)
    moment = at(DAY_ONE, 9)
    while moment < at(DAY_ONE, 9, 12):
        for process in (one, other):
            process.machine.clock.set(moment)
        await asyncio.gather(one.look(), other.look())
        moment += timedelta(seconds=6)
    left = sorted(one.gateway.starts() + other.gateway.starts())
    assert len({to for _, to in left}) == len(left) == 8
    assert one.gateway.starts()
    assert other.gateway.starts()
    assert all(later - at >= LEAST_GAP for (at, _), (later, _) in pairwise(left))


def _words() -> Outgoing:
    return Outgoing((plain("Oi"),))


async def test_of_several_processes_one_sends_over_the_number() -> None:
    crew, only = OneProcess(), OnlyOne()
    gate = Gate(WHATSAPP, FrozenClock(at(DAY_ONE, 9)))
    gate.ours = lambda: only.ours
    assert gate.wanted(10, held=0) == 0, "it is not our turn"
    ours = asyncio.create_task(crew.alone("the number", only.hold))
    await until(lambda: gate.wanted(10, held=0) == 10, within=30)
    ours.cancel()
    await asyncio.gather(ours, return_exceptions=True)
    assert gate.wanted(10, held=0) == 0


async def test_why_nobody_is_written_to_is_written_down(house: CarefulHouse) -> None:
    await house.clients(8, DAY_ONE)
    async with house.shop() as shop:
        pace = replace(NumberPace(), level=Level.STOP, why=Reason.PACE_LOST, since=house.now)
        await shop.unit.number_paces.keep(pace)
    await house.watch()
    house.machine.clock.set(at(DAY_ONE, 9, 30))
    await house.look()
    assert await house.rows(outbox.c.channel == WHATSAPP) == []
    rules = await house.machine.rows(sa.select(holds.c.rule).distinct())
    assert {row.rule for row in rules} == {Reason.PACE_STOPPED}
