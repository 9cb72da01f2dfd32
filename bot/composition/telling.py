"""What the chats tell the house of themselves, written down for every process to see."""

from collections.abc import Collection
from datetime import timedelta

import structlog

from bot.domain.clock import Clock
from bot.domain.delivery import Stop
from bot.domain.message import ChannelName
from bot.storage.unit_of_work import Units

log = structlog.get_logger(__name__)

STOPPED_FOR = timedelta(hours=24)  # at most: it is looked at every minute


class Telling:
    """One line each, in a transaction of its own."""

    def __init__(self, units: Units, clock: Clock) -> None:
        self._units = units
        self._clock = clock

    async def trouble(self, channel: ChannelName, reason: str) -> None:
        """What ails a chat; empty when it is well again, and nothing need wait."""
        if reason:
            log.warning("channel.troubled", channel=channel, reason=reason)
        async with self._units.write() as unit:
            if reason:
                await unit.channel_states.say_trouble(channel, reason)
            else:
                await unit.channel_states.resume(channel, self._clock.now())

    async def stopped(self, channel: ChannelName, reason: str) -> None:
        """Nothing goes over a chat until its account is well again."""
        log.warning("channel.stopped", channel=channel, reason=reason)
        now = self._clock.now()
        async with self._units.write() as unit:
            await unit.channel_states.stop(channel, Stop(reason), now + STOPPED_FOR, now)

    async def mended(self, channel: ChannelName, reasons: Collection[str]) -> None:
        """These are over: if one of them stopped the chat, it goes on."""
        async with self._units.write() as unit:
            await unit.channel_states.mend(channel, reasons, self._clock.now())

    async def limit(self, channel: ChannelName, people_a_day: int) -> None:
        """To how many people a day a chat may write first."""
        async with self._units.write() as unit:
            await unit.channel_states.allow(channel, people_a_day)
