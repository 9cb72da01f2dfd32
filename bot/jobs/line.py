"""One channel's way out, without a barrier: claiming, sending and recording run at once.

A row is claimed and packed, let through the gate, written down as about to leave, and sent; its
result goes to the recorder. Whatever dies in between leaves a row of which the lease tells how
far it had come.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from datetime import datetime

from bot.domain.delivery import Snooze, TryLater
from bot.domain.evidence import LEASE
from bot.domain.ids import OutboxId
from bot.domain.message import ChannelName
from bot.domain.reasons import Reason
from bot.jobs.gate import Gate, Passing
from bot.jobs.leaving import Leaving, Surroundings
from bot.jobs.packing import Packed
from bot.jobs.rooms import Sender
from bot.jobs.waiting import until
from bot.services.ports.outbox import Claimed
from bot.telemetry.metrics import OUTBOX_CLAIMED

IN_FLIGHT = 64
CLAIMED_AT_MOST = 256
_MARKED_AT_MOST = IN_FLIGHT * 4  # sending, and those that go the moment a place is free
_WORTH_A_COMMIT = 64
_GATE_S = 0.05


class Line:
    """One channel. Loops call its steps: ``feed``, ``hand_out`` and ``leaving.deliver``."""

    def __init__(
        self, channel: ChannelName, sender: Sender, gate: Gate, around: Surroundings
    ) -> None:
        self.channel = channel
        self.moved = asyncio.Event()  # there may be something to hand out
        self.hungry = asyncio.Event()  # there may be room to claim more
        self._gate = gate
        self._around = around
        self._ready: deque[Packed] = deque()
        self.leaving = Leaving(channel, sender, gate, around, self.moved)

    @property
    def wants_more(self) -> bool:
        """Whether the packed ones are running out."""
        return len(self._ready) < CLAIMED_AT_MOST // 2

    @property
    def can_hand_out(self) -> bool:
        """Whether there is something to hand out, and enough room to be worth a commit."""
        free = _MARKED_AT_MOST - self.leaving.outstanding
        return bool(self._ready) and (
            free >= _WORTH_A_COMMIT or self.leaving.outstanding < IN_FLIGHT * 2
        )

    async def feed(self) -> int:
        """Claim and pack the next ones; how many were claimed."""
        most = self._gate.wanted(CLAIMED_AT_MOST, len(self._ready))
        if not most or (most == 1 and self.leaving.outstanding):
            return 0
        around = self._around
        async with around.rooms() as room:
            rows = await room.leases.claim(around.worker, self.channel, most, around.clock.now())
        if rows:
            OUTBOX_CLAIMED.labels(self.channel.value).inc(len(rows))
            packed, spoilt = await around.packer.pack_apart(around.rooms, rows)
            self._ready.extend(packed)
            for row in spoilt:
                self._around.finish(row, TryLater(Reason.CRASHED))
            self.moved.set()
        return len(rows)

    async def hand_out(self) -> int:
        """Write down who leaves now, and hand them to the senders; how many."""
        if until := self._gate.rests_until():
            await self._put_back([Passing(packed, until) for packed in self._ready])
            return 0
        self._forget_the_lapsed()
        going, back = await self._gate.pick(self._ready, _MARKED_AT_MOST - self.leaving.outstanding)
        for passing in back:
            self._around.finish(passing.packed.row, Snooze(passing.at, Reason.PACE))
        if not going:
            return 0
        now = self._around.clock.now()
        try:
            ours = await self._mark([passing.packed.row for passing in going], now)
        except Exception:
            self._around.stay(going)  # whether that was written or not, none of them has left
            raise
        for passing in going:
            if passing.packed.row.id in ours:
                self.leaving.put(passing, now + LEASE)
        if self.wants_more:
            self.hungry.set()
        return len(going)

    async def wait_to_hand_out(self, at_most_s: float) -> None:
        """Until there may be something to hand out. A gate that is shut opens by time alone."""
        self.moved.clear()
        await until(self.moved, _GATE_S if self.can_hand_out else at_most_s)

    async def give_back(self) -> None:
        """Return what has not left: others may send it at once."""
        if self._ready:
            rows = [packed.row for packed in self._ready]
            self._ready.clear()
            async with self._around.rooms() as room:
                await room.leases.release(rows)

    async def _mark(self, rows: Sequence[Claimed], now: datetime) -> frozenset[OutboxId]:
        async with self._around.rooms() as room:
            ours = await room.leases.mark_sending(rows, now)
            if lost := [row for row in rows if row.id not in ours]:
                await room.leases.release(lost)  # held back, or not ours any more
        return ours

    async def _put_back(self, resting: Sequence[Passing]) -> None:
        self._ready.clear()
        for passing in resting:
            self._around.finish(passing.packed.row, Snooze(passing.at, Reason.RESTING))

    def _forget_the_lapsed(self) -> None:
        """They may be another's by now, and would take up the pace of those that are ours."""
        now = self._around.clock.now()
        ours = [packed for packed in self._ready if packed.row.leased_until > now]
        self._ready.clear()
        self._ready.extend(ours)
