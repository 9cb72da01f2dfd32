"""What is done again and again: each round is one short piece of work, several times if needed."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import structlog

from bot.domain.message import ChannelName
from bot.domain.reasons import Reason
from bot.jobs.rooms import Rooms
from bot.jobs.template_round import in_step
from bot.services.ports.templates import TemplateAccount
from bot.telemetry.metrics import OUTBOX_GIVEN_UP, OUTBOX_RETRIED, REMINDERS_PLANNED

log = structlog.get_logger(__name__)

Check: TypeAlias = Callable[[], Awaitable[bool]]

_MOST_BATCHES = 500  # of a round; the rest waits for the next


@dataclass(frozen=True, slots=True)
class Rounds:
    """The rounds over one store. Each may run in several processes at once."""

    rooms: Rooms

    async def plan(self) -> int:
        """Queue the reminders that are due, a transaction a batch; how many notices."""
        if await self._waits():
            return 0
        planned = 0
        for _ in range(_MOST_BATCHES):
            async with self.rooms() as room:
                reminders = await room.reminders()
                batch = await reminders.plan() if reminders else 0
            if not batch:
                break
            planned += batch
        if planned:
            REMINDERS_PLANNED.inc(planned)
            log.info("reminders.planned", notices=planned)
        return planned

    async def _waits(self) -> bool:
        """Whether far more would go out than usual, and nobody has said yes."""
        async with self.rooms() as room:
            big_days = await room.big_days()
            if big_days is None or not await big_days.waits():
                return False
            if reminders := await room.reminders():
                await reminders.wait(Reason.BIG_DAY)
            return True

    async def open_charges(self) -> int:
        """Open the charges whose time has come; how many."""
        async with self.rooms() as room:
            charges = await room.charges()
            opened = await charges.open_due() if charges else 0
        if opened:
            log.info("charges.opened", charges=opened)
        return opened

    async def sweep(self) -> bool:
        """Put right what time alone puts right; whether there was anything."""
        async with self.rooms() as room:
            swept = await room.sweeping.sweep(room.now())
        if swept:
            log.warning(
                "outbox.swept",
                released=swept.released,
                doubted=swept.doubted,
                resent=len(swept.resent),
                given_up=len(swept.given_up),
                matched=swept.matched,
            )
        for channel in swept.resent:
            OUTBOX_RETRIED.labels(channel.value, Reason.UNCERTAIN.value).inc()
        for channel in swept.given_up:
            OUTBOX_GIVEN_UP.labels(channel.value, Reason.UNCERTAIN.value).inc()
        return bool(swept)

    async def alert(self) -> int:
        """Tell the house which of its chats wants a person; how many notices."""
        async with self.rooms() as room:
            told = await room.alerts.tell() + await room.template_alerts.tell()
        if told:
            log.info("alerts.told", notices=told)
        return told

    async def show_tomorrow(self) -> int:
        """Show the house in the evening what leaves the day after; how many notices."""
        async with self.rooms() as room:
            tomorrow = await room.tomorrow()
            told = await tomorrow.tell() if tomorrow else 0
        if told:
            log.info("tomorrow.shown", notices=told)
        return told

    async def detour(self) -> int:
        """Send on what found its chat or its window closed; how many messages."""
        went = 0
        for _ in range(_MOST_BATCHES):
            async with self.rooms() as room:
                arrivals = await room.arrivals()
                batch = await arrivals.detour() if arrivals else 0
            if not batch:
                break
            went += batch
        if went:
            log.info("outbox.sent_on", messages=went)
        return went

    async def watch_arrivals(self) -> int:
        """Notice what nobody heard of, and tell the house of what did not arrive."""
        silent = 0
        for _ in range(_MOST_BATCHES):
            async with self.rooms() as room:
                arrivals = await room.arrivals()
                batch = await arrivals.look() if arrivals else 0
            if not batch:
                break
            silent += batch
        async with self.rooms() as room:
            arrivals = await room.arrivals()
            told = await arrivals.tell() if arrivals else 0
        if silent:
            log.info("outbox.unheard", messages=silent)
        return silent + told

    async def recover(self, checks: Mapping[ChannelName, Check]) -> int:
        """Ask the providers of stopped chats how the account is; how many chats go on.

        No transaction is open while they are asked.
        """
        async with self.rooms() as room:
            stopped = await room.recovery.worth_asking()
        recovered = 0
        for channel in stopped:
            if channel not in checks or not await checks[channel]():
                continue
            async with self.rooms() as room:
                recovered += await room.recovery.is_well(channel)
            log.info("channel.recovered", channel=channel)
        return recovered

    async def sync_templates(self, account: TemplateAccount) -> int:
        """Bring the account's forms of words in step with ours; how many stand there now."""
        return await in_step(self.rooms, account)
