"""One channel's way out, without a barrier: claiming, sending and recording run at once.

A row is claimed and packed, let through the gate, written down as about to leave, and sent; its
result goes to the recorder. Whatever dies in between leaves a row of which the lease tells how
far it had come.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import structlog

from bot.domain.clock import Clock
from bot.domain.delivery import Outcome, Snooze, TryLater, Uncertain
from bot.domain.message import ChannelName
from bot.domain.reasons import Reason
from bot.jobs.gate import Gate, Passing
from bot.jobs.packing import Packed, Packer
from bot.jobs.recorder import Recorder
from bot.jobs.rooms import Rooms, Sender
from bot.jobs.waiting import until
from bot.services.ports.outbox import Claimed, Finished
from bot.telemetry.metrics import OUTBOX_CLAIMED, SEND_SECONDS
from bot.telemetry.origin import begun

log = structlog.get_logger(__name__)

IN_FLIGHT = 64
CLAIMED_AT_MOST = 256
_MARKED_AT_MOST = IN_FLIGHT * 4  # sending, and those that go the moment a place is free
_WORTH_A_COMMIT = 64
_GATE_S = 0.05


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every line of a worker shares."""

    worker: str
    rooms: Rooms
    clock: Clock
    packer: Packer
    recorder: Recorder


class Line:
    """One channel. ``feed``, ``hand_out`` and ``deliver`` are its steps; loops call them."""

    def __init__(
        self, channel: ChannelName, sender: Sender, gate: Gate, around: Surroundings
    ) -> None:
        self.channel = channel
        self.outstanding = 0  # marked as sending, and not finished
        self.moved = asyncio.Event()  # there may be something to hand out
        self.hungry = asyncio.Event()  # there may be room to claim more
        self._sender = sender
        self._gate = gate
        self._around = around
        self._ready: deque[Packed] = deque()
        self._going: asyncio.Queue[Passing] = asyncio.Queue()

    @property
    def wants_more(self) -> bool:
        """Whether the packed ones are running out."""
        return len(self._ready) < CLAIMED_AT_MOST // 2

    @property
    def can_hand_out(self) -> bool:
        """Whether there is something to hand out, and enough room to be worth a commit."""
        free = _MARKED_AT_MOST - self.outstanding
        return bool(self._ready) and (free >= _WORTH_A_COMMIT or self.outstanding < IN_FLIGHT * 2)

    async def feed(self) -> int:
        """Claim and pack the next ones; how many were claimed."""
        most = self._gate.wanted(CLAIMED_AT_MOST, len(self._ready))
        if not most or (most == 1 and self.outstanding):
            return 0
        around = self._around
        async with around.rooms() as room:
            rows = await room.leases.claim(around.worker, self.channel, most, around.clock.now())
        if rows:
            OUTBOX_CLAIMED.labels(self.channel.value).inc(len(rows))
            packed = await self._pack(rows)
            self._ready.extend(packed)
            self.moved.set()
        return len(rows)

    async def hand_out(self) -> int:
        """Write down who leaves now, and hand them to the senders; how many."""
        if until := self._gate.rests_until():
            await self._put_back([Passing(packed, until) for packed in self._ready])
            return 0
        self._forget_the_lapsed()
        going, back = await self._gate.pick(self._ready, _MARKED_AT_MOST - self.outstanding)
        for passing in back:
            self._finish(passing.packed.row, Snooze(passing.at, Reason.PACE))
        if not going:
            return 0
        around = self._around
        async with around.rooms() as room:
            ids = [passing.packed.row.id for passing in going]
            ours = await room.leases.mark_sending(around.worker, ids, around.clock.now())
            if lost := [row for row in ids if row not in ours]:
                await room.leases.release(around.worker, lost)  # held back, or not ours any more
        for passing in going:
            if passing.packed.row.id in ours:
                self.outstanding += 1
                self._going.put_nowait(passing)
        if self.wants_more:
            self.hungry.set()
        return len(going)

    async def deliver(self) -> None:
        """Send the next one that was handed out."""
        passing = await self._going.get()
        row = passing.packed.row
        leaving = False
        try:
            await self._wait_for(passing)
            leaving = True
            outcome = await self._sent(passing)
        except asyncio.CancelledError:
            stopped = Snooze(self._around.clock.now(), Reason.STOPPED)
            self._finish(row, Uncertain(Reason.STOPPED) if leaving else stopped)
            raise
        finally:
            self.outstanding -= 1
            self._going.task_done()
            self.moved.set()
        self._finish(row, outcome)
        await self._gate.learned(passing.packed, outcome)

    async def wait_to_hand_out(self, at_most_s: float) -> None:
        """Until there may be something to hand out. A gate that is shut opens by time alone."""
        self.moved.clear()
        await until(self.moved, _GATE_S if self.can_hand_out else at_most_s)

    async def drained(self) -> None:
        """Until everything that was handed out has come back."""
        await self._going.join()

    async def give_back(self) -> None:
        """Return what has not left: others may send it at once."""
        if self._ready:
            ids = [packed.row.id for packed in self._ready]
            self._ready.clear()
            async with self._around.rooms() as room:
                await room.leases.release(self._around.worker, ids)

    async def _wait_for(self, passing: Passing) -> None:
        wait = (passing.at - self._around.clock.now()).total_seconds()
        if wait > 0:
            await asyncio.sleep(min(wait, 1))  # our clock may have been moved meanwhile

    async def _sent(self, passing: Passing) -> Outcome:
        started = perf_counter()
        try:
            with begun("job", f"outbox-{passing.packed.row.id}"):
                return await self._sender.send(passing.packed.parcel)
        except Exception:
            # Whatever went wrong in our own code, the request may have left.
            log.exception("outbox.send_crashed", row=passing.packed.row.id, channel=self.channel)
            return Uncertain(Reason.CRASHED)
        finally:
            SEND_SECONDS.labels(self.channel.value).observe(perf_counter() - started)

    async def _pack(self, rows: Sequence[Claimed]) -> list[Packed]:
        around = self._around
        try:
            async with around.rooms() as room:
                return await around.packer.pack(room, around.worker, rows)
        except Exception:
            if len(rows) == 1:
                # Our own fault or the store's; it must neither block the others nor be tried
                # without end.
                log.exception("outbox.pack_failed", row=rows[0].id)
                self._finish(rows[0], TryLater(Reason.CRASHED))
                return []
        return [packed for row in rows for packed in await self._pack([row])]

    async def _put_back(self, resting: Sequence[Passing]) -> None:
        self._ready.clear()
        for passing in resting:
            self._finish(passing.packed.row, Snooze(passing.at, Reason.RESTING))

    def _forget_the_lapsed(self) -> None:
        """They may be another's by now, and would take up the pace of those that are ours."""
        now = self._around.clock.now()
        ours = [packed for packed in self._ready if packed.row.leased_until > now]
        self._ready.clear()
        self._ready.extend(ours)

    def _finish(self, row: Claimed, ending: Outcome) -> None:
        self._around.recorder.put(Finished(row, ending, self._around.clock.now()))
