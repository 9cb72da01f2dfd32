"""The queue of what leaves: claims, leases, outcomes, doubts; the same on both databases."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import SystemRandom

import pytest
import sqlalchemy as sa

from bot.domain.delivery import Accepted, GiveUp, Report, Snooze, State, TryLater, Uncertain
from bot.domain.evidence import LEASE
from bot.domain.message import Received
from bot.domain.reasons import Reason
from bot.resilience.backoff import MOST_ATTEMPTS
from bot.services.ports.outbox import PRIORITIES, Cancelled, Claimed, Ending, Finished
from bot.storage.channel_states import ChannelStates
from bot.storage.claiming import CLAIM
from bot.storage.engine import make_engines
from bot.storage.leases import Leases
from bot.storage.outbox import Outbox
from bot.storage.outcomes import Outcomes
from bot.storage.raw_inbox import RawInbox
from bot.storage.tables import addresses, orphan_reports, outbox
from bot.storage.taking_in import TakingIn
from bot.storage.unit_of_work import Units
from tests.support.engine_room import NOON, TELEGRAM, WHATSAPP, EngineRoom

A_MINUTE = timedelta(minutes=1)


async def test_what_answers_goes_before_what_reminds(room: EngineRoom) -> None:
    for priority in (5, 3, 1):
        await room.queue(await room.person(), f"p{priority}", priority=priority)
    claimed = await room.claim()
    words = [row.outgoing.body[0].params["words"] for row in claimed if row.outgoing]
    assert words == ["p1", "p3", "p5"]


async def test_a_person_has_one_message_under_way_and_the_rest_in_order(room: EngineRoom) -> None:
    person = await room.person()
    rows = [await room.queue(person, str(number)) for number in range(3)]
    seen = []
    for _ in rows:
        claimed = await room.leave()
        assert len(claimed) == 1
        assert await room.claim() == []
        await room.record(claimed[0], Accepted("x"))
        seen.append(claimed[0].id)
    assert seen == rows


async def test_two_workers_never_share_a_row_nor_a_person(room: EngineRoom) -> None:
    people = [await room.person() for _ in range(15)]
    for person in people:
        for _ in range(2):
            await room.queue(person)
    taken = await asyncio.gather(*(room.claim(f"w{number}", limit=5) for number in range(4)))
    claimed = [row for rows in taken for row in rows]
    assert len({row.id for row in claimed}) == len(claimed) == 15
    assert len({row.person_id for row in claimed}) == 15


async def test_a_claim_takes_no_more_than_it_wants(room: EngineRoom) -> None:
    for _ in range(5):
        await room.queue(await room.person())
    assert len(await room.claim(limit=3)) == 3
    assert len(await room.claim(limit=3)) == 2


async def test_a_channel_claims_only_its_own(room: EngineRoom) -> None:
    await room.queue(await room.person(channel=WHATSAPP), channel=WHATSAPP)
    assert await room.claim(channel=TELEGRAM) == []
    assert len(await room.claim(channel=WHATSAPP)) == 1


async def test_a_paused_channel_claims_nothing_until_its_time_or_its_resumption(
    room: EngineRoom,
) -> None:
    person = await room.person()
    await room.queue(person)
    row = (await room.leave())[0]
    await room.record(
        row, Snooze(room.now + timedelta(hours=1), "telegram.token_wrong", pause=True)
    )
    await room.queue(await room.person())
    assert await room.claim() == []
    async with room.connect() as connection:
        states = await ChannelStates(connection).all()
        assert states[TELEGRAM].trouble == "telegram.token_wrong"
        await ChannelStates(connection).resume(TELEGRAM, room.now)
    assert len(await room.claim()) == 2  # the one that was refused, too
    assert (await room.row(row.id)).attempts == 0


async def test_a_channel_that_works_again_forgets_what_had_stopped_it(room: EngineRoom) -> None:
    async with room.connect() as connection:
        await ChannelStates(connection).pause(TELEGRAM, room.now + A_MINUTE, "telegram.throttled")
    room.clock.advance(minutes=2)
    await room.queue(await room.person())
    await room.record((await room.leave())[0], Accepted("1:1"))
    async with room.connect() as connection:
        state = (await ChannelStates(connection).all())[TELEGRAM]
    assert (state.trouble, state.paused_until) == ("", None)


async def test_what_the_worker_must_know_of_the_person_comes_with_the_row(room: EngineRoom) -> None:
    person = await room.person(channel=WHATSAPP, role="owner", wrote=A_MINUTE)
    await room.queue(person, channel=WHATSAPP)
    (row,) = await room.claim(channel=WHATSAPP)
    assert row.language == "pt_BR"
    assert row.last_inbound_at == room.now - A_MINUTE
    assert row.to_staff
    assert not row.unreachable


async def test_what_can_no_longer_be_read_is_claimed_without_words(room: EngineRoom) -> None:
    number = await room.queue(await room.person())
    await room.change(sa.update(outbox).where(outbox.c.id == number).values(payload='{"v": 9}'))
    (row,) = await room.claim()
    assert row.outgoing is None


async def test_a_lapsed_claim_goes_back_for_nothing_had_left(room: EngineRoom) -> None:
    number = await room.queue(await room.person())
    rows = await room.claim("dead")
    room.clock.advance(seconds=LEASE.seconds + 1)
    assert (await room.sweep()).released == 1
    assert await room.mark(rows) == frozenset()
    assert [row.id for row in await room.claim("alive")] == [number]


async def test_a_lapsed_sending_is_in_doubt_not_sent_again(room: EngineRoom) -> None:
    number = await room.queue(await room.person(channel=WHATSAPP), channel=WHATSAPP)
    await room.leave("dead", WHATSAPP)
    room.clock.advance(seconds=LEASE.seconds + 1)
    assert (await room.sweep()).doubted == 1
    assert await room.state(number) is State.UNCERTAIN
    assert await room.claim(channel=WHATSAPP) == []


async def test_what_is_given_back_may_be_sent_by_others(room: EngineRoom) -> None:
    number = await room.queue(await room.person())
    rows = await room.claim("a")
    anothers = [replace(row, lease="b/1") for row in rows]
    await released(room, anothers)
    assert await room.state(number) is State.CLAIMED
    await released(room, rows)
    assert await room.state(number) is State.WAITING


async def released(room: EngineRoom, rows: Sequence[Claimed]) -> None:
    async with room.connect() as connection:
        await Leases(connection).release(rows)


async def test_a_worker_that_leaves_gives_back_only_what_it_has_not_sent(room: EngineRoom) -> None:
    sent = await room.queue(await room.person())
    await room.leave("a")
    kept = await room.queue(await room.person())
    await room.claim("a")
    async with room.connect() as connection:
        assert await Leases(connection).release_all("a") == 1
    assert await room.state(sent) is State.SENDING
    assert await room.state(kept) is State.WAITING


async def test_an_accepted_message_keeps_the_provider_s_name_for_it(room: EngineRoom) -> None:
    number = await room.queue(await room.person())
    await room.record((await room.leave())[0], Accepted("wamid.1"))
    row = await room.row(number)
    assert (row.state, row.provider_id, row.accepted_at) == ("accepted", "wamid.1", room.now)
    assert await room.steps_of(number) == ["accepted"]


async def test_try_later_costs_an_attempt_and_waits(room: EngineRoom) -> None:
    number = await room.queue(await room.person())
    await room.record((await room.leave())[0], TryLater("telegram.unavailable", A_MINUTE))
    row = await room.row(number)
    assert (row.state, row.attempts, row.reason) == ("waiting", 1, "telegram.unavailable")
    assert row.due_at >= room.now + A_MINUTE
    assert await room.claim() == []


async def test_too_many_attempts_are_given_up(room: EngineRoom) -> None:
    number = await room.queue(await room.person())
    for _ in range(MOST_ATTEMPTS):
        room.clock.advance(hours=2)
        await room.record((await room.leave())[0], TryLater("telegram.unavailable"))
    row = await room.row(number)
    assert (row.state, row.reason) == ("given_up", Reason.TOO_MANY_ATTEMPTS)


async def test_an_outage_of_hours_uses_nothing_up(room: EngineRoom) -> None:
    number = await room.queue(await room.person())
    for _ in range(MOST_ATTEMPTS * 5):
        room.clock.advance(minutes=10)
        await room.record((await room.leave())[0], TryLater("telegram.unavailable"))
    assert await room.state(number) is State.WAITING


async def test_what_waited_for_long_has_its_whole_patience_when_an_outage_begins(
    room: EngineRoom,
) -> None:
    number = await room.queue(await room.person())
    room.clock.advance(hours=13)  # quiet hours, or the house held it back
    began = room.now
    for _ in range(MOST_ATTEMPTS):
        await room.record((await room.leave())[0], TryLater("telegram.unavailable"))
        room.clock.advance(minutes=4)
    assert await room.state(number) is State.WAITING
    (row,) = await room.leave()
    assert row.failing_since == began
    await room.record(row, Snooze(began + timedelta(hours=12), Reason.PACE))
    room.clock.set(began + timedelta(hours=12))
    await room.record((await room.leave())[0], TryLater("telegram.unavailable"))
    assert (await room.row(number)).reason == Reason.TOO_MANY_ATTEMPTS


async def test_an_unreachable_address_is_marked(room: EngineRoom) -> None:
    person = await room.person()
    await room.queue(person)
    await room.record((await room.leave())[0], GiveUp("telegram.blocked", unreachable=True))
    await room.queue(person)
    (row,) = await room.claim()
    assert row.unreachable
    (address,) = await room.rows(sa.select(addresses))
    assert address.unreachable_why == "telegram.blocked"


async def test_what_is_no_longer_wanted_is_cancelled_with_its_reason(room: EngineRoom) -> None:
    number = await room.queue(await room.person())
    await room.record((await room.claim())[0], Cancelled(Reason.MOOT))
    row = await room.row(number)
    assert (row.state, row.reason) == ("cancelled", Reason.MOOT)
    assert row.ended_at == room.now


async def test_a_late_word_of_a_worker_does_not_undo_what_another_did(room: EngineRoom) -> None:
    number = await room.queue(await room.person())
    (old,) = await room.claim("slow")
    room.clock.advance(seconds=LEASE.seconds + 1)
    await room.sweep()
    await room.leave("quick")
    await room.record(old, TryLater("telegram.unavailable"))
    assert await room.state(number) is State.SENDING


@pytest.mark.parametrize(
    "said",
    [
        Snooze(NOON, Reason.STOPPED),
        TryLater("telegram.unavailable"),
        Uncertain("telegram.unanswered"),
        GiveUp("telegram.refused"),
        Cancelled(Reason.MOOT),
    ],
    ids=lambda said: type(said).__name__,
)
async def test_what_a_worker_says_of_a_lapsed_claim_does_not_free_its_later_one(
    room: EngineRoom, said: Ending
) -> None:
    number = await room.queue(await room.person())
    (old,) = await room.claim("slow")
    room.clock.advance(seconds=LEASE.seconds + 1)
    await room.sweep()
    (new,) = await room.leave("slow")
    await room.record(old, said)
    await released(room, [old])
    assert await room.state(number) is State.SENDING
    assert await room.steps_of(number) == []  # the diary tells only of what was applied
    await room.record(new, Accepted("1:9"))
    assert await room.steps_of(number) == ["accepted"]


async def test_what_is_said_of_two_claims_in_one_batch_counts_for_the_later_one(
    room: EngineRoom,
) -> None:
    number = await room.queue(await room.person())
    (old,) = await room.claim("slow")
    room.clock.advance(seconds=LEASE.seconds + 1)
    await room.sweep()
    (new,) = await room.leave("slow")
    async with room.connect() as connection:
        later = Finished(new, TryLater("telegram.unavailable"), room.now)
        gone = Finished(old, GiveUp("telegram.refused"), room.now)
        await Outcomes(connection, SystemRandom()).record([later, gone], room.now)
    row = await room.row(number)
    assert (row.state, row.attempts) == (State.WAITING, 1)
    assert await room.steps_of(number) == ["try_later"]


async def test_a_late_acceptance_settles_a_doubt(room: EngineRoom) -> None:
    number = await room.queue(await room.person(), kind="reminder", purpose="reminder", priority=5)
    (row,) = await room.leave("slow")
    room.clock.advance(seconds=LEASE.seconds + 1)
    await room.sweep()
    await room.record(row, Accepted("1:2"))
    assert await room.state(number) is State.ACCEPTED


async def test_a_doubt_holds_back_notices_but_not_answers(room: EngineRoom) -> None:
    person = await room.person(channel=WHATSAPP)
    await room.queue(person, channel=WHATSAPP)
    await room.record((await room.leave(channel=WHATSAPP))[0], Uncertain("whatsapp.unanswered"))
    await room.queue(person, channel=WHATSAPP, kind="notice", purpose="receipt", priority=3)
    assert await room.claim(channel=WHATSAPP) == []
    answer = await room.queue(person, channel=WHATSAPP)
    assert [row.id for row in await room.claim(channel=WHATSAPP)] == [answer]


async def in_doubt(room: EngineRoom, channel: object, kind: str = "notice") -> int:
    """A message of which nobody knows."""
    assert channel in (TELEGRAM, WHATSAPP)
    chosen = WHATSAPP if channel is WHATSAPP else TELEGRAM
    person = await room.person(channel=chosen)
    number = await room.queue(person, channel=chosen, kind=kind, purpose="x", priority=3)
    await room.record((await room.leave(channel=chosen))[0], Uncertain("unanswered"))
    return number


async def test_a_doubt_on_whatsapp_is_resent_once_if_other_news_came(room: EngineRoom) -> None:
    number = await in_doubt(room, WHATSAPP, "reminder")
    room.clock.advance(minutes=5)
    await room.heard()
    assert not await room.sweep()
    room.clock.advance(minutes=6)
    assert (await room.sweep()).resent == (WHATSAPP,)
    assert (await room.row(number)).resends == 1
    await room.record((await room.leave(channel=WHATSAPP))[0], Uncertain("unanswered"))
    room.clock.advance(minutes=11)
    await room.heard()
    assert (await room.sweep()).given_up == (WHATSAPP,)
    assert (await room.row(number)).reason == Reason.UNCERTAIN


@pytest.mark.parametrize("taken", [True, False])
async def test_a_phone_changed_in_flight_is_for_the_next_try_only(
    room: EngineRoom, *, taken: bool
) -> None:
    number = await room.queue(await room.person(channel=WHATSAPP), channel=WHATSAPP)
    (row,) = await room.leave(channel=WHATSAPP)
    await room.change(sa.update(outbox).values(send_to="+5521977771111"))
    await room.record(row, Accepted("wamid.1") if taken else TryLater("busy"))
    went_to = row.address.to if taken else "+5521977771111"
    assert (await room.row(number)).send_to == went_to


@pytest.mark.parametrize("lay_here_first", [True, False])
async def test_news_that_came_before_a_doubt_proves_nothing_however_late_it_is_read(
    room: EngineRoom, *, lay_here_first: bool
) -> None:
    reading = TakingIn(Units(room.engines, room.clock), room.clock)
    inbox = RawInbox(room.engines.writer, room.clock, lambda: None)
    await inbox.keep(WHATSAPP, b"{}")
    room.clock.advance(seconds=1)
    number = await in_doubt(room, WHATSAPP)
    room.clock.advance(seconds=1)
    if not lay_here_first:
        await inbox.keep(WHATSAPP, b"{}")
    room.clock.advance(hours=1)
    for row in reversed(await reading.undone(10)):
        await reading.settle([(row, Received())])
    await room.sweep()
    assert await room.state(number) is (State.UNCERTAIN if lay_here_first else State.WAITING)


async def test_silence_on_a_dead_line_says_nothing_for_a_day(room: EngineRoom) -> None:
    number = await in_doubt(room, WHATSAPP)
    room.clock.advance(hours=3)
    assert not await room.sweep()
    assert await room.state(number) is State.UNCERTAIN
    room.clock.advance(hours=24)
    await room.sweep()
    assert await room.state(number) is State.GIVEN_UP


async def test_what_answers_goes_again_where_no_evidence_can_come(room: EngineRoom) -> None:
    number = await in_doubt(room, TELEGRAM, "screen")
    room.clock.advance(seconds=30)
    await room.sweep()
    assert [row.id for row in await room.claim()] == [number]


async def test_a_reminder_without_possible_evidence_waits_for_the_owner(room: EngineRoom) -> None:
    number = await in_doubt(room, TELEGRAM, "reminder")
    room.clock.advance(seconds=30)
    assert (await room.sweep()).given_up == (TELEGRAM,)
    assert await room.claim() == []
    assert (await room.row(number)).reason == Reason.UNCERTAIN


async def test_those_who_must_wait_do_not_stand_before_those_who_can_be_decided(
    room: EngineRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.storage.sweeping.AT_ONCE", 1)
    await in_doubt(room, WHATSAPP)
    room.clock.advance(minutes=1)
    decided = await in_doubt(room, TELEGRAM, "reminder")
    room.clock.advance(minutes=11)
    for _ in range(3):
        await room.sweep()
    assert await room.state(decided) is State.GIVEN_UP


async def test_reports_that_were_quicker_than_our_commit_are_caught_up(room: EngineRoom) -> None:
    number = await room.queue(await room.person(channel=WHATSAPP), channel=WHATSAPP)
    (row,) = await room.leave(channel=WHATSAPP)
    assert await room.report(Report("wamid.7", State.DELIVERED, room.now)) == 0
    await room.record(row, Accepted("wamid.7"))
    assert await room.state(number) is State.DELIVERED
    assert await room.rows(sa.select(orphan_reports)) == []


async def test_reports_that_crossed_our_commit_are_matched_by_the_sweep(room: EngineRoom) -> None:
    number = await room.queue(await room.person(channel=WHATSAPP), channel=WHATSAPP)
    await room.record((await room.leave(channel=WHATSAPP))[0], Accepted("wamid.8"))
    await room.change(
        sa.insert(orphan_reports).values(
            channel="whatsapp", provider_id="wamid.8", state="read", at=room.now
        )
    )
    assert (await room.sweep()).matched == 1
    assert await room.state(number) is State.READ
    assert not await room.sweep()


async def test_reports_about_strangers_are_forgotten_after_a_month(room: EngineRoom) -> None:
    await room.report(Report("wamid.other", State.READ, room.now))
    room.clock.advance(days=31)
    await room.sweep()
    assert await room.rows(sa.select(orphan_reports)) == []


async def test_a_person_who_writes_wakes_what_waited_for_that(room: EngineRoom) -> None:
    person = await room.person(channel=WHATSAPP)
    number = await room.queue(person, channel=WHATSAPP, kind="notice", priority=3)
    later = room.now + timedelta(hours=1)
    await room.record((await room.claim(channel=WHATSAPP))[0], Snooze(later, Reason.WINDOW_CLOSED))
    async with room.connect() as connection:
        queue = Outbox(connection, room.clock)
        assert await queue.waiting_for(person) == 1
        assert await queue.wake(person, room.now) == 1
    assert [row.id for row in await room.claim(channel=WHATSAPP)] == [number]


async def test_a_notice_of_a_kind_is_known_to_have_gone_lately(room: EngineRoom) -> None:
    person = await room.person()
    await room.queue(person, purpose="waiting")

    async def told() -> bool:
        async with room.connect() as connection:
            queue = Outbox(connection, room.clock)
            return await queue.told_lately(person, "waiting", room.now, timedelta(hours=20))

    assert await told()
    room.clock.advance(hours=21)
    assert not await told()


async def test_a_priority_that_nobody_looks_for_is_brought_into_range(room: EngineRoom) -> None:
    await room.queue(await room.person(), priority=99)
    assert len(await room.claim()) == 1


async def test_looking_for_what_is_due_never_reads_all_that_waits(sqlite_url: str) -> None:
    engines = make_engines(sqlite_url)
    async with engines.writer.begin() as connection:
        statement = str(CLAIM.compile(dialect=connection.dialect))
        blanks = tuple(None for _ in range(statement.count("?")))
        plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", blanks)
        steps = [str(tuple(row)[-1]) for row in plan]
    await engines.dispose()
    for number in PRIORITIES:
        assert any(step.startswith(f"SEARCH r{number} USING INDEX ix_outbox_due") for step in steps)
        for other in ("f", "d", "b"):
            (looked,) = [step for step in steps if step.startswith(f"SEARCH {other}{number} ")]
            assert "(person_id=?" in looked
    assert not any(step.startswith("SCAN outbox") for step in steps)
