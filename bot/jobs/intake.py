"""Understand what came in, and answer it: each message once, each in a transaction of its own.

Rows of the same person are handled in their order, different people side by side, and where several
processes share the work, by one of them at a time. What cannot be handled now is tried again; what
never can is kept and counted, and the person is told.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import structlog

from bot.domain.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.message import Incoming, Received
from bot.jobs.crew import Crew, OneProcess
from bot.jobs.deliveries import Answering, ChannelIn, Deliveries
from bot.jobs.fetching import Fetching
from bot.jobs.sorting import Pile, sorted_out
from bot.resilience.limiter import Limiter, OwnLimiter
from bot.services.ports.inbox import RawRow
from bot.telemetry.origin import begun

log = structlog.get_logger(__name__)

AT_ONCE = 200
SIDE_BY_SIDE = 8
TAKEN_AT_ONCE = 4 * SIDE_BY_SIDE  # people, of whom others keep off meanwhile
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
        crew: Crew | None = None,
        limiter: Limiter | None = None,
    ) -> None:
        self._crew = crew or OneProcess()
        self._deliveries = deliveries
        self._fetching = Fetching(deliveries, limiter or OwnLimiter(clock))
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
        """Handle what waits, or as much of it as nobody else is at; how many rows that were."""
        piles = await self._waiting()
        if not piles:
            return 0
        room = asyncio.Semaphore(SIDE_BY_SIDE)
        handled = await asyncio.gather(
            *(self._in_order(pile, room) for pile in await self._ours(piles))
        )
        return sum(handled)

    async def _waiting(self) -> Sequence[Pile]:
        """What may be handled now, by whose it is."""
        rows = await self._deliveries.undone(AT_ONCE)
        return [pile for pile in sorted_out(rows, self._channels) if pile.in_turn]

    async def _ours(self, piles: Sequence[Pile]) -> Sequence[Pile]:
        """The piles that no other process is at."""
        if not self._crew.shared:
            return piles
        names = [name for pile in piles for name in sorted(pile.names)]
        taken = await self._crew.take(names, TAKEN_AT_ONCE)
        mine: set[str] = set()
        try:
            # Looked at anew, now that nobody else is at them: another may have handled the first of
            # them since, or put it off, and what came in late by another door may be the first.
            ours = [pile for pile in await self._waiting() if pile.names <= taken]
            mine = {name for pile in ours for name in pile.names}
        finally:
            await self._crew.give_back(taken - mine)
        return ours

    async def _in_order(self, pile: Pile, room: asyncio.Semaphore) -> int:
        """Handle a pile as far as it goes; how many rows."""
        try:
            async with room:
                if pile.is_quiet:
                    return await self._settle(pile.in_turn)
                for handled, (row, received) in enumerate(pile.in_turn):
                    with begun(row.channel, f"{row.channel}-{row.id}"):
                        done = await self._handle(row, received)
                    if not done:
                        return handled
            return len(pile.in_turn)
        finally:
            await self._crew.give_back(pile.names)

    async def _settle(self, rows: Sequence[tuple[RawRow, Received]]) -> int:
        """Take in what nobody waits for, all in one; what cannot be taken in holds up no other."""
        if not rows:
            return 0
        try:
            await self._deliveries.settle(rows)
        except Exception:
            # One of them spoils it for all: each by itself, with tries and an end of its own.
            log.exception("intake.not_settled", rows=len(rows))
            for row, received in rows:
                await self._handle(row, received)
        return len(rows)

    async def _handle(self, row: RawRow, received: Received) -> bool:
        """Answer everything in a row; no if it must wait, and what is behind it too."""
        channel = self._channels[row.channel]
        for query in received.acknowledge:
            self._stop_spinner(channel, query)
        last = row.tries >= len(PAUSES)
        try:
            for incoming in received.incomings:
                await self._answer(incoming, channel, last=last)
            await self._deliveries.settle([(row, received)])
        except ConnectionError as error:
            # A file that does not come for now is no fault of ours: no stack trace.
            log.warning("intake.row_waits", row=row.id, channel=row.channel, why=str(error))
            return await self._failed(row, received, type(error).__name__)
        except Exception as error:
            # Our own fault or the store's: it waits for its next try, and others go on.
            log.exception("intake.row_failed", row=row.id, channel=row.channel, tries=row.tries)
            return await self._failed(row, received, type(error).__name__)
        self._answered()
        return True

    async def _failed(self, row: RawRow, received: Received, trouble: str) -> bool:
        """Try it again later; after the last time apologise and close it: then yes."""
        if row.tries < len(PAUSES):
            await self._deliveries.later(row, self._clock.now() + PAUSES[row.tries], trouble)
            return False
        await self._apologise(received.incomings)
        await self._close(row, received, trouble)
        self._answered()
        return True

    async def _close(self, row: RawRow, received: Received, trouble: str) -> None:
        """Take in what can still be taken in of a row that failed once too often."""
        try:
            await self._deliveries.settle([(row, received)])
        except Exception:
            # Whatever it holds, it is closed: kept as it came, and counted.
            log.exception("intake.given_up", row=row.id, channel=row.channel)
            await self._deliveries.give_up(row, trouble)

    async def _answer(self, incoming: Incoming, channel: ChannelIn, *, last: bool) -> None:
        incoming, refused = await self._fetching.had(incoming, channel, last=last)
        await self._reception.answer(incoming, refused)

    async def _apologise(self, incomings: Sequence[Incoming]) -> None:
        """It failed again and again: say so, rather than leave somebody waiting."""
        for incoming in incomings:
            try:
                await self._reception.answer(incoming, Refusal("errors.unexpected"))
            except Exception:
                # What failed may fail at this as well: the row is closed all the same.
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
