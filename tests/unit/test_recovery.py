"""A stopped chat: tried by one message, and let go once its provider finds the account well."""

import asyncio
from datetime import timedelta
from typing import Any

from bot.domain.delivery import Accepted, GiveUp, Report, Snooze, State, TryLater, Uncertain
from bot.jobs.rounds import Rounds
from bot.jobs.worker import Worker
from bot.storage.channel_states import ChannelStates
from bot.telemetry.metrics import REGISTRY
from tests.support.engine_room import TELEGRAM, TODAY, WHATSAPP, EngineRoom, Provider
from tests.support.waiting import until

HOUR = timedelta(hours=1)


def a_worker(room: EngineRoom, far: Provider) -> Worker:
    senders = dict.fromkeys(room.channels, far)
    return Worker(rooms=room.rooms, senders=senders, clock=room.clock, gates=room.gates(), name="w")


class Account:
    """A provider's account, as a look at it finds it."""

    def __init__(self, *, well: bool) -> None:
        self.well = well
        self.asked = 0

    async def check(self) -> bool:
        self.asked += 1
        return self.well


async def stopped(room: EngineRoom, reason: str = "telegram.token_wrong") -> int:
    """One message refused because of the account."""
    number = await room.queue(await room.person())
    (row,) = await room.leave()
    await room.record(row, Snooze(room.now + HOUR, reason, pause=True))
    return number


async def test_a_chat_goes_on_when_its_provider_finds_the_account_well(room: EngineRoom) -> None:
    number = await stopped(room)
    account = Account(well=False)
    rounds = Rounds(room.rooms)
    checks = {TELEGRAM: account.check}
    assert await rounds.recover(checks) == 0
    assert await room.claim() == []
    account.well = True
    assert await rounds.recover(checks) == 1
    # Also what was refused goes now, not in an hour.
    assert [row.id for row in await room.claim()] == [number]
    assert await rounds.recover(checks) == 0
    assert account.asked == 2


async def test_what_no_look_can_see_is_tried_in_its_own_time(room: EngineRoom) -> None:
    await stopped(room, "whatsapp.billing")
    account = Account(well=True)
    assert await Rounds(room.rooms).recover({TELEGRAM: account.check}) == 0
    assert account.asked == 0


async def test_what_the_house_holds_back_stays_held_back(room: EngineRoom) -> None:
    await stopped(room)
    async with room.connect() as connection:
        await ChannelStates(connection).hold(TELEGRAM, room.now)
    await room.queue(await room.person(), kind="notice", priority=3)
    await Rounds(room.rooms).recover({TELEGRAM: Account(well=True).check})
    assert [row.kind for row in await room.claim()] == ["screen"]


async def test_a_chat_that_nobody_can_check_waits(room: EngineRoom) -> None:
    await stopped(room)
    assert await Rounds(room.rooms).recover({}) == 0


async def test_after_a_stop_one_message_finds_out_for_all(room: EngineRoom, far: Provider) -> None:
    far.answers = [Snooze(room.now + HOUR, "telegram.token_wrong", pause=True)]
    await room.queue(await room.person())
    worker = a_worker(room, far)
    await worker.once()
    for _ in range(5):
        await room.queue(await room.person())
    room.clock.advance(hours=2)
    far.hold = asyncio.Event()
    work = asyncio.create_task(worker.run())
    await until(lambda: far.at_once == 1)
    await asyncio.sleep(0.1)
    assert len(far.sent) == 2
    far.hold.set()

    def all_sent() -> bool:
        room.clock.advance(seconds=1)  # what was claimed beside it rests for a moment
        return len(far.sent) == 7

    await until(all_sent)
    worker.stop()
    await work


def figure(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def test_every_stage_is_counted(room: EngineRoom, far: Provider) -> None:
    wanted: dict[str, dict[str, str]] = {
        "emdia_outbox_claimed_total": {"channel": "telegram"},
        "emdia_outbox_retried_total": {"channel": "telegram", "reason": "x.unavailable"},
        "emdia_outbox_given_up_total": {"channel": "telegram", "reason": "x.refused"},
        "emdia_due_to_accepted_seconds_count": {"channel": "telegram"},
        "emdia_reminders_planned_total": {},
    }

    def read() -> dict[str, float]:
        return {name: figure(name, **labels) for name, labels in wanted.items()}

    before = read()
    far.answers = [TryLater("x.unavailable"), GiveUp("x.refused"), Accepted("1")]
    for _ in range(3):
        await (await room.client()).owes(TODAY)
    await Rounds(room.rooms).plan()
    await a_worker(room, far).once()
    after = read()
    assert {name: after[name] - before[name] for name in wanted} == {
        "emdia_outbox_claimed_total": 3,
        "emdia_outbox_retried_total": 1,
        "emdia_outbox_given_up_total": 1,
        "emdia_due_to_accepted_seconds_count": 1,
        "emdia_reminders_planned_total": 3,
    }


async def test_a_doubt_that_goes_again_is_counted_and_so_is_one_that_does_not(
    room: EngineRoom,
) -> None:
    def read(name: str) -> float:
        return figure(f"emdia_outbox_{name}_total", channel="whatsapp", reason="outbox.uncertain")

    before = read("retried"), read("given_up")
    await room.queue(await room.person(channel=WHATSAPP), channel=WHATSAPP)
    for _ in range(2):
        (row,) = await room.leave(channel=WHATSAPP)
        await room.record(row, Uncertain("whatsapp.unanswered"))
        room.clock.advance(minutes=11)
        await room.heard()
        assert await Rounds(room.rooms).sweep()
    assert (read("retried") - before[0], read("given_up") - before[1]) == (1, 1)


async def test_how_long_it_took_until_it_arrived_is_measured_once(room: EngineRoom) -> None:
    async def counted() -> tuple[float, float]:
        name = "emdia_due_to_delivered_seconds"
        return figure(f"{name}_count", channel="whatsapp"), figure(
            f"{name}_sum", channel="whatsapp"
        )

    before = await counted()
    await room.queue(await room.person(channel=WHATSAPP), channel=WHATSAPP)
    (row,) = await room.leave(channel=WHATSAPP)
    await room.record(row, Accepted("wamid.1"))
    room.clock.advance(seconds=30)
    report: Any = Report("wamid.1", State.DELIVERED, room.now)
    await room.report(report)
    await room.report(report)
    after = await counted()
    assert (after[0] - before[0], after[1] - before[1]) == (1, 30)
