"""What providers say afterwards: late, twice, out of order."""

import itertools
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from bot.domain.delivery import Accepted, Report, State, Uncertain
from bot.domain.evidence import LEASE
from bot.storage.tables import addresses
from tests.support.engine_room import WHATSAPP, EngineRoom


async def sent(room: EngineRoom, provider_id: str = "wamid.1") -> int:
    """A message that WhatsApp took."""
    number = await room.queue(await room.person(channel=WHATSAPP), channel=WHATSAPP)
    await room.record((await room.leave(channel=WHATSAPP))[0], Accepted(provider_id))
    return number


def report(room: EngineRoom, state: State, **about: Any) -> Report:
    about = {"provider_id": "wamid.1", **about}
    return Report(state=state, at=room.now + timedelta(seconds=5), **about)


async def test_a_message_walks_on_to_read_with_every_hour_kept(room: EngineRoom) -> None:
    number = await sent(room)
    for state in (State.SENT, State.DELIVERED, State.READ):
        assert await room.report(report(room, state)) == 1
    row = await room.row(number)
    at = room.now + timedelta(seconds=5)
    assert (row.state, row.sent_at, row.delivered_at, row.read_at) == ("read", at, at, at)


async def test_any_order_and_any_repetition_ends_the_same(room: EngineRoom) -> None:
    states = (State.SENT, State.DELIVERED, State.READ)
    for number, order in enumerate(itertools.permutations(states)):
        name = f"wamid.{number}"
        row = await sent(room, name)
        for state in (*order, order[0]):
            await room.report(report(room, state, provider_id=name))
        assert await room.state(row) is State.READ


async def test_many_reports_in_one_delivery_are_taken_in_order(room: EngineRoom) -> None:
    number = await sent(room)
    states = (State.READ, State.SENT, State.DELIVERED)
    assert await room.report(*(report(room, state) for state in states)) == 3
    row = await room.row(number)
    assert row.state == "read"
    assert row.delivered_at is not None


async def test_a_failure_keeps_its_reason_and_marks_a_dead_address(room: EngineRoom) -> None:
    number = await sent(room)
    failed = Report(
        "wamid.1", State.FAILED, room.now, reason="whatsapp.unreachable", unreachable=True
    )
    await room.report(failed)
    row = await room.row(number)
    assert (row.state, row.reason, row.ended_at) == ("failed", "whatsapp.unreachable", room.now)
    (address,) = await room.rows(sa.select(addresses))
    assert address.unreachable_at == room.now


async def test_a_late_failure_closes_no_chat_whose_person_wrote_meanwhile(
    room: EngineRoom,
) -> None:
    number = await sent(room)
    failed = report(room, State.FAILED, reason="whatsapp.unreachable", unreachable=True)
    room.clock.advance(hours=2)
    await room.change(sa.update(addresses).values(last_inbound_at=room.now))
    room.clock.advance(minutes=5)
    await room.report(failed)
    assert await room.state(number) is State.FAILED
    (address,) = await room.rows(sa.select(addresses))
    assert (address.unreachable_at, address.unreachable_why) == (None, None)


async def test_a_failure_after_delivery_counts_for_nothing(room: EngineRoom) -> None:
    number = await sent(room)
    await room.report(report(room, State.DELIVERED))
    await room.report(report(room, State.FAILED, reason="whatsapp.refused"))
    assert await room.state(number) is State.DELIVERED
    assert (await room.row(number)).reason == ""


async def test_our_own_id_settles_what_is_just_leaving(room: EngineRoom) -> None:
    number = await room.queue(await room.person(channel=WHATSAPP), channel=WHATSAPP)
    (row,) = await room.leave(channel=WHATSAPP)
    await room.report(report(room, State.SENT, opaque=row.opaque))
    assert await room.state(number) is State.SENT
    await room.record(row, Accepted("wamid.1"))
    assert await room.state(number) is State.SENT


async def test_our_own_id_settles_a_doubt_so_that_nothing_is_sent_twice(room: EngineRoom) -> None:
    number = await room.queue(await room.person(channel=WHATSAPP), channel=WHATSAPP)
    (row,) = await room.leave(channel=WHATSAPP)
    await room.record(row, Uncertain("whatsapp.unanswered"))
    await room.report(report(room, State.DELIVERED, opaque=row.opaque))
    await room.heard()
    room.clock.advance(minutes=30)
    await room.heard()
    await room.sweep()
    assert await room.claim(channel=WHATSAPP) == []
    row_now = await room.row(number)
    assert (row_now.state, row_now.provider_id) == ("delivered", "wamid.1")
    assert row_now.accepted_at is not None


async def test_evidence_stops_a_second_try_that_waits_already(room: EngineRoom) -> None:
    number = await room.queue(await room.person(channel=WHATSAPP), channel=WHATSAPP)
    (row,) = await room.leave(channel=WHATSAPP)
    await room.record(row, Uncertain("whatsapp.unanswered"))
    room.clock.advance(minutes=11)
    await room.heard()
    await room.sweep()
    assert await room.state(number) is State.WAITING
    await room.report(report(room, State.SENT, opaque=row.opaque))
    assert await room.claim(channel=WHATSAPP) == []


async def test_evidence_stops_a_second_try_that_is_claimed_already(room: EngineRoom) -> None:
    number = await room.queue(await room.person(channel=WHATSAPP), channel=WHATSAPP)
    (row,) = await room.leave("dead", WHATSAPP)
    room.clock.advance(seconds=LEASE.seconds + 1)
    await room.sweep()
    room.clock.advance(minutes=11)
    await room.heard()
    await room.sweep()
    again = await room.claim("alive", WHATSAPP)
    assert [one.id for one in again] == [number]
    await room.report(report(room, State.DELIVERED, opaque=row.opaque))
    assert await room.mark(again) == frozenset()


async def test_evidence_revives_what_was_given_up(room: EngineRoom) -> None:
    number = await room.queue(await room.person(channel=WHATSAPP), channel=WHATSAPP)
    (row,) = await room.leave(channel=WHATSAPP)
    await room.record(row, Uncertain("whatsapp.unanswered"))
    room.clock.advance(hours=25)
    await room.sweep()
    assert await room.state(number) is State.GIVEN_UP
    await room.report(report(room, State.READ, opaque=row.opaque))
    now = await room.row(number)
    assert (now.state, now.ended_at, now.reason) == ("read", None, "")


async def test_the_report_of_another_channel_is_not_ours(room: EngineRoom) -> None:
    number = await sent(room, "77:1")
    from_elsewhere = report(room, State.READ, provider_id="77:2")
    assert await room.report(from_elsewhere) == 0
    assert await room.state(number) is State.ACCEPTED


async def test_no_reports_are_no_work(room: EngineRoom) -> None:
    assert await room.report() == 0
