"""Ask the network how our number stands, now and then, and act on what it says."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.clock import Clock
from bot.domain.contact import allowed_by
from bot.domain.message import ChannelName
from bot.domain.own_number import NumberFacts
from bot.domain.pace_state import HOLDS
from bot.services.ports.delivery import ChannelStates
from bot.services.ports.own_number import NumberBook
from bot.services.ports.pace import PaceStore

ASK_EVERY = timedelta(minutes=10)  # two hundred questions an hour are allowed, about anything
_QUALITY_LOW = "whatsapp.quality_low"


class NumberAsking:
    """One transaction's look at what is known of the number; webhooks tell of most changes."""

    def __init__(
        self, *, book: NumberBook, states: ChannelStates, pace: PaceStore, clock: Clock
    ) -> None:
        self._book = book
        self._pace = pace
        self._states = states
        self._clock = clock

    async def wants_asking(self) -> bool:
        """Whether what is known is old, or somebody wants to know."""
        asked_at = (await self._book.known()).asked_at
        return asked_at is None or self._clock.now() - asked_at > ASK_EVERY

    async def keep(self, facts: NumberFacts) -> None:
        """It told this: a webhook that was lost is made good."""
        now = self._clock.now()
        before = (await self._book.known()).facts
        if before and not facts.phone:
            facts = replace(facts, phone=before.phone)  # while it is let go nobody names it
        elif before and before.phone and _digits(before.phone) != _digits(facts.phone):
            await self._another_number(now)
        await self._book.keep(facts, now)
        people_a_day = allowed_by(facts.limit)
        if people_a_day is not None:
            await self._states.allow(ChannelName.WHATSAPP, people_a_day)
        if facts.quality == "RED":
            await self._states.alarm(ChannelName.WHATSAPP, _QUALITY_LOW, now)
        elif facts.quality == "GREEN":
            await self._states.mend(ChannelName.WHATSAPP, (_QUALITY_LOW,), now)

    async def _another_number(self, now: datetime) -> None:
        """It is not as warm as the one before, and what befell that one is not its fault."""
        pace = await self._pace.get()
        if pace is not None:
            await self._pace.keep(pace.begun_anew(now))
            await self._pace.wake(HOLDS, now)

    async def unanswered(self) -> None:
        """It told nothing; it is asked again in its time."""
        await self._book.asked(self._clock.now())


def _digits(phone: str) -> str:
    return "".join(sign for sign in phone if sign.isdecimal())
