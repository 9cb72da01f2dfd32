"""The outbox's worker: every channel's line, one recorder, and an orderly end."""

import asyncio
import os
import re
import socket
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

import structlog

from bot.domain.clock import Clock
from bot.domain.message import ChannelName
from bot.jobs.gate import Gate
from bot.jobs.leaving import Surroundings
from bot.jobs.line import IN_FLIGHT, Line
from bot.jobs.packing import Packer
from bot.jobs.recorder import Recorder
from bot.jobs.rooms import Rooms, Sender
from bot.jobs.waiting import until
from bot.telemetry.origin import new_request_id

log = structlog.get_logger(__name__)

POLL_S = 0.5
_AFTER_A_FAULT_S = 0.5
_TO_FINISH_S = 10
_TO_WRITE_S = 5  # what became of it all, once it is finished


def a_name(host: str = "") -> str:
    """A worker's name, never used before: leases are told apart by it.

    Letters stand between its numbers, or the log would take them for a phone and mask them.
    """
    at = re.sub(r"(?<=[0-9])[^0-9A-Za-z]+(?=[0-9])", "x", host or socket.gethostname())
    return f"{at}-p{os.getpid()}-{new_request_id()}"


class Worker:
    """Sends what is due. ``nudge`` it after a commit; it looks by itself twice a second."""

    def __init__(
        self,
        *,
        rooms: Rooms,
        senders: Mapping[ChannelName, Sender],
        clock: Clock,
        gates: Mapping[ChannelName, Gate] | None = None,
        name: str = "",
        plain: Collection[ChannelName] = (),
    ) -> None:
        """``plain``: chats without windows, approved forms and buttons."""
        self.name = name or a_name()
        self._rooms = rooms
        self._stopping = False
        self._recorder = Recorder(rooms, clock, self.nudge)
        around = Surroundings(self.name, rooms, clock, Packer(clock, plain), self._recorder)
        gates = gates or {channel: Gate(channel, clock) for channel in senders}
        self._lines = [
            Line(channel, sender, gates[channel], around) for channel, sender in senders.items()
        ]
        self._nudges = {line.channel: asyncio.Event() for line in self._lines}

    def nudge(self) -> None:
        """Look at once: something was queued, or somebody is free again."""
        for event in self._nudges.values():
            event.set()

    async def once(self) -> int:
        """Send all that may go now, and write down what became of it; how many were claimed."""
        claimed = 0
        for line in self._lines:
            while taken := await line.feed():
                claimed += taken
                while await line.hand_out():
                    await asyncio.gather(
                        *(line.leaving.deliver() for _ in range(line.leaving.outstanding))
                    )
                await self._recorder.flush()
            await line.give_back()
        await self._recorder.flush()
        return claimed

    async def run(self) -> None:
        """Work until cancelled or stopped; then finish in order."""
        self._stopping = False
        feeding = [asyncio.create_task(self._feeding(line)) for line in self._lines]
        handing = [asyncio.create_task(self._handing(line)) for line in self._lines]
        sending = [
            asyncio.create_task(self._for_ever(line.leaving.deliver))
            for line in self._lines
            for _ in range(IN_FLIGHT)
        ]
        recording = asyncio.create_task(self._recorder.run())
        log.info("worker.started", worker=self.name)
        try:
            # Shielded: their steps are short, and cut off in the middle they leave rows in doubt.
            await asyncio.shield(asyncio.gather(*feeding, *handing))
        finally:
            self.stop()
            await asyncio.gather(*feeding, *handing)
            await self._finish(sending, recording)

    def stop(self) -> None:
        """Claim nothing more; ``run`` returns when what is on its way has arrived."""
        self._stopping = True
        self.nudge()
        for line in self._lines:
            line.moved.set()
            line.hungry.set()

    async def _feeding(self, line: Line) -> None:
        nudged = self._nudges[line.channel]
        while not self._stopping:
            nudged.clear()
            if not line.wants_more:
                line.hungry.clear()
                await until(line.hungry, POLL_S)
            elif not await self._safely(line.feed):
                await until(nudged, POLL_S)

    async def _handing(self, line: Line) -> None:
        while not self._stopping:
            handed = await self._safely(line.hand_out) if line.can_hand_out else 0
            if not handed:
                await line.wait_to_hand_out(POLL_S)

    async def _for_ever(self, step: Callable[[], Awaitable[None]]) -> None:
        while True:
            await self._safely(step)

    async def _safely(self, step: Callable[[], Awaitable[int | None]]) -> int:
        """One step that may fail: the store comes back, and what was under way has its lease."""
        try:
            return await step() or 0
        except Exception:
            # A worker that ended with one fault would send nothing more at all.
            log.exception("worker.step_failed", step=getattr(step, "__name__", ""))
            await asyncio.sleep(_AFTER_A_FAULT_S)
            return 0

    async def _finish(
        self, sending: Sequence[asyncio.Task[None]], recording: asyncio.Task[None]
    ) -> None:
        try:
            async with asyncio.timeout(_TO_FINISH_S):
                await asyncio.gather(*(line.leaving.drained() for line in self._lines))
        except TimeoutError:
            log.warning(
                "worker.cut_off", rows=sum(line.leaving.outstanding for line in self._lines)
            )
        for task in sending:
            task.cancel()
        await asyncio.gather(*sending, return_exceptions=True)
        for line in self._lines:
            line.leaving.recall()
        try:
            async with asyncio.timeout(_TO_WRITE_S):
                await self._recorder.flush()
                for line in self._lines:
                    await line.give_back()
                async with self._rooms() as room:
                    await room.leases.release_all(self.name)
        except Exception:
            # The store is away; the leases tell how far it was.
            log.exception("worker.not_written")
        recording.cancel()
        await asyncio.gather(recording, return_exceptions=True)
        log.info("worker.stopped", worker=self.name)
