"""What one answer of a provider's does to everything else that would go: no more than it says."""

from datetime import timedelta

import pytest

from bot.channels.whatsapp.errors import Fault, outcome_of
from bot.domain.delivery import State, TryLater
from bot.jobs.worker import Worker
from tests.support.engine_room import FAST, WHATSAPP, EngineRoom, Provider

MINUTES = timedelta(minutes=5)


@pytest.fixture
def worker(room: EngineRoom, far: Provider) -> Worker:
    senders = dict.fromkeys(room.channels, far)
    return Worker(
        rooms=room.rooms, senders=senders, clock=room.clock, gates=room.gates(FAST), name="w"
    )


async def to_somebody(room: EngineRoom) -> int:
    return await room.queue(await room.person(channel=WHATSAPP), channel=WHATSAPP)


async def test_who_is_kept_from_one_notice_gets_the_answers_they_ask_for(
    room: EngineRoom, far: Provider, worker: Worker
) -> None:
    person = await room.person(channel=WHATSAPP)
    far.answers = [outcome_of(Fault(131049, 400), room.now)]
    notice = await room.queue(person, channel=WHATSAPP, kind="notice", priority=3)
    await worker.once()
    room.clock.advance(minutes=5)
    answer = await room.queue(person, "O seu Pix", channel=WHATSAPP)
    await worker.once()
    assert await room.state(answer) is State.ACCEPTED
    kept_back = await room.row(notice)
    assert (kept_back.state, kept_back.due_at) == (
        "waiting",
        room.now - MINUTES + 24 * 12 * MINUTES,
    )


async def test_being_kept_from_many_one_by_one_is_no_outage(
    room: EngineRoom, far: Provider, worker: Worker
) -> None:
    far.answers = [outcome_of(Fault(131049, 400), room.now)] * 8
    for _ in range(8):
        await to_somebody(room)
        await worker.once()
    last = await to_somebody(room)
    await worker.once()
    assert await room.state(last) is State.ACCEPTED


@pytest.mark.parametrize(
    "fault", [Fault(131016, 503, retry_after=MINUTES), Fault(131057, 400), Fault(133000, 500)]
)
async def test_a_provider_that_says_for_how_long_it_fails_is_left_alone_too(
    room: EngineRoom, far: Provider, worker: Worker, fault: Fault
) -> None:
    far.answers = [outcome_of(fault, room.now)] * 5
    for _ in range(5):
        await to_somebody(room)
        await worker.once()
    last = await to_somebody(room)
    await worker.once()
    assert len(far.sent) == 5
    assert await room.state(last) is State.WAITING


@pytest.mark.parametrize("after", [MINUTES, None])
async def test_who_is_written_to_too_fast_is_left_alone_and_nobody_else(
    room: EngineRoom, far: Provider, worker: Worker, after: timedelta | None
) -> None:
    person = await room.person(channel=WHATSAPP)
    far.answers = [TryLater("x.throttled", after, slow_person=True)]
    await room.queue(person, channel=WHATSAPP)
    await worker.once()
    more = await room.queue(person, channel=WHATSAPP)
    other = await to_somebody(room)
    await worker.once()
    assert len(far.sent) == 2
    assert await room.state(more) is not State.ACCEPTED
    assert await room.state(other) is State.ACCEPTED
