"""The plan of reminders: what the ladder says of each charge, for the whole table at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.contact import ContactRules
from bot.domain.delivery import Accepted, Report, Snooze, State, Uncertain
from bot.domain.ids import PersonId, PlanId
from bot.domain.ladder import due_now, newest_open
from bot.domain.message import Outgoing
from bot.domain.money import Money
from bot.domain.reasons import Reason
from bot.services.ports.outbox import Cancelled
from bot.services.ports.reminders import Bounds
from bot.storage.engine import make_engines
from bot.storage.migrate import upgrade
from bot.storage.outbox import Outbox
from bot.storage.planner import Planner
from bot.storage.tables import charges, ladder_steps, notice_lines, outbox
from tests.support.engine_room import CALENDAR, NOON, TELEGRAM, TODAY, WHATSAPP, EngineRoom

DAY = timedelta(days=1)


async def composed(room: EngineRoom) -> list[Any]:
    """What each reminder that may go now would say."""
    rows = [*await room.claim(), *await room.claim(channel=WHATSAPP)]
    async with room.connect() as connection:
        told = await room.reminders(connection).compose(rows)
    return [told[row.id] for row in rows]


async def test_a_charge_due_today_is_reminded_once_however_often_it_is_planned(
    room: EngineRoom,
) -> None:
    charge = await (await room.client()).owes(TODAY)
    assert await room.plan() == 1
    assert await room.plan() == 0
    assert await room.lines() == [(charge, -3, "overtaken"), (charge, 0, "planned")]
    (row,) = await room.rows()
    assert (row.kind, row.channel, row.state) == ("reminder", TELEGRAM, "waiting")


async def test_two_processes_that_plan_at_once_plan_once(room: EngineRoom) -> None:
    for number in range(5):
        await (await room.client(f"C{number}")).owes(TODAY)
    plans = await asyncio.gather(*(room.plan() for _ in range(3)))
    assert sum(plans) == 5
    assert len(await room.rows()) == 5


async def test_several_open_charges_of_one_client_go_in_one_notice(room: EngineRoom) -> None:
    client = await room.client()
    await client.owes(TODAY)
    await client.owes(TODAY - DAY, amount=10_000)
    assert await room.plan() == 1
    (said,) = await composed(room)
    assert isinstance(said, Outgoing)
    assert said.template
    assert said.template.name == "reminder_many"
    assert said.template.params["amount"] == Money(14_990)
    assert said.template.params["count"] == 2
    assert len(said.body) == 3


async def test_two_days_of_downtime_send_only_the_newest_step_once(room: EngineRoom) -> None:
    charge = await (await room.client()).owes(TODAY - 3 * DAY)
    assert await room.plan() == 1
    assert await room.lines() == [
        (charge, -3, "overtaken"),
        (charge, 0, "overtaken"),
        (charge, 1, "overtaken"),
        (charge, 3, "planned"),
    ]
    (said,) = await composed(room)
    assert said.template.name == "reminder_late"


async def test_each_step_goes_out_on_its_day(room: EngineRoom) -> None:
    due_on = date(2026, 12, 2)  # a Wednesday, as seven days before
    await (await room.client()).owes(due_on)
    went: list[str] = []
    for _ in range(30):
        if await room.plan():
            said = (await composed(room))[0]
            went.append(f"{(CALENDAR.today(room.now) - due_on).days} {said.template.name}")
            await room.change(sa.update(outbox).values(state="accepted"))
        room.clock.advance(days=1)
    # Three days before is a Sunday, so it goes on the Monday.
    assert went == [
        "-2 reminder_before",
        "0 reminder_today",
        "1 reminder_late",
        "3 reminder_late",
        "7 reminder_last",
        "15 reminder_last",
    ]


async def test_whoever_must_not_be_reminded_is_not(room: EngineRoom) -> None:
    await (await room.client("opted out", opted_out=True)).owes(TODAY)
    await (await room.client("paused", standing="paused")).owes(TODAY)
    await (await room.client("gone", standing="cancelled")).owes(TODAY)
    await (await room.client("overdue when they came")).owes(TODAY, reminded=False)
    claimed = await room.client("says it is paid")
    await claimed.owes(TODAY)
    await claimed.claims()
    paid = await room.client("paid")
    await paid.pays(await paid.owes(TODAY))
    await (await room.client("closed to us", unreachable=True)).owes(TODAY)
    await (await room.client("nothing due")).owes(TODAY + 20 * DAY)
    assert await room.plan() == 0
    assert await room.rows() == []


async def test_nothing_is_planned_at_night(room: EngineRoom) -> None:
    await (await room.client()).owes(TODAY)
    room.clock.set(datetime(2026, 11, 26, 1, tzinfo=UTC))  # 22:00 in São Paulo
    assert await room.plan() == 0
    room.clock.set(datetime(2026, 11, 26, 13, tzinfo=UTC))
    assert await room.plan() == 1


async def test_telegram_is_preferred_where_it_is_linked(room: EngineRoom) -> None:
    client = await room.client(channel=WHATSAPP)
    await room.address(client.person, TELEGRAM)
    await client.owes(TODAY)
    await room.plan()
    assert [row.channel for row in await room.rows()] == [TELEGRAM]


async def test_a_channel_that_is_off_is_not_chosen(room: EngineRoom) -> None:
    client = await room.client(channel=WHATSAPP)
    await room.address(client.person, TELEGRAM)
    await client.owes(TODAY)
    room.channels = (WHATSAPP,)
    await room.plan()
    assert [row.channel for row in await room.rows()] == [WHATSAPP]


async def test_more_than_a_transaction_s_worth_is_planned_in_several(
    room: EngineRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.storage.planner.AT_ONCE", 2)
    for number in range(5):
        await (await room.client(f"C{number}")).owes(TODAY)
    assert await room.plan() == 5
    assert len(await room.rows()) == 5


async def test_a_reminder_says_what_is_owed_and_offers_what_clients_do(room: EngineRoom) -> None:
    client = await room.client()
    charge = await client.owes(TODAY)
    await room.change(sa.update(charges).where(charges.c.id == charge).values(paid=1000))
    await room.plan()
    (said,) = await composed(room)
    assert said.template.params == {
        "name": "Ana Souza",
        "business": "Academia Boa Forma",
        "amount": Money(3990),
        "due": TODAY,
    }
    assert said.body[0].key == "template.reminder_today.body"
    assert [button.label.key for button in said.buttons] == [
        f"template.reminder_today.button.{number}" for number in (1, 2, 3)
    ]
    assert len({button.token for button in said.buttons}) == 3


async def test_what_was_paid_since_it_was_planned_is_left_out(room: EngineRoom) -> None:
    client = await room.client()
    paid = await client.owes(TODAY - DAY)
    open_ = await client.owes(TODAY)
    await room.plan()
    await client.pays(paid)
    (said,) = await composed(room)
    assert said.template.name == "reminder_today"
    assert (paid, 1, "dropped") in await room.lines()
    assert (open_, 0, "planned") in await room.lines()


@pytest.mark.parametrize("reason", ["paid", "claimed", "opted out", "paused"])
async def test_a_reminder_that_lost_its_reason_is_cancelled_before_it_leaves(
    room: EngineRoom, reason: str
) -> None:
    client = await room.client()
    charge = await client.owes(TODAY)
    await room.plan()
    match reason:
        case "paid":
            await client.pays(charge)
        case "claimed":
            await client.claims()
        case "opted out":
            await room.change(sa.text("UPDATE clients SET opted_out_at = created_at"))
        case _:
            await room.change(sa.text("UPDATE subscriptions SET standing = 'paused'"))
    assert await composed(room) == [Cancelled(Reason.MOOT)]


async def test_a_reminder_that_waited_past_its_step_is_overtaken(room: EngineRoom) -> None:
    charge = await (await room.client()).owes(TODAY)
    await room.plan()
    room.clock.advance(days=1)
    assert await room.plan() == 1
    (row, newer) = await room.rows()
    said = (await composed(room))[0]
    assert said == Cancelled(Reason.OVERTAKEN)
    assert (charge, 0, "overtaken") in await room.lines()
    await room.change(sa.update(outbox).where(outbox.c.id == row.id).values(state="cancelled"))
    assert [one.id for one in await room.claim()] == [newer.id]


async def test_outside_the_hours_a_reminder_waits_for_the_next_opening(room: EngineRoom) -> None:
    await (await room.client()).owes(TODAY)
    await room.plan()
    room.clock.set(datetime(2026, 11, 26, 1, tzinfo=UTC))
    (said,) = await composed(room)
    assert said == Snooze(datetime(2026, 11, 26, 12, tzinfo=UTC), Reason.HOURS)


async def test_moot_reminders_are_dropped_at_once(room: EngineRoom) -> None:
    client = await room.client()
    charge = await client.owes(TODAY)
    other = await room.client("Beto")
    await other.owes(TODAY)
    await room.plan()
    async with room.connect() as connection:
        queue = Outbox(connection, room.clock)
        assert await queue.drop_moot(PersonId(client.person), room.now, Reason.MOOT) == 0
    await client.pays(charge)
    async with room.connect() as connection:
        queue = Outbox(connection, room.clock)
        assert await queue.drop_moot(PersonId(client.person), room.now, Reason.MOOT) == 1
    mine, theirs = await room.rows()
    assert (mine.state, mine.reason) == ("cancelled", Reason.MOOT)
    assert theirs.state == "waiting"


async def test_a_claim_that_is_rejected_lets_the_same_step_go_after_all(room: EngineRoom) -> None:
    client = await room.client()
    charge = await client.owes(TODAY)
    await room.plan()
    await client.claims()
    async with room.connect() as connection:
        await Outbox(connection, room.clock).drop_moot(
            PersonId(client.person), room.now, Reason.MOOT
        )
    assert (charge, 0, "dropped") in await room.lines()
    assert await room.plan() == 0
    await room.change(sa.text("UPDATE claims SET state = 'rejected'"))
    assert await room.plan() == 1
    assert (charge, 0, "planned") in await room.lines()
    assert [row.state for row in await room.rows()] == ["cancelled", "waiting"]


@pytest.mark.parametrize("by", ["the claim", "the worker"])
async def test_a_claim_that_is_rejected_repeats_no_step_that_may_have_arrived(
    room: EngineRoom, by: str
) -> None:
    room.channels = (WHATSAPP,)
    client = await room.client(channel=WHATSAPP)
    charge = await client.owes(TODAY)
    await room.plan()
    (row,) = await room.leave(channel=WHATSAPP)
    await room.record(row, Uncertain("whatsapp.unanswered"))
    room.clock.advance(minutes=11)
    await room.heard()
    await room.sweep()
    assert await room.state(row.id) is State.WAITING
    await client.claims()
    if by == "the claim":
        async with room.connect() as connection:
            queue = Outbox(connection, room.clock)
            assert await queue.drop_moot(PersonId(client.person), room.now) == 1
    else:
        again = await room.claim(channel=WHATSAPP)
        async with room.connect() as connection:
            told = await room.reminders(connection).compose(again)
        assert told == {row.id: Cancelled(Reason.MOOT)}
        await room.record(again[0], Cancelled(Reason.MOOT))
    await room.report(Report("wamid.1", State.DELIVERED, room.now, opaque=row.opaque))
    assert await room.state(row.id) is State.DELIVERED
    await room.change(sa.text("UPDATE claims SET state = 'rejected'"))
    assert await room.plan() == 0
    assert (charge, 0, "planned") in await room.lines()


async def test_what_was_reminded_of_is_not_reminded_again_after_it_was_sent(
    room: EngineRoom,
) -> None:
    await (await room.client()).owes(TODAY)
    await room.plan()
    await room.record((await room.leave())[0], Accepted("1:1"))
    assert await room.plan() == 0


async def test_two_currencies_are_two_notices(room: EngineRoom) -> None:
    client = await room.client()
    await client.owes(TODAY)
    dollars = await client.owes(TODAY)
    await room.change(sa.update(charges).where(charges.c.id == dollars).values(currency="USD"))
    await room.plan()
    (said,) = await composed(room)
    assert said.template.params["amount"] == Money(4990)
    assert (dollars, 0, "dropped") in await room.lines()
    assert await room.plan() == 1


@asynccontextmanager
async def a_room_of(tmp: Path) -> AsyncIterator[EngineRoom]:
    url = f"sqlite+aiosqlite:///{tmp}"
    await upgrade(url)
    engines = make_engines(url)
    room = EngineRoom(engines)
    await room.begin()
    try:
        yield room
    finally:
        await engines.dispose()


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    late=st.lists(st.tuples(st.integers(-12, 30), st.booleans()), min_size=1, max_size=12),
    hours=st.integers(0, 24 * 14),
    own=st.dictionaries(st.integers(-9, 20), st.booleans(), max_size=4),
    off=st.sets(st.sampled_from((-3, 0, 1, 3, 7, 15))),
)
def test_what_is_planned_is_what_the_ladder_says_of_each_charge(
    tmp_path: Path,
    late: list[tuple[int, bool]],
    hours: int,
    own: dict[int, bool],
    off: set[int],
) -> None:
    async def compared() -> None:
        place = tmp_path / "plan.sqlite3"
        place.unlink(missing_ok=True)
        async with a_room_of(place) as room:
            gold = await a_plan_with_steps(room, own)
            general = sa.update(ladder_steps).where(ladder_steps.c.plan_id.is_(None))
            await room.change(
                general.where(ladder_steps.c.offset_days.in_(off)).values(in_use=False)
            )
            due: dict[int, tuple[date, PlanId]] = {}
            for days, is_gold in late:
                client = await room.client(f"C{len(due)}")
                if is_gold:
                    await client.moves_to(gold)
                due_on = TODAY - days * DAY
                plan = PlanId(gold if is_gold else room.plan_id)
                due[await client.owes(due_on)] = due_on, plan
            room.clock.set(NOON + timedelta(hours=hours))
            steps = await room.ladder()
            async with room.connect() as connection:
                dues = due_now(steps, room.now, CALENDAR)
                bounds = Bounds(TODAY, room.now + timedelta(hours=8), ContactRules())
                await Planner(connection).plan(dues, room.channels, room.now, bounds)
            query = sa.select(notice_lines).where(notice_lines.c.state == "planned")
            planned = {row.charge_id: row.step_id for row in await room.rows(query)}
            told = {
                charge: opening.step.id
                for charge, (due_on, plan) in due.items()
                if (opening := newest_open(due_on, steps, room.now, CALENDAR, plan))
            }
            assert planned == told

    asyncio.run(compared())


async def test_a_row_of_the_plan_is_ready_to_be_claimed(room: EngineRoom) -> None:
    await (await room.client()).owes(TODAY)
    await room.plan()
    (row,) = await room.claim()
    assert row.is_reminder
    assert row.outgoing is None
    assert await room.state(row.id) is State.CLAIMED


async def a_plan_with_steps(room: EngineRoom, own: dict[int, bool]) -> int:
    """Another plan, with steps of its own by their days; each in use or not."""
    gold = await room.plan_called("Ouro")
    for days, in_use in own.items():
        await room.step(days, plan_id=gold, in_use=in_use)
    return gold


async def test_a_plan_s_own_step_goes_in_place_of_the_general_one(room: EngineRoom) -> None:
    gold = await a_plan_with_steps(room, {1: True})
    await room.change(
        sa.update(ladder_steps)
        .where(ladder_steps.c.plan_id == gold)
        .values(template="reminder_last")
    )
    theirs, other = await room.client("Ouro"), await room.client("Mensal")
    await theirs.moves_to(gold)
    await theirs.owes(TODAY - DAY)
    await other.owes(TODAY - DAY)
    assert await room.plan() == 2
    said = await composed(room)
    went = {one.template.params["name"]: one.template.name for one in said}
    assert went == {"Ouro": "reminder_last", "Mensal": "reminder_late"}


async def test_a_step_for_one_plan_is_not_for_the_others(room: EngineRoom) -> None:
    gold = await a_plan_with_steps(room, {2: True})
    await room.change(
        sa.update(ladder_steps).where(ladder_steps.c.offset_days != 2).values(in_use=False)
    )
    theirs, other = await room.client("Ouro"), await room.client("Mensal")
    await theirs.moves_to(gold)
    charge = await theirs.owes(TODAY - 2 * DAY)
    await other.owes(TODAY - 2 * DAY)
    assert await room.plan() == 1
    assert await room.lines() == [(charge, 2, "planned")]


async def test_a_step_goes_over_the_chat_it_would_rather_have(room: EngineRoom) -> None:
    both, only = await room.client("both"), await room.client("only Telegram")
    await room.address(both.person, WHATSAPP)
    await both.owes(TODAY)
    await only.owes(TODAY)
    await room.change(sa.update(ladder_steps).values(channel=WHATSAPP))
    await room.plan()
    went = {row.person_id: row.channel for row in await room.rows()}
    assert went == {both.person: WHATSAPP, only.person: TELEGRAM}


async def test_a_step_that_is_switched_off_is_not_taken(room: EngineRoom) -> None:
    await (await room.client()).owes(TODAY)
    await room.change(sa.update(ladder_steps).values(in_use=False))
    assert await room.plan() == 0


async def test_what_is_asked_for_by_hand_says_what_is_true_today(room: EngineRoom) -> None:
    client = await room.client()
    charge = await client.owes(TODAY - 2 * DAY)
    await room.plan()
    line = sa.update(notice_lines).where(notice_lines.c.state == "planned")
    await room.change(line.values(step_id=None, by_hand_on=TODAY))
    (said,) = await composed(room)
    assert said.template.name == "reminder_late"
    await room.change(sa.update(outbox).values(state="waiting"))
    await client.pays(charge)
    (cancelled,) = await composed(room)
    assert cancelled == Cancelled(Reason.MOOT)


async def test_a_step_that_goes_later_than_on_its_day_says_what_is_true_then(
    room: EngineRoom,
) -> None:
    sunday = date(2026, 11, 29)
    await (await room.client()).owes(sunday)
    await room.change(
        sa.update(ladder_steps).where(ladder_steps.c.offset_days != 0).values(in_use=False)
    )
    room.clock.set(datetime(2026, 11, 30, 13, tzinfo=UTC))
    await room.plan()
    (said,) = await composed(room)
    assert said.template.name == "reminder_late"
