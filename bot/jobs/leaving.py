"""What was let through and written down as leaving, until it is sent or taken back."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter

import structlog

from bot.domain.clock import Clock
from bot.domain.delivery import Outcome, Snooze, Uncertain
from bot.domain.message import ChannelName
from bot.domain.reasons import Reason
from bot.jobs.gate import Gate, Passing
from bot.jobs.packing import Packer
from bot.jobs.recorder import Recorder
from bot.jobs.rooms import Rooms, Sender
from bot.services.ports.outbox import Claimed, Finished
from bot.telemetry.metrics import SEND_SECONDS
from bot.telemetry.origin import begun

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every line of a worker shares."""

    worker: str
    rooms: Rooms
    clock: Clock
    packer: Packer
    recorder: Recorder

    def finish(self, row: Claimed, ending: Outcome) -> None:
        """Have it written down what became of a row."""
        self.recorder.put(Finished(row, ending, self.clock.now()))

    def stay(self, passings: Sequence[Passing]) -> None:
        """They have not left: others may send them at once."""
        for passing in passings:
            self.finish(passing.packed.row, Snooze(self.clock.now(), Reason.STOPPED))


class Leaving:
    """One channel's. Many ``deliver`` at once; ``moved`` is set whenever one has come back."""

    def __init__(
        self,
        channel: ChannelName,
        sender: Sender,
        gate: Gate,
        around: Surroundings,
        moved: asyncio.Event,
    ) -> None:
        self.outstanding = 0  # marked as sending, and not finished
        self._channel = channel
        self._sender = sender
        self._gate = gate
        self._around = around
        self._moved = moved
        self._going: asyncio.Queue[Passing] = asyncio.Queue()

    def put(self, passing: Passing, leased_until: datetime) -> None:
        """The next to go; it is ours to send until then."""
        self.outstanding += 1
        self._going.put_nowait(passing._replace(leased_until=leased_until))

    async def deliver(self) -> None:
        """Send the next one that was handed out."""
        passing = await self._going.get()
        row = passing.packed.row
        begun_to_leave = False
        try:
            await self._wait_for(passing)
            kept_back = self._kept_back(passing)
            begun_to_leave = kept_back is None
            outcome = kept_back or await self._sent(passing)
        except asyncio.CancelledError:
            stopped = Snooze(self._around.clock.now(), Reason.STOPPED)
            self._around.finish(row, Uncertain(Reason.STOPPED) if begun_to_leave else stopped)
            raise
        finally:
            self.outstanding -= 1
            self._going.task_done()
            self._moved.set()
        self._around.finish(row, outcome)
        if not kept_back:
            await self._gate.learned(passing.packed, outcome)

    def recall(self) -> None:
        """Take back what nobody has begun to send."""
        waiting: list[Passing] = []
        while not self._going.empty():
            waiting.append(self._going.get_nowait())
            self._going.task_done()
            self.outstanding -= 1
        self._around.stay(waiting)

    async def drained(self) -> None:
        """Until everything that was handed out has come back."""
        await self._going.join()

    async def _wait_for(self, passing: Passing) -> None:
        wait = (passing.at - self._around.clock.now()).total_seconds()
        if wait > 0:
            await asyncio.sleep(min(wait, 1))  # our clock may have been moved meanwhile

    def _kept_back(self, passing: Passing) -> Snooze | None:
        """Why it does not leave after all: much may have happened since it was let through."""
        now = self._around.clock.now()
        if passing.leased_until and passing.leased_until <= now:
            return Snooze(now, Reason.STOPPED)  # we slept, and it may be another's by now
        rest = None if passing.probe else self._gate.rests_until()
        return Snooze(rest, Reason.RESTING) if rest else None

    async def _sent(self, passing: Passing) -> Outcome:
        started = perf_counter()
        try:
            with begun("job", f"outbox-{passing.packed.row.id}"):
                return await self._sender.send(passing.packed.parcel)
        except Exception:
            # Whatever went wrong in our own code, the request may have left.
            log.exception("outbox.send_crashed", row=passing.packed.row.id, channel=self._channel)
            return Uncertain(Reason.CRASHED)
        finally:
            SEND_SECONDS.labels(self._channel.value).observe(perf_counter() - started)
