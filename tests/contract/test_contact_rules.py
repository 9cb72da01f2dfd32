"""The rules of contact on a real database: who goes, who waits, what is written down, none lost."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.contact import DAY, WEEK, ContactRules
from bot.domain.delivery import Accepted, Snooze
from bot.domain.ids import ChargeId, ClientId, PersonId
from bot.domain.message import Outgoing
from bot.domain.reasons import Reason
from bot.storage.channel_states import ChannelStates
from bot.storage.clients import Clients
from bot.storage.engine import make_engines
from bot.storage.migrate import upgrade
from bot.storage.outbox import Outbox
from bot.storage.tables import charges, holds
from bot.storage.trace import Trace
from tests.support.engine_room import CALENDAR, HOUSE, NOON, TODAY, WHATSAPP, EngineRoom

ONE_DAY = timedelta(days=1)


def keep(room: EngineRoom, **rules: Any) -> None:
    room.house = replace(HOUSE, rules=ContactRules(**rules))


async def send_all(room: EngineRoom) -> list[tuple[int, Any]]:
    """What becomes of each reminder that may leave now: (person, its words or why it waits)."""
    told: list[tuple[int, Any]] = []
    for channel in room.channels:
        rows = await room.claim(channel=channel)
        reminders = [row for row in rows if row.is_reminder]
        async with room.connect() as connection:
            composed = await room.reminders(connection).compose(reminders)
        for row in reminders:
            outcome = composed[row.id]
            told.append((row.person_id, outcome))
            if isinstance(outcome, Outgoing):
                await room.mark([row])
                await room.record(row, Accepted(f"id-{row.id}"))
            else:
                await room.record(row, outcome)
    return told


async def plan_and_send(room: EngineRoom) -> list[int]:
    """Everybody who got something."""
    await room.plan()
    return [person for person, said in await send_all(room) if isinstance(said, Outgoing)]


async def rules_that_held(room: EngineRoom, person: int | None = None) -> list[str]:
    query = sa.select(holds.c.rule).order_by(holds.c.id)
    if person is not None:
        query = query.where(holds.c.person_id == person)
    return [row.rule for row in await room.rows(query)]


async def test_somebody_reminded_a_moment_ago_is_left_alone_until_the_gap_is_over(
    room: EngineRoom,
) -> None:
    ana = await room.client()
    await ana.owes(TODAY)
    assert await plan_and_send(room) == [ana.person]
    second = await ana.owes(TODAY - ONE_DAY)
    assert await plan_and_send(room) == []
    assert await rules_that_held(room) == [Reason.GAP]
    await plan_and_send(room)
    assert await rules_that_held(room) == [Reason.GAP], "once a day is enough"
    room.clock.advance(hours=21)  # nine in the morning, and the step of the second is open still
    assert await plan_and_send(room) == [ana.person]
    lines = [line for line in await room.lines() if line[0] == second]
    assert (second, 1, "planned") in lines


async def test_a_week_has_so_many_reminders_and_no_more(room: EngineRoom) -> None:
    keep(room, per_week=2)
    ana = await room.client()
    await ana.owes(TODAY)
    went = []
    for _ in range(10):
        if await plan_and_send(room):
            went.append((CALENDAR.today(room.now) - TODAY).days)
        room.clock.advance(days=1)
    # 0 and 1 fill the week; what was due on the third day goes when the first is a week old.
    assert went == [0, 1, 7]
    assert Reason.WEEK in await rules_that_held(room)


async def test_the_latest_payers_go_first_and_the_rest_on_the_next_day(room: EngineRoom) -> None:
    keep(room, people_a_day=2, per_minute=0)
    soon = await room.client("due in three days", channel=WHATSAPP)
    await soon.owes(TODAY + 3 * ONE_DAY)
    late = await room.client("late", channel=WHATSAPP)
    await late.owes(TODAY - 3 * ONE_DAY)
    today = await room.client("due today", channel=WHATSAPP)
    await today.owes(TODAY)
    assert await plan_and_send(room) == [late.person, today.person]
    assert await rules_that_held(room) == [Reason.DAY_LIMIT]
    assert await rules_that_held(room, soon.person) == [Reason.DAY_LIMIT]
    room.clock.advance(hours=24, minutes=1)
    # Today's is late by now, and before the one who is due the day after tomorrow.
    assert await plan_and_send(room) == [today.person, soon.person]


async def test_only_people_on_whatsapp_count_for_the_day(room: EngineRoom) -> None:
    keep(room, people_a_day=1, per_minute=0)
    telegram = [await room.client(f"T{number}") for number in range(3)]
    phones = [await room.client(f"W{number}", channel=WHATSAPP) for number in range(2)]
    for client in (*telegram, *phones):
        await client.owes(TODAY)
    went = await plan_and_send(room)
    assert sorted(went) == sorted([*(one.person for one in telegram), phones[0].person])


async def test_whoever_was_written_to_already_costs_no_second_place(room: EngineRoom) -> None:
    keep(room, people_a_day=1, per_minute=0, gap_hours=0)
    ana = await room.client(channel=WHATSAPP)
    await ana.owes(TODAY)
    assert await plan_and_send(room) == [ana.person]
    await ana.owes(TODAY - ONE_DAY)
    assert await plan_and_send(room) == [ana.person]


async def test_a_number_that_whatsapp_trusts_may_write_to_more(room: EngineRoom) -> None:
    keep(room, per_minute=0)
    async with room.connect() as connection:
        await ChannelStates(connection).allow(WHATSAPP, 1)
    for number in range(2):
        await (await room.client(f"C{number}", channel=WHATSAPP)).owes(TODAY)
    assert len(await plan_and_send(room)) == 1
    async with room.connect() as connection:
        await ChannelStates(connection).allow(WHATSAPP, 2)
    assert len(await plan_and_send(room)) == 1


async def test_a_receipt_that_took_the_last_place_of_the_day_holds_a_reminder_back(
    room: EngineRoom,
) -> None:
    keep(room, people_a_day=1, per_minute=0)
    ana, beto = await room.client("Ana", channel=WHATSAPP), await room.person(channel=WHATSAPP)
    await ana.owes(TODAY)
    await room.plan()
    await room.queue(beto, channel=WHATSAPP, kind="notice", purpose="receipt", priority=3)
    rows = await room.claim(channel=WHATSAPP)
    (receipt,) = (row for row in rows if not row.is_reminder)
    await room.mark([receipt])
    await room.record(receipt, Accepted("r"))
    reminders = [row for row in rows if row.is_reminder]
    async with room.connect() as connection:
        told = await room.reminders(connection).compose(reminders)
    (said,) = told.values()
    assert isinstance(said, Snooze)
    assert said.reason == Reason.DAY_LIMIT


async def test_many_at_once_leave_one_minute_after_another(room: EngineRoom) -> None:
    keep(room, per_minute=2)
    people = [await room.client(f"C{number}") for number in range(5)]
    for client in people:
        await client.owes(TODAY)
    went = [len(await plan_and_send(room))]
    for _ in range(3):
        room.clock.advance(minutes=1)
        went.append(len(await plan_and_send(room)))
    assert went == [2, 2, 1, 0]


async def test_what_piled_up_while_we_slept_leaves_little_by_little_too(room: EngineRoom) -> None:
    keep(room, per_minute=2)
    for number in range(6):
        await (await room.client(f"C{number}")).owes(TODAY)
    await room.plan()
    room.clock.advance(hours=2)
    went = []
    for _ in range(6):
        told = await send_all(room)
        went.append(sum(isinstance(said, Outgoing) for _, said in told))
        room.clock.advance(minutes=1)
    assert sum(went) == 6
    assert max(went) == 2


async def test_what_does_not_fit_before_closing_time_goes_in_the_morning(room: EngineRoom) -> None:
    keep(room, per_minute=1)
    for number in range(4):
        await (await room.client(f"C{number}")).owes(TODAY)
    room.clock.set(datetime(2026, 11, 25, 21, 58, tzinfo=NOON.tzinfo))  # two minutes to seven
    assert await room.plan() == 2
    assert await rules_that_held(room) == [Reason.SPREAD, Reason.SPREAD]
    await room.change(sa.update(charges).values(due_on=TODAY + ONE_DAY))
    room.clock.set(datetime(2026, 11, 26, 12, tzinfo=NOON.tzinfo))
    assert await room.plan() >= 2


async def say(room: EngineRoom, client: int, **days: date | None) -> None:
    async with room.connect() as connection:
        await Clients(connection).change(ClientId(client), **days)


async def test_a_promise_rests_the_reminders_until_its_day_is_over(room: EngineRoom) -> None:
    ana = await room.client()
    await ana.owes(TODAY)
    await say(room, ana.id, promised_on=TODAY + ONE_DAY)
    went = []
    for _ in range(4):
        if await plan_and_send(room):
            went.append((CALENDAR.today(room.now) - TODAY).days)
        room.clock.advance(days=1)
    assert went == [2, 3]
    assert await rules_that_held(room) == [Reason.PROMISED, Reason.PROMISED]


async def test_somebody_is_reminded_from_the_day_on_that_the_owner_chose(room: EngineRoom) -> None:
    ana = await room.client()
    await ana.owes(TODAY)
    await say(room, ana.id, not_before=TODAY + ONE_DAY)
    assert await plan_and_send(room) == []
    room.clock.advance(days=1)
    assert await plan_and_send(room) == [ana.person]
    assert await rules_that_held(room) == [Reason.NOT_BEFORE]


async def test_a_promise_takes_back_what_waits_and_its_step_goes_later(room: EngineRoom) -> None:
    ana = await room.client()
    charge = await ana.owes(TODAY - ONE_DAY)
    await room.plan()
    await say(room, ana.id, promised_on=TODAY)
    async with room.connect() as connection:
        queue = Outbox(connection, room.clock)
        assert await queue.drop_all(PersonId(ana.person), room.now, Reason.PROMISED) == 1
    assert [row.reason for row in await room.rows()] == [Reason.PROMISED]
    room.clock.advance(days=1)
    assert await plan_and_send(room) == [ana.person]
    assert (charge, 1, "planned") in await room.lines()


async def test_a_promise_made_after_the_plan_is_heard_right_before_sending(
    room: EngineRoom,
) -> None:
    ana = await room.client()
    await ana.owes(TODAY)
    await room.plan()
    await say(room, ana.id, promised_on=TODAY)
    assert [isinstance(said, Outgoing) for _, said in await send_all(room)] == [False]


@pytest.mark.parametrize(
    ("about", "owed", "rule"),
    [
        ({"opted_out": True}, {}, Reason.OPTED_OUT),
        ({"standing": "paused"}, {}, Reason.PAUSED),
        ({"standing": "cancelled"}, {}, Reason.GONE),
        ({"unreachable": True}, {}, Reason.UNREACHABLE),
        ({}, {"reminded": False}, Reason.ARRIVED_LATE),
    ],
)
async def test_every_rule_that_holds_a_reminder_back_is_written_down(
    room: EngineRoom, about: dict[str, Any], owed: dict[str, Any], rule: Reason
) -> None:
    await (await room.client(**about)).owes(TODAY, **owed)
    assert await plan_and_send(room) == []
    assert await rules_that_held(room) == [rule]


async def test_a_business_without_a_name_writes_to_nobody(room: EngineRoom) -> None:
    ana, bia = await room.client("Ana"), await room.client("Bia")
    await ana.owes(TODAY)
    room.house = replace(HOUSE, name="")
    assert await plan_and_send(room) == []
    assert await rules_that_held(room) == [Reason.NAMELESS]
    room.house = HOUSE
    await bia.owes(TODAY)
    assert await room.plan() == 2
    room.house = replace(HOUSE, name="")
    waits = Snooze(room.now + timedelta(minutes=10), Reason.NAMELESS)
    assert [said for _, said in await send_all(room)] == [waits, waits]
    room.house = HOUSE
    room.clock.advance(minutes=10)
    assert sorted(await plan_and_send(room)) == [ana.person, bia.person]


async def test_a_claim_that_holds_a_reminder_back_is_written_down(room: EngineRoom) -> None:
    ana = await room.client()
    await ana.owes(TODAY)
    await ana.claims()
    assert await plan_and_send(room) == []
    assert await rules_that_held(room) == [Reason.CLAIMED]


@pytest.mark.parametrize(("closed", "rule"), [(True, Reason.CLOSED), (False, Reason.HOURS)])
async def test_a_day_on_which_nobody_is_written_to_is_written_down(
    room: EngineRoom, closed: object, rule: Reason
) -> None:
    # A Sunday is closed by its hours, Christmas by the calendar of holidays.
    day = date(2026, 12, 25) if closed else date(2026, 11, 29)
    await (await room.client()).owes(day)
    room.clock.set(CALENDAR.at(day, NOON.time().replace(hour=10)))
    assert await plan_and_send(room) == []
    assert rule in await rules_that_held(room)
    room.clock.advance(days=1)
    assert await room.plan() <= 1


async def test_the_trace_tells_everything_in_its_order(room: EngineRoom) -> None:
    ana = await room.client()
    charge = await ana.owes(TODAY)
    await say(room, ana.id, promised_on=TODAY)
    await room.plan()
    await say(room, ana.id, promised_on=None)
    room.clock.advance(minutes=5)
    await plan_and_send(room)
    async with room.connect() as connection:
        trace = Trace(connection)
        lines = await trace.lines(ClientId(ana.id), PersonId(ana.person), room.now - ONE_DAY, 20)
        done = await trace.done([ChargeId(charge)])
    assert next((line.kind, line.what or line.reason) for line in reversed(lines)) == (
        "hold",
        Reason.PROMISED,
    )
    assert {(line.kind, line.what) for line in lines} >= {
        ("step", "planned"),
        ("step", "overtaken"),
        ("message", "accepted"),
    }
    assert len(done) == 2


async def test_why_is_forgotten_after_a_season(room: EngineRoom) -> None:
    await (await room.client(opted_out=True)).owes(TODAY)
    await room.plan()
    async with room.connect() as connection:
        await Trace(connection).forget(room.now + timedelta(days=89))
    assert await rules_that_held(room) == [Reason.OPTED_OUT]
    async with room.connect() as connection:
        await Trace(connection).forget(room.now + timedelta(days=91))
    assert await rules_that_held(room) == []


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    owing=st.lists(st.tuples(st.integers(0, 5), st.integers(-6, 12)), min_size=1, max_size=14),
    promises=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 6)), max_size=3),
    per_week=st.integers(1, 3),
    a_day=st.integers(1, 4),
    hours=st.lists(st.integers(1, 30), min_size=8, max_size=14),
)
def test_whatever_happens_no_rule_is_broken_and_nothing_is_lost(
    tmp_path: Path,
    owing: list[tuple[int, int]],
    promises: list[tuple[int, int]],
    per_week: int,
    a_day: int,
    hours: list[int],
) -> None:
    async def lived() -> None:
        place = tmp_path / "rules.sqlite3"
        place.unlink(missing_ok=True)
        url = f"sqlite+aiosqlite:///{place}"
        await upgrade(url)
        engines = make_engines(url)
        room = EngineRoom(engines)
        await room.begin()
        keep(room, per_week=per_week, people_a_day=a_day)
        people = [await room.client(f"C{n}", channel=WHATSAPP) for n in range(6)]
        for who, days in owing:
            await people[who].owes(TODAY + days * ONE_DAY)
        until = {}
        for who, days in promises:
            until[people[who].person] = TODAY + days * ONE_DAY
            await say(room, people[who].id, promised_on=TODAY + days * ONE_DAY)
        went: list[tuple[int, datetime]] = []
        for wait in hours:
            went += [(person, room.now) for person in await plan_and_send(room)]
            room.clock.advance(hours=wait)
        await _nothing_is_lost(room)
        await engines.dispose()
        _no_rule_is_broken(went, until, per_week, a_day)

    asyncio.run(lived())


def _no_rule_is_broken(
    went: list[tuple[int, datetime]], until: dict[int, date], per_week: int, a_day: int
) -> None:
    for person, at in went:
        assert CALENDAR.allows(at)
        assert person not in until or CALENDAR.today(at) > until[person]
        theirs = [other for whom, other in went if whom == person]
        before = [other for other in theirs if other < at]
        assert all(at - other >= timedelta(hours=20) for other in before)
        assert sum(at - WEEK < other <= at for other in theirs) <= per_week
        reached = {whom for whom, other in went if at - DAY < other <= at}
        assert len(reached) <= a_day


async def _nothing_is_lost(room: EngineRoom) -> None:
    """Whatever is due has gone, waits, or stands in the book with its rule, of this very day."""
    await room.plan()
    if not CALENDAR.allows(room.now):
        return
    query = sa.text(
        "SELECT count(*) FROM charges WHERE due_on = :today AND NOT EXISTS (SELECT 1 FROM"
        " notice_lines WHERE charge_id = charges.id AND state <> 'dropped') AND NOT EXISTS (SELECT"
        " 1 FROM holds WHERE holds.charge_id = charges.id)"
    ).bindparams(today=CALENDAR.today(room.now).isoformat())
    async with room.connect() as connection:
        assert (await connection.execute(query)).scalar_one() == 0
