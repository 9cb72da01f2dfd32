"""Deliveries that wait to be understood, and what follows from them besides answers."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeAlias

from bot.domain.clock import Clock
from bot.domain.ids import FileId
from bot.domain.knocks import REMEMBERED_FOR
from bot.domain.message import Address, ChannelName, Incoming, IncomingFile, Received
from bot.domain.news import News
from bot.domain.reasons import BUTTON_TROUBLES, FORM_TROUBLES
from bot.domain.role import Role
from bot.services.ports.access import KEPT_FOR
from bot.services.ports.inbox import RawRow
from bot.storage.own_number import NumberBook
from bot.storage.unit_of_work import Unit, Units

NewsTold: TypeAlias = Callable[[Unit, ChannelName, Sequence[News]], Awaitable[None]]

_NOT_UNDERSTOOD = "not understood"
_NAMELESS = "file"


class TakingIn:
    """Fills ``jobs.deliveries.Deliveries``. ``told`` hears of people's news."""

    def __init__(self, units: Units, clock: Clock, told: NewsTold | None = None) -> None:
        self._units = units
        self._clock = clock
        self._told = told

    async def undone(self, limit: int) -> Sequence[RawRow]:
        """The oldest that wait, those marked whose next try is still to come."""
        async with self._units.read() as unit:
            return await unit.inbox.undone(self._clock.now(), limit)

    async def is_known(self, incoming: Incoming) -> bool:
        """Whether it is from somebody of the house or a client, whose files are worth fetching."""
        async with self._units.read() as unit:
            for name in (incoming.sender, *incoming.aliases):
                person = await unit.people.known(Address(incoming.channel, name))
                if person is not None and person.role is not Role.STRANGER:
                    return True
        return False

    async def keep_file(self, file: IncomingFile, content: bytes) -> FileId:
        """Keep a file that somebody sent."""
        async with self._units.write() as unit:
            return await unit.files.put(file.name or _NAMELESS, file.mime, content)

    async def settle(self, handled: Sequence[tuple[RawRow, Received]]) -> None:
        """Take in what the providers report besides, and close the rows, in one transaction."""
        now = self._clock.now()
        by_age = sorted((row for row, _ in handled), key=lambda row: row.received_at)
        newest = {row.channel: row.received_at for row in by_age}
        async with self._units.write() as unit:
            # News as of when it came in: what lay here while we were down says nothing of what left
            # after it.
            for channel, at in newest.items():
                await unit.channel_states.heard(ChannelName(channel), at)
            for row, received in handled:
                channel = ChannelName(row.channel)
                await _take_in(unit, channel, received, now)
                if self._told and received.news:
                    await self._told(unit, channel, received.news)
                await _stand(unit, channel, received, row.received_at, now)
                await unit.inbox.done(row.id, now, _NOT_UNDERSTOOD if received.unknown else "")

    async def give_up(self, row: RawRow, trouble: str) -> None:
        """Close a row of which nothing can be made; it stays to be looked at."""
        async with self._units.write() as unit:
            await unit.inbox.done(row.id, self._clock.now(), trouble)

    async def later(self, row: RawRow, not_before: datetime, trouble: str) -> None:
        """Try a row again then."""
        async with self._units.write() as unit:
            await unit.inbox.later(row, not_before, trouble)

    async def forget(self) -> None:
        """Drop what nobody will repeat or tap any more."""
        now = self._clock.now()
        async with self._units.write() as unit:
            await unit.inbox.forget(now)
            await unit.tickets.forget(now)
            await unit.offers.forget(now)
            await unit.trace.forget(now)
            await unit.number_paces.forget(now)
            await unit.api_deeds.forget(now - KEPT_FOR)
            await unit.api_tokens.hide(now)
            await unit.knocks.forget(now - REMEMBERED_FOR)


class PolledUpdates:
    """Where a poller leaves what it fetched, together with how far it got.

    ``kept`` is called after each commit.
    """

    def __init__(
        self, units: Units, clock: Clock, channel: ChannelName, kept: Callable[[], None]
    ) -> None:
        self._units = units
        self._clock = clock
        self._channel = channel
        self._kept = kept

    async def cursor(self) -> int | None:
        """The next update to ask for."""
        async with self._units.read() as unit:
            return await unit.channel_states.cursor(self._channel)

    async def keep(self, bodies: Sequence[bytes], cursor: int) -> None:
        """Store updates and the next cursor in one transaction."""
        async with self._units.write() as unit:
            await unit.inbox.keep([(self._channel, body) for body in bodies], self._clock.now())
            await unit.channel_states.move_cursor(self._channel, cursor)
        self._kept()


async def _take_in(unit: Unit, channel: ChannelName, received: Received, now: datetime) -> None:
    if received.reports:
        await unit.reports.apply(channel, received.reports, now)
        if any(report.reason in FORM_TROUBLES for report in received.reports):
            await unit.templates.doubt()
        for why in BUTTON_TROUBLES.intersection(report.reason for report in received.reports):
            await unit.templates.refuse_button(why, now)
    if received.unreachable:
        await unit.people.unreachable(received.unreachable, f"{channel}.blocked", now)
    for news in received.templates:
        await unit.templates.note(news, now)


async def _stand(
    unit: Unit, channel: ChannelName, received: Received, heard_at: datetime, now: datetime
) -> None:
    """What was said of the account; of several things, what stops it is said last."""
    states = unit.channel_states
    if received.mended:
        await states.mend(channel, received.mended, now)
    for alarm in received.alarms:
        await states.alarm(channel, alarm, now)
    for stop in received.stops:
        await states.stop(channel, stop, stop.ends(heard_at), now)
    if received.people_a_day is not None:
        await states.allow(channel, received.people_a_day)
    if received.alarms or received.mended or received.people_a_day is not None:
        await NumberBook(unit.connection, channel).asked(None)  # it stands otherwise than we know
