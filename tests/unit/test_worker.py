"""The worker: what is due leaves once, whatever dies, fails or hangs on the way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.delivery import Accepted, GiveUp, Snooze, State, TryLater, Uncertain
from bot.domain.evidence import LEASE
from bot.domain.ids import FileId
from bot.domain.message import Attachment, ChannelName, Outgoing, TemplateUse
from bot.domain.reasons import Reason
from bot.domain.template import TemplateStatus
from bot.domain.text import plain
from bot.jobs import packing
from bot.jobs.gate import Limits
from bot.jobs.line import IN_FLIGHT
from bot.jobs.rooms import Room
from bot.jobs.worker import Worker
from bot.storage.files import Files
from bot.storage.outbox import Outbox
from bot.storage.tables import addresses, outbox
from bot.storage.templates import Templates
from tests.support.engine_room import FAST, TELEGRAM, TODAY, WHATSAPP, EngineRoom, Provider
from tests.support.waiting import until

LONG_AGO = timedelta(days=3)


def a_worker(room: EngineRoom, far: Provider, limits: Limits = FAST, name: str = "w") -> Worker:
    senders = dict.fromkeys(room.channels, far)
    return Worker(
        rooms=room.rooms, senders=senders, clock=room.clock, gates=room.gates(limits), name=name
    )


@asynccontextmanager
async def running(worker: Worker) -> AsyncIterator[None]:
    """The worker at work, stopped in order afterwards."""
    work = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        worker.stop()
        await work


async def approve(room: EngineRoom, *names: str) -> None:
    statuses = [TemplateStatus(name, "pt_BR", "APPROVED") for name in names]
    async with room.connect() as connection:
        await Templates(connection).keep(statuses, room.now)


async def test_what_is_queued_is_sent_and_written_down(room: EngineRoom, far: Provider) -> None:
    number = await room.queue(await room.person(), "Olá")
    assert await a_worker(room, far).once() == 1
    assert far.said == ["Olá"]
    assert await room.state(number) is State.ACCEPTED


async def test_messages_to_one_person_arrive_in_order(room: EngineRoom, far: Provider) -> None:
    person = await room.person()
    for number in range(5):
        await room.queue(person, str(number))
    await a_worker(room, far).once()
    assert far.said == ["0", "1", "2", "3", "4"]


async def test_many_leave_at_once_to_different_people(room: EngineRoom, far: Provider) -> None:
    for _ in range(30):
        await room.queue(await room.person())
    far.hold = asyncio.Event()
    async with running(a_worker(room, far)):
        await until(lambda: far.at_once == 30)
        far.hold.set()
        await until(lambda: _all(room, State.ACCEPTED))
    assert len(far.sent) == 30


async def _all(room: EngineRoom, state: State) -> bool:
    return all(row.state == state for row in await room.rows())


async def test_a_nudge_is_enough_to_be_sent_at_once(
    room: EngineRoom, far: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.jobs.worker.POLL_S", 600)
    worker = a_worker(room, far)
    async with running(worker):
        await asyncio.sleep(0.05)
        await room.queue(await room.person(), "Olá")
        worker.nudge()
        await until(lambda: far.said == ["Olá"])


async def test_the_next_to_the_same_person_needs_no_poll(
    room: EngineRoom, far: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.jobs.worker.POLL_S", 600)
    person = await room.person()
    for word in ("um", "dois", "três"):
        await room.queue(person, word)
    async with running(a_worker(room, far)):
        await until(lambda: far.said == ["um", "dois", "três"])


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (TryLater("x.unavailable"), State.WAITING),
        (GiveUp("x.refused"), State.GIVEN_UP),
        (Uncertain("x.unanswered"), State.UNCERTAIN),
        (RuntimeError("a fault of ours"), State.UNCERTAIN),
    ],
)
async def test_every_answer_has_its_state(
    room: EngineRoom, far: Provider, answer: Any, state: State
) -> None:
    number = await room.queue(await room.person())
    far.answers = [answer]
    await a_worker(room, far).once()
    assert await room.state(number) is state
    assert len(far.sent) == 1


async def test_a_stopped_worker_finishes_what_is_on_its_way(
    room: EngineRoom, far: Provider
) -> None:
    number = await room.queue(await room.person())
    far.hold = asyncio.Event()
    worker = a_worker(room, far)
    work = asyncio.create_task(worker.run())
    await until(lambda: far.at_once)
    worker.stop()
    await asyncio.sleep(0.05)
    assert not work.done()
    far.hold.set()
    await work
    assert await room.state(number) is State.ACCEPTED


async def test_a_cancelled_worker_also_finishes_what_is_on_its_way(
    room: EngineRoom, far: Provider
) -> None:
    number = await room.queue(await room.person())
    far.hold = asyncio.Event()
    work = asyncio.create_task(a_worker(room, far).run())
    await until(lambda: far.at_once)
    work.cancel()
    far.hold.set()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert await room.state(number) is State.ACCEPTED


async def test_what_does_not_come_back_in_time_is_in_doubt(
    room: EngineRoom, far: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.jobs.worker._TO_FINISH_S", 0.05)
    number = await room.queue(await room.person())
    far.hold = asyncio.Event()
    worker = a_worker(room, far)
    work = asyncio.create_task(worker.run())
    await until(lambda: far.at_once)
    worker.stop()
    await work
    row = await room.row(number)
    assert (row.state, row.reason) == ("uncertain", Reason.STOPPED)


class Killed(BaseException):
    """The power goes."""


class Fragile:
    """Rooms in which the process dies at the n-th transaction, before or after its commit."""

    def __init__(self, room: EngineRoom, dies_at: int, *, committed: bool) -> None:
        self._room = room
        self._dies_at = dies_at
        self._committed = committed
        self._count = 0

    @asynccontextmanager
    async def rooms(self) -> AsyncIterator[Room]:
        self._count += 1
        dies = self._count == self._dies_at
        async with self._room.rooms() as opened:
            yield opened
            if dies and not self._committed:
                raise Killed
        if dies:
            raise Killed


@pytest.mark.parametrize("committed", [False, True])
@pytest.mark.parametrize("dies_at", [1, 2, 3, 4])
async def test_wherever_the_process_dies_the_message_arrives_exactly_once_or_is_in_doubt(
    room: EngineRoom, far: Provider, dies_at: int, *, committed: bool
) -> None:
    number = await room.queue(await room.person(), kind="notice", purpose="receipt", priority=3)
    fragile = Fragile(room, dies_at, committed=committed)
    senders = {TELEGRAM: far}
    dying = Worker(
        rooms=fragile.rooms, senders=senders, clock=room.clock, gates=room.gates(), name="dying"
    )
    with pytest.raises(Killed):
        await dying.once()
    left = len(far.sent)
    room.clock.advance(minutes=2)
    await room.sweep()
    await a_worker(room, far, name="alive").once()
    state = await room.state(number)
    if left or (dies_at == 3 and committed):
        # It left, or was written down as leaving: nobody sends it again on a guess.
        assert len(far.sent) == left
        assert state in {State.UNCERTAIN, State.ACCEPTED}
    else:
        assert len(far.sent) == 1
        assert state is State.ACCEPTED


async def test_a_stopped_worker_takes_back_what_it_has_not_begun(
    room: EngineRoom, far: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.jobs.worker._TO_FINISH_S", 0.2)
    for _ in range(IN_FLIGHT + 10):
        await room.queue(await room.person(), kind="notice")
    far.hold = asyncio.Event()
    async with running(a_worker(room, far)):
        await until(lambda: far.at_once == IN_FLIGHT)
        await until(lambda: _is_at(room, State.SENDING, IN_FLIGHT + 10))
    assert await _is_at(room, State.UNCERTAIN, IN_FLIGHT)
    assert await _is_at(room, State.WAITING, 10)


async def test_a_machine_that_slept_does_not_send_what_may_be_anothers_by_now(
    room: EngineRoom, far: Provider
) -> None:
    for _ in range(IN_FLIGHT + 10):
        await room.queue(await room.person(), kind="notice")
    far.hold = asyncio.Event()
    async with running(a_worker(room, far)):
        await until(lambda: _is_at(room, State.SENDING, IN_FLIGHT + 10))
        await until(lambda: far.at_once == IN_FLIGHT)
        async with room.connect() as connection:
            # Another has swept, waited for evidence, and sent it: it only does not say so.
            others = outbox.update().where(outbox.c.state == State.SENDING)
            await connection.execute(others.values(state=State.READ, lease_owner="other"))
        room.clock.advance(seconds=int(LEASE.total_seconds()) + 1)
        far.hold.set()
        await until(lambda: not far.at_once)
    assert len(far.sent) == IN_FLIGHT


async def test_a_channel_that_fails_keeps_back_what_was_let_through_before(
    room: EngineRoom, far: Provider
) -> None:
    for _ in range(IN_FLIGHT + 100):
        await room.queue(await room.person(), kind="notice")
    far.hold = asyncio.Event()
    far.answers = [Uncertain("telegram.unanswered")] * (IN_FLIGHT + 100)
    async with running(a_worker(room, far)):
        await until(lambda: far.at_once == IN_FLIGHT)
        await until(lambda: _is_at(room, State.SENDING, IN_FLIGHT + 100))
        far.hold.set()
        await until(lambda: _is_at(room, State.SENDING, 0))
    assert len(far.sent) < IN_FLIGHT + 10  # a few went before the last of too many failures
    assert await _is_at(room, State.WAITING, IN_FLIGHT + 100 - len(far.sent))


async def test_what_is_not_known_to_be_marked_goes_again(room: EngineRoom, far: Provider) -> None:
    number = await room.queue(await room.person())
    lost = False

    @asynccontextmanager
    async def shaky() -> AsyncIterator[Room]:
        nonlocal lost
        async with room.rooms() as opened:
            yield opened
        if not lost and await room.state(number) is State.SENDING:
            lost = True
            raise ConnectionError("the answer to the commit was lost")

    worker = Worker(
        rooms=shaky, senders={TELEGRAM: far}, clock=room.clock, gates=room.gates(), name="w"
    )
    async with running(worker):
        await until(lambda: _all(room, State.ACCEPTED))
    assert lost
    assert len(far.sent) == 1


async def test_results_survive_while_the_store_is_away(room: EngineRoom, far: Provider) -> None:
    number = await room.queue(await room.person())
    away = True

    @asynccontextmanager
    async def shaky() -> AsyncIterator[Room]:
        if far.sent and away:
            raise ConnectionError("the database is gone")
        async with room.rooms() as opened:
            yield opened

    worker = Worker(
        rooms=shaky, senders={TELEGRAM: far}, clock=room.clock, gates=room.gates(), name="w"
    )
    async with running(worker):
        await until(lambda: len(far.sent) == 1)
        assert await room.state(number) is State.SENDING
        away = False
        await until(lambda: _all(room, State.ACCEPTED))
    assert len(far.sent) == 1


async def test_one_result_that_cannot_be_written_does_not_keep_back_the_others(
    room: EngineRoom, far: Provider
) -> None:
    first = await room.queue(await room.person())
    second = await room.queue(await room.person())
    far.answers = [Accepted(object()), Accepted("1:1")]  # type: ignore[arg-type]  # a broken name
    await a_worker(room, far).once()
    assert {await room.state(first), await room.state(second)} == {State.SENDING, State.ACCEPTED}


async def test_one_row_that_cannot_be_packed_does_not_keep_back_the_others(
    room: EngineRoom, far: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = await room.queue(await room.person(), "ruim")
    good = await room.queue(await room.person(), "bom")
    worker = a_worker(room, far)

    def parcel(row: Any, outgoing: Outgoing, *rest: Any) -> Any:
        if outgoing.body == (plain("ruim"),):
            raise ValueError("cannot be packed")
        return whole(row, outgoing, *rest)

    whole = packing.parcel_of
    monkeypatch.setattr(packing, "parcel_of", parcel)
    await worker.once()
    assert await room.state(good) is State.ACCEPTED
    row = await room.row(bad)
    assert (row.state, row.reason, row.attempts) == ("waiting", Reason.CRASHED, 1)


async def test_a_channel_that_keeps_failing_is_left_alone_and_tried_by_one(
    room: EngineRoom, far: Provider
) -> None:
    for _ in range(8):
        await room.queue(await room.person())
    far.answers = [TryLater("x.unavailable")] * 5
    worker = a_worker(room, far)
    async with running(worker):
        await until(lambda: len(far.sent) >= 5)
        await until(lambda: _nothing_moves(room))
        tried = len(far.sent)
        room.clock.advance(seconds=31)
        far.hold = asyncio.Event()
        await until(lambda: far.at_once == 1)
        await asyncio.sleep(0.1)
        assert len(far.sent) == tried + 1
        far.hold.set()
        await until(lambda: _advanced(room))
    assert await _all(room, State.ACCEPTED)


async def _nothing_moves(room: EngineRoom) -> bool:
    rows = await room.rows()
    return all(row.state in {"waiting", "accepted"} for row in rows)


async def _advanced(room: EngineRoom) -> bool:
    room.clock.advance(seconds=1)
    return await _all(room, State.ACCEPTED)


async def test_a_channel_goes_no_faster_than_it_allows(room: EngineRoom, far: Provider) -> None:
    for _ in range(6):
        await room.queue(await room.person())
    slow = Limits(per_second=2, burst=2, every_s=0.001, personal_burst=10)
    worker = a_worker(room, far, slow)
    async with running(worker):
        await until(lambda: len(far.sent) >= 2)
        await asyncio.sleep(0.2)
        assert len(far.sent) <= 3
        room.clock.advance(seconds=1)
        await until(lambda: len(far.sent) >= 4)
        room.clock.advance(seconds=10)
        await until(lambda: len(far.sent) == 6)


async def test_what_is_no_longer_ours_takes_nobodys_turn(room: EngineRoom, far: Provider) -> None:
    for _ in range(12):
        await room.queue(await room.person(), "before")
    slow = Limits(per_second=2, burst=1, every_s=0.001, personal_burst=10)
    async with running(a_worker(room, far, slow)):
        await until(lambda: _is_at(room, State.ACCEPTED, 2))
        # The machine sleeps, and another sends what it held.
        async with room.connect() as connection:
            others = outbox.update().where(outbox.c.state == State.CLAIMED)
            await connection.execute(others.values(state=State.READ, lease_owner="other"))
        await room.queue(await room.person(), "now")
        room.clock.advance(seconds=int(LEASE.total_seconds()) + 1)
        await until(lambda: "now" in far.said)
    assert far.said == ["before", "before", "now"]


async def _is_at(room: EngineRoom, state: State, count: int) -> bool:
    return [row.state for row in await room.rows()].count(state) == count


async def test_a_person_hears_no_faster_than_allowed(room: EngineRoom, far: Provider) -> None:
    person = await room.person()
    for number in range(3):
        await room.queue(person, str(number))
    slow = Limits(per_second=1000, burst=1000, every_s=60, personal_burst=2)
    await a_worker(room, far, slow).once()
    assert far.said == ["0", "1"]
    last = (await room.rows())[-1]
    assert (last.state, last.reason, last.attempts) == ("waiting", Reason.PACE, 0)
    assert last.due_at == room.now + timedelta(seconds=60)


async def test_a_provider_that_asks_for_a_pause_gets_it(room: EngineRoom, far: Provider) -> None:
    await room.queue(await room.person())
    far.answers = [TryLater("x.throttled", timedelta(minutes=5), slow_down=True)]
    worker = a_worker(room, far)
    await worker.once()
    second = await room.queue(await room.person())
    await worker.once()
    assert len(far.sent) == 1
    assert await room.state(second) is State.WAITING
    room.clock.advance(minutes=6)
    await worker.once()
    assert len(far.sent) == 3


async def test_a_fault_of_the_account_stops_its_channel(room: EngineRoom, far: Provider) -> None:
    await room.queue(await room.person())
    far.answers = [Snooze(room.now + timedelta(hours=1), "x.token_wrong", pause=True)]
    worker = a_worker(room, far)
    await worker.once()
    await room.queue(await room.person())
    assert await worker.once() == 0
    room.clock.advance(hours=2)
    assert await worker.once() == 2


async def test_a_notice_to_a_closed_address_is_given_up_an_answer_is_tried(
    room: EngineRoom, far: Provider
) -> None:
    person = await room.person(unreachable=True)
    notice = await room.queue(person, kind="notice", purpose="receipt", priority=3)
    answer = await room.queue(person, kind="screen")
    await a_worker(room, far).once()
    assert await room.state(notice) is State.GIVEN_UP
    assert await room.state(answer) is State.ACCEPTED


async def test_what_cannot_be_read_any_more_is_given_up(room: EngineRoom, far: Provider) -> None:
    number = await room.queue(await room.person())
    await room.change(sa.update(outbox).values(payload="[1"))
    await a_worker(room, far).once()
    assert (await room.row(number)).reason == Reason.UNREADABLE
    assert far.sent == []


async def test_free_words_go_while_the_window_is_open(room: EngineRoom, far: Provider) -> None:
    person = await room.person(channel=WHATSAPP, wrote=timedelta(hours=23))
    await room.queue(person, channel=WHATSAPP)
    await a_worker(room, far).once()
    assert far.sent[0].window_open


async def test_outside_the_window_an_approved_form_goes_instead(
    room: EngineRoom, far: Provider
) -> None:
    await approve(room, "receipt")
    person = await room.person(channel=WHATSAPP, wrote=LONG_AGO)
    receipt = Outgoing((plain("Recibo"),), template=TemplateUse("receipt", {"name": "Ana"}))
    await room.queue(person, channel=WHATSAPP, kind="notice", priority=3, outgoing=receipt)
    await a_worker(room, far).once()
    assert far.sent[0].outgoing.template == receipt.template
    assert not far.sent[0].window_open


async def test_a_form_that_is_not_approved_waits_without_using_an_attempt(
    room: EngineRoom, far: Provider
) -> None:
    person = await room.person(channel=WHATSAPP, wrote=None)
    receipt = Outgoing((plain("Recibo"),), template=TemplateUse("receipt"))
    number = await room.queue(person, channel=WHATSAPP, kind="notice", priority=3, outgoing=receipt)
    worker = a_worker(room, far)
    await worker.once()
    row = await room.row(number)
    assert (row.state, row.reason, row.attempts) == ("waiting", Reason.TEMPLATE_MISSING, 0)
    await approve(room, "receipt")
    room.clock.advance(minutes=11)
    await worker.once()
    assert len(far.sent) == 1


async def test_within_the_window_free_words_stand_in_for_a_form_not_approved_yet(
    room: EngineRoom, far: Provider
) -> None:
    person = await room.person(channel=WHATSAPP)
    said = Outgoing((plain("Lembrete"),), template=TemplateUse("reminder_today", always=True))
    await room.queue(person, channel=WHATSAPP, kind="notice", priority=3, outgoing=said)
    await a_worker(room, far).once()
    assert far.sent[0].outgoing.template is None


async def test_the_house_is_asked_once_to_open_its_window(room: EngineRoom, far: Provider) -> None:
    await approve(room, "waiting")
    owner = await room.person("Rita", channel=WHATSAPP, role="owner", wrote=LONG_AGO)
    for words in ("Uma", "Duas"):
        await room.queue(
            owner, words, channel=WHATSAPP, kind="notice", purpose="forwarded", priority=3
        )
    worker = a_worker(room, far)
    await worker.once()
    (knock,) = far.sent
    assert knock.outgoing.template
    assert knock.outgoing.template.name == "waiting"
    assert knock.outgoing.buttons[0].label.key == "template.waiting.button.1"
    room.clock.advance(hours=2)
    await worker.once()
    assert len(far.sent) == 1
    await room.change(sa.update(addresses).values(last_inbound_at=room.now))
    async with room.connect() as connection:
        await Outbox(connection, room.clock).wake(owner, room.now)
    await worker.once()
    assert [parcel.outgoing.body[0].params.get("words") for parcel in far.sent[1:]] == [
        "Uma",
        "Duas",
    ]


async def test_a_client_is_not_asked_to_open_a_window(room: EngineRoom, far: Provider) -> None:
    client = await room.person(channel=WHATSAPP, wrote=LONG_AGO)
    number = await room.queue(client, channel=WHATSAPP, kind="notice", priority=3)
    await a_worker(room, far).once()
    assert far.sent == []
    assert (await room.row(number)).reason == Reason.WINDOW_CLOSED


async def test_what_waited_a_week_for_its_window_is_stale(room: EngineRoom, far: Provider) -> None:
    client = await room.person(channel=WHATSAPP, wrote=LONG_AGO)
    number = await room.queue(client, channel=WHATSAPP, kind="notice", priority=3)
    room.clock.advance(days=8)
    await a_worker(room, far).once()
    assert (await room.row(number)).reason == Reason.STALE


async def test_a_reminder_is_composed_when_it_goes(room: EngineRoom, far: Provider) -> None:
    await (await room.client()).owes(TODAY)
    await room.plan()
    await a_worker(room, far).once()
    (parcel,) = far.sent
    assert parcel.outgoing.body[0].key == "template.reminder_today.body"
    assert parcel.address.channel is ChannelName.TELEGRAM


async def test_a_charge_paid_meanwhile_is_not_reminded(room: EngineRoom, far: Provider) -> None:
    client = await room.client()
    charge = await client.owes(TODAY)
    await room.plan()
    await client.pays(charge)
    await a_worker(room, far).once()
    assert far.sent == []
    (row,) = await room.rows()
    assert (row.state, row.reason) == ("cancelled", Reason.MOOT)


async def test_reminders_wait_until_there_is_a_business(room: EngineRoom, far: Provider) -> None:
    await (await room.client()).owes(TODAY)
    await room.plan()
    room.house = None
    await a_worker(room, far).once()
    assert far.sent == []
    assert await room.state(1) is State.WAITING


async def test_a_reminder_to_somebody_who_closed_themselves_is_given_up(
    room: EngineRoom, far: Provider
) -> None:
    await (await room.client()).owes(TODAY)
    await room.plan()
    await room.change(sa.update(addresses).values(unreachable_at=room.now))
    await a_worker(room, far).once()
    (row,) = await room.rows()
    assert (row.state, row.reason) == ("given_up", Reason.UNREACHABLE)


async def test_two_workers_send_everything_once(room: EngineRoom, far: Provider) -> None:
    people = [await room.person() for _ in range(20)]
    for person in people:
        for word in ("um", "dois"):
            await room.queue(person, word)
    async with running(a_worker(room, far, name="a")), running(a_worker(room, far, name="b")):
        await until(lambda: _all(room, State.ACCEPTED))
    assert len(far.sent) == 40
    for person in people:
        mine = [one for one in far.sent if one.address.to == str(1000 + person)]
        assert [one.outgoing.body[0].params["words"] for one in mine] == ["um", "dois"]


async def test_a_file_goes_along_and_one_that_is_gone_does_not_stop_the_words(
    room: EngineRoom, far: Provider
) -> None:
    async with room.connect() as connection:
        kept = await Files(connection, room.clock).put("pix.png", "image/png", b"png")
    for number in (kept, FileId(999)):
        said = Outgoing((plain("Pix"),), attachment=Attachment(number, "pix.png", "image/png"))
        await room.queue(await room.person(), outgoing=said)
    await a_worker(room, far).once()
    assert [parcel.blob for parcel in far.sent] == [b"png", None]
