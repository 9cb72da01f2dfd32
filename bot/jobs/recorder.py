"""Write down what became of messages, many in one commit; what is known is never forgotten."""

import asyncio
from collections.abc import Callable, Sequence

import structlog

from bot.domain.clock import Clock
from bot.domain.delivery import Accepted, GiveUp, TryLater
from bot.domain.reasons import BUTTON_TROUBLES, FORM_TROUBLES
from bot.jobs.rooms import Rooms
from bot.resilience.backoff import is_spent
from bot.services.ports.outbox import Finished
from bot.telemetry.metrics import (
    DUE_TO_ACCEPTED_SECONDS,
    OUTBOX,
    OUTBOX_GIVEN_UP,
    OUTBOX_RETRIED,
)

log = structlog.get_logger(__name__)

GATHER_S = 0.02
_UNTIL_STORE_IS_BACK_S = 0.5
_STORE_IS_AWAY = 2  # results in a row that cannot be written


class Recorder:
    """Gathers results from every channel. ``on_written`` is told when people are free again."""

    def __init__(self, rooms: Rooms, clock: Clock, on_written: Callable[[], None]) -> None:
        self._rooms = rooms
        self._clock = clock
        self._on_written = on_written
        self._finished: list[Finished] = []
        self._some = asyncio.Event()
        self._writing = asyncio.Lock()

    def put(self, done: Finished) -> None:
        """Remember one result until it is written."""
        self._finished.append(done)
        self._some.set()
        _count(done)

    async def run(self) -> None:
        """Write what has finished since the last commit, for ever."""
        while True:
            await self._some.wait()
            await asyncio.sleep(GATHER_S)
            if not await self.flush():
                await asyncio.sleep(_UNTIL_STORE_IS_BACK_S)

    async def flush(self) -> bool:
        """Write everything there is; no if something could not be written and is kept."""
        async with self._writing:
            self._some.clear()
            batch, self._finished = self._finished, []
            some = bool(batch)
            try:
                if batch and await self._write(batch):
                    batch = []
                await self._one_by_one(batch)
            finally:
                # Whatever is left: the store is away, or we are cut off.
                self._finished[:0] = batch
                if self._finished:
                    self._some.set()
            if some:
                self._on_written()
            return not self._finished

    async def _one_by_one(self, batch: list[Finished]) -> None:
        """One result that cannot be written must not keep back all others.

        Leaves in ``batch`` what is still to be written. After the second failure the store itself
        is away: the others wait for it, and come first then.
        """
        failed: list[Finished] = []
        try:
            while batch and len(failed) < _STORE_IS_AWAY:
                if not await self._write(batch[:1]):
                    failed.append(batch[0])
                del batch[0]
        finally:
            batch.extend(failed)

    async def _write(self, batch: Sequence[Finished]) -> bool:
        try:
            async with self._rooms() as room:
                await room.outcomes.record(batch, self._clock.now())
                if any(_speaks_of_a_form(done) for done in batch):
                    # What we know of it is wrong by now; the next look says what goes instead.
                    await room.templates.check_again()
                for why in BUTTON_TROUBLES.intersection(map(_without_button, batch)):
                    await room.forms.refuse_button(why, self._clock.now())
        except Exception:
            # The store is away: what is known must survive until it is back.
            log.exception("outbox.record_failed", results=len(batch))
            return False
        return True


def _speaks_of_a_form(done: Finished) -> bool:
    """Whether the provider would not send an approved form: paused, disabled, not there."""
    reasons = {getattr(done.ending, "reason", ""), _without_button(done)}
    return not FORM_TROUBLES.isdisjoint(reasons)


def _without_button(done: Finished) -> str:
    """Why it went without the button that it should have had; empty if it did not."""
    return done.ending.without_button if isinstance(done.ending, Accepted) else ""


def _count(done: Finished) -> None:
    channel = done.row.address.channel.value
    outcome = type(done.ending).__name__.lower()
    OUTBOX.labels(channel, done.row.kind, outcome).inc()
    if isinstance(done.ending, TryLater):
        last = is_spent(done.row.attempts + 1, done.failing_for)
        (OUTBOX_GIVEN_UP if last else OUTBOX_RETRIED).labels(channel, done.ending.reason).inc()
    if isinstance(done.ending, GiveUp):
        OUTBOX_GIVEN_UP.labels(channel, done.ending.reason).inc()
    if isinstance(done.ending, Accepted):
        late = (done.at - done.row.due_at).total_seconds()
        DUE_TO_ACCEPTED_SECONDS.labels(channel).observe(max(late, 0))
