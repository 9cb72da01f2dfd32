"""Understand what came in, and answer it: each message once, each in a transaction of its own.

Rows of the same person are handled in their order, different people side by side. What cannot be
handled now is tried again; what never can is kept and counted, and the person is told.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import structlog

from bot.domain.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.message import Incoming, Received
from bot.jobs.deliveries import Answering, ChannelIn, Deliveries
from bot.services.ports.inbox import RawRow

log = structlog.get_logger(__name__)

AT_ONCE = 200
SIDE_BY_SIDE = 8
POLL_S = 1.0
# Of a row that failed: a passing fault is over by then, and nobody waits a minute for an answer.
PAUSES = (timedelta(seconds=1), timedelta(seconds=5), timedelta(seconds=20))


class Intake:
    """The loop from raw rows to answers. ``answered`` is called when something may be sent."""

    def __init__(
        self,
        deliveries: Deliveries,
        reception: Answering,
        channels: Mapping[str, ChannelIn],
        clock: Clock,
        answered: Callable[[], None],
    ) -> None:
        self._deliveries = deliveries
        self._reception = reception
        self._channels = channels
        self._clock = clock
        self._answered = answered
        self._rung = asyncio.Event()
        self._spinners: set[asyncio.Task[None]] = set()

    def nudge(self) -> None:
        """Something came in."""
        self._rung.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._rung.clear()
            try:
                worked = await self.once()
            except Exception:
                log.exception("intake.failed")  # the store is away; what came in waits there
                worked = 0
            if not worked:
                await self._wait()

    async def once(self) -> int:
        """Handle what waits; how many rows there were."""
        rows = await self._deliveries.undone(AT_ONCE)
        if not rows:
            return 0
        by_person: dict[str, list[tuple[RawRow, Received]]] = {}
        for row in rows:
            received = self._channels[row.channel].reader.read(row.body)
            who = received.incomings[0].sender if received.incomings else ""
            by_person.setdefault(f"{row.channel}:{who}" if who else "", []).append((row, received))
        if quiet := by_person.pop("", None):
            await self._deliveries.settle(quiet)
        room = asyncio.Semaphore(SIDE_BY_SIDE)
        await asyncio.gather(*(self._in_order(each, room) for each in by_person.values()))
        return len(rows)

    async def _in_order(
        self, rows: Sequence[tuple[RawRow, Received]], room: asyncio.Semaphore
    ) -> None:
        async with room:
            for row, received in rows:
                if not await self._handle(row, received):
                    return

    async def _handle(self, row: RawRow, received: Received) -> bool:
        """Answer everything in a row; no if it must wait, and what is behind it too."""
        channel = self._channels[row.channel]
        for query in received.acknowledge:
            self._stop_spinner(channel, query)
        last = row.tries >= len(PAUSES)
        try:
            for incoming in received.incomings:
                await self._answer(incoming, channel, last=last)
        except Exception as error:
            log.exception("intake.row_failed", row=row.id, channel=row.channel, tries=row.tries)
            if not last:
                wait = PAUSES[row.tries]
                await self._deliveries.later(row, self._clock.now() + wait, type(error).__name__)
                return False
            await self._apologise(received.incomings)
        await self._deliveries.settle([(row, received)])
        self._answered()
        return True

    async def _answer(self, incoming: Incoming, channel: ChannelIn, *, last: bool) -> None:
        refused = None
        if incoming.file and channel.fetch:
            try:
                content = await channel.fetch(incoming.file)
            except Refusal as refusal:
                refused = refusal
            except ConnectionError:
                if not last:
                    raise
                refused = Refusal("errors.file.unfetched")
            else:
                file_id = await self._deliveries.keep_file(incoming.file, content)
                incoming = replace(incoming, file_id=file_id)
        await self._reception.answer(incoming, refused)

    async def _apologise(self, incomings: Sequence[Incoming]) -> None:
        """It failed again and again: say so, rather than leave somebody waiting."""
        for incoming in incomings:
            try:
                await self._reception.answer(incoming, Refusal("errors.unexpected"))
            except Exception:
                log.exception("intake.apology_failed", channel=incoming.channel)

    def _stop_spinner(self, channel: ChannelIn, query: str) -> None:
        if channel.acknowledge is None:
            return
        task = asyncio.ensure_future(channel.acknowledge(query))
        self._spinners.add(task)
        task.add_done_callback(self._spinners.discard)

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(POLL_S):
                await self._rung.wait()
        except TimeoutError:
            return
