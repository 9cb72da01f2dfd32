"""Accepted is not delivered: send on what can be, notice what nobody heard of, and tell it once."""

from collections.abc import Collection
from datetime import timedelta

from bot.domain.calendar import Calendar
from bot.domain.clock import Clock
from bot.domain.contact import ContactRules
from bot.domain.message import ChannelName
from bot.domain.text import t
from bot.services.ports.arrivals import Detours, Silence
from bot.services.ports.outbox import Waiting
from bot.services.ports.post import Notice, Post, Press

AT_ONCE = 200
_PURPOSE = "not_arrived"
_A_DAY = timedelta(hours=20)  # a little less, or the hour would creep
_NEWS = timedelta(hours=24)  # older than that it is for a person to decide about


class Arrivals:
    """One transaction's look at what should have arrived."""

    def __init__(
        self,
        *,
        silence: Silence,
        detours: Detours,
        post: Post,
        lately: Waiting,
        rules: ContactRules,
        calendar: Calendar,
        channels: Collection[ChannelName],
        clock: Clock,
    ) -> None:
        self._silence = silence
        self._detours = detours
        self._post = post
        self._lately = lately
        self._rules = rules
        self._calendar = calendar
        self._channels = channels
        self._clock = clock

    async def detour(self) -> int:
        """Send on what just found its way closed; how many. Ask again until there is none.

        The network has said that it did not arrive: it goes over one chat, never over both.
        """
        now = self._clock.now()
        went = await self._detours.in_another_form(now - _NEWS, now, AT_ONCE)
        if self._rules.other_chat:
            since = now - _NEWS
            went += await self._detours.over_another(self._channels, since, now, AT_ONCE)
        return went

    async def look(self) -> int:
        """Notice what has been silent for too long; how many. Ask again until there is none.

        The same chat is never used twice: it still holds the message for a phone that is off.
        """
        if not self._rules.unheard_hours:
            return 0
        now = self._clock.now()
        since = now - timedelta(hours=self._rules.unheard_hours)
        silent = await self._silence.fall(since, now, AT_ONCE)
        if silent and self._rules.other_chat:
            await self._silence.elsewhere(silent, self._channels, now)
        return len(silent)

    async def tell(self) -> int:
        """Tell the house how many did not arrive, each once, once a day; how many notices."""
        now = self._clock.now()
        if not self._calendar.allows(now):
            return 0
        count = await self._silence.untold()
        members = await self._post.staff()
        if not count or not members:
            return 0
        for member in members:
            if await self._lately.told_lately(member, _PURPOSE, now, _A_DAY):
                return 0
        notice = Notice(
            _PURPOSE,
            (t("alert.not_arrived", count=count),),
            (Press(t("alert.go.not_arrived"), "queue_failed"),),
        )
        made = [await self._post.tell(member, notice) for member in members]
        await self._silence.told(now)
        return sum(row is not None for row in made)
