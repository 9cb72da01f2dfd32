"""The pace of a number, kept in a real database: what counts, what is remembered, what wakes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.delivery import Accepted, Report, Snooze, State
from bot.domain.number_pace import Level
from bot.domain.own_number import NumberFacts
from bot.domain.pace_state import NumberPace
from bot.domain.reasons import Reason
from bot.storage.contacts import Contacts
from bot.storage.number_paces import NumberPaces
from tests.support.engine_room import TODAY, WHATSAPP, EngineRoom

DAY = timedelta(days=1)


async def sent(room: EngineRoom, *, start: bool) -> int:
    """A notice that has left; whose row it is."""
    person = await room.person(channel=WHATSAPP)
    await room.queue(person, channel=WHATSAPP, kind="notice", purpose="receipt", priority=3)
    (row,) = await room.leave(channel=WHATSAPP)
    if start:
        async with room.connect() as connection:
            await NumberPaces(connection).start(row.id, room.now)
    await room.record(row, Accepted(f"id-{row.id}"))
    return row.id


async def test_what_is_remembered_comes_back_as_it_was(room: EngineRoom) -> None:
    row = await sent(room, start=True)
    pace = NumberPace(
        warmed=3,
        last_day=TODAY,
        next_at=room.now,
        level=Level.HALF,
        why=Reason.PACE_LOST,
        lost=3,
        out_of=20,
        since=room.now,
        no_new_until=room.now,
        held_why=Reason.PACE_DEAD,
        held_at=room.now,
        canary=(await room.row(row)).id,
        canary_at=room.now,
        proved_at=room.now,
        told="pace.dead",
    )
    async with room.connect() as connection:
        paces = NumberPaces(connection)
        assert await paces.get() is None, "nobody has to care"
        await paces.begin(kept=False)
        assert await paces.get() is None
        await paces.begin(kept=True)
        await paces.keep(pace)
    async with room.connect() as connection:
        paces = NumberPaces(connection)
        assert await paces.get() == await paces.seen() == pace
        await paces.begin(kept=False)
        assert await paces.get() is None, "another gateway"
        await paces.begin(kept=True)
        assert await paces.get() == pace, "and back: the number is as warm as it was"


@pytest.mark.parametrize(
    ("told", "warmed"),
    [
        (["5511940000000", "5511940000000"], 9),
        (["5511940000000", "", "+55 11 94000-0000"], 9),  # let go, and linked again
        (["5511940000000", "5511940000001"], 0),
        (["5511940000000", "", "5511940000001"], 0),
        (["", "5511940000001"], 9),  # the first that we hear of
    ],
)
async def test_another_number_is_warmed_up_anew(
    room: EngineRoom, told: list[str], warmed: int
) -> None:
    locked = room.now + DAY
    warm = NumberPace(warmed=9, last_day=TODAY, level=Level.STOP, why=Reason.PACE_LOST)
    warm = replace(warm, held_why=Reason.PACE_DEAD, held_at=room.now, no_new_until=locked)
    async with room.connect() as connection:
        paces = NumberPaces(connection)
        await paces.begin(kept=True)
        await paces.keep(warm)
    for phone in told:
        async with room.rooms() as inside:
            await inside.number.keep(NumberFacts(phone=phone))
    async with room.connect() as connection:
        pace = await NumberPaces(connection).get()
    assert pace
    assert (pace.warmed, pace.no_new_until) == (warmed, locked)
    assert (pace.held_why == "", pace.level is Level.FULL) == (warmed == 0, warmed == 0)


@pytest.mark.parametrize("kept", [True, False])
async def test_where_the_pace_is_kept_only_real_starts_take_a_place(
    room: EngineRoom, kept: object
) -> None:
    async with room.connect() as connection:
        await NumberPaces(connection).begin(kept=bool(kept))
    await sent(room, start=True)
    await sent(room, start=False)
    async with room.connect() as connection:
        assert await Contacts(connection).reach(WHATSAPP, room.now - DAY) == (1 if kept else 2)


async def test_what_became_of_the_last_starts_is_told_newest_first(room: EngineRoom) -> None:
    first = await sent(room, start=True)
    room.clock.advance(minutes=1)
    second = await sent(room, start=True)
    await room.report(Report(f"id-{first}", State.DELIVERED, room.now))
    async with room.connect() as connection:
        paces = NumberPaces(connection)
        starts = await paces.starts(room.now - DAY, 10)
        assert [(start.id, start.state) for start in starts] == [
            (second, State.ACCEPTED),
            (first, State.DELIVERED),
        ]
        (aged,) = await paces.starts(room.now - DAY, 10, room.now)
        assert aged.id == first
        last = await paces.last()
        assert last
        assert last.id == second
        assert (await paces.heard(room.now - DAY)).arrived_at == room.now
        assert len(await paces.reached(room.now - DAY)) == 2
        assert await paces.known([starts[1].person_id, starts[0].person_id]) == {
            starts[1].person_id
        }
        await paces.forget(room.now + 91 * DAY)
        assert await paces.starts(room.now - DAY, 10) == []


async def test_what_waits_for_the_number_is_woken_and_nothing_else(room: EngineRoom) -> None:
    due = []
    for reason in (Reason.PACE_DEAD, Reason.GAP):
        person = await room.person(channel=WHATSAPP)
        await room.queue(person, channel=WHATSAPP, kind="notice", purpose="receipt", priority=3)
        (row,) = await room.claim(channel=WHATSAPP)
        await room.record(row, Snooze(room.now + DAY, reason))
        due.append(row.id)
    async with room.connect() as connection:
        assert await NumberPaces(connection).wake({Reason.PACE_DEAD}, room.now) == 1
        assert await NumberPaces(connection).waiting(room.now) == 1
    assert (await room.row(due[0])).due_at == room.now
    assert (await room.row(due[1])).due_at == room.now + DAY


def test_a_day_that_begins_is_a_day_more() -> None:
    pace = replace(NumberPace(), warmed=4, last_day=TODAY)
    assert (pace.day(TODAY), pace.day(TODAY + DAY)) == (4, 5)
