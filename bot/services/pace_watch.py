"""Watch how a number is received: hold it when nothing arrives, say so, go on when it is well."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.calendar import Calendar
from bot.domain.clock import Clock
from bot.domain.contact import DAY
from bot.domain.ids import OutboxId
from bot.domain.number_pace import DEAD_AFTER
from bot.domain.pace_state import (
    HOLDS,
    NO_NEW_FOR,
    PROBED,
    PROVED_WITHIN,
    SLOWED,
    STAYS_DEAD,
    WHOLE,
    NumberPace,
    is_dead,
    patience,
    settling,
)
from bot.domain.pace_weighing import is_locked_out
from bot.domain.reasons import Reason
from bot.domain.text import Text, t
from bot.services.pace_look import ME, looked_at
from bot.services.pace_words import why_slow
from bot.services.ports.delivery import ChannelStates
from bot.services.ports.pace import PaceStore
from bot.services.ports.post import Notice, Post, Press

CANARY = "canary"
_LATELY = timedelta(minutes=5)  # a restart makes the session speak


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look came to: so many notices; ``died``: the session was found dead just now.

    ``stays_dead``: what was tried since has not helped.
    """

    notices: int = 0
    died: bool = False
    stays_dead: bool = False

    def __bool__(self) -> bool:
        return self != Looked()


class PaceWatch:
    """One transaction's look at the number."""

    def __init__(
        self,
        *,
        store: PaceStore,
        states: ChannelStates,
        post: Post,
        calendar: Calendar,
        clock: Clock,
    ) -> None:
        self._store = store
        self._states = states
        self._post = post
        self._calendar = calendar
        self._clock = clock

    async def look(self) -> Looked:
        """Look at what became of what left; every few seconds."""
        before = await self._store.get()
        if before is None:
            return Looked()
        now = self._clock.now()
        pace = await looked_at(before, self._store, self._states, now)
        pace = await self._held_on(pace, now) if pace.held_why else await self._alive(pace, now)
        pace, notices = await self._tell(pace, now)
        if pace != before:
            await self._store.keep(pace)
        if before.held_why and not pace.held_why:
            await self._store.wake(HOLDS, now)
        await self._states.allow(ME, pace.allowed(self._calendar.today(now)))
        news = set(pace.told.split()) - set(before.told.split())
        return Looked(notices, Reason.PACE_DEAD in news, STAYS_DEAD in news)

    async def _alive(self, pace: NumberPace, now: datetime) -> NumberPace:
        heard = await self._store.heard(now - DAY)
        dead = is_dead(pace, await self._store.last(), heard.at, now)
        return pace.held(Reason.PACE_DEAD, now) if dead else pace

    async def _held_on(self, pace: NumberPace, now: datetime) -> NumberPace:
        """What has held it may be over."""
        heard = await self._store.heard(now - DAY)
        enough = heard.at if pace.held_why == Reason.PACE_DEAD else heard.arrived_at
        if enough and pace.held_at and enough >= pace.held_at:
            return pace.released()
        if not self._calendar.allows(now):
            return pace  # nobody's phone is tried at night
        if pace.canary_at is None:
            settled = pace.held_at is None or now - pace.held_at >= settling(pace)
            return await self._try_a_phone(pace, now) if settled else pace
        if now - pace.canary_at >= patience(pace, now):
            left = pace.canary is None or await self._store.one(pace.canary)
            return await self._try_a_phone(pace, now) if left else pace
        if pace.held_why == Reason.PACE_PROVING:
            return await self._unproven(pace, now)
        return pace

    async def _unproven(self, pace: NumberPace, now: datetime) -> NumberPace:
        """What the owner's own phone was sent: the network may have it, and the phone be off."""
        sent = await self._store.one(pace.canary) if pace.canary else None
        if sent is None:
            return pace
        if is_locked_out(sent):  # that is an answer, and no word of a phone
            return replace(pace.released(), proved_at=now, no_new_until=now + NO_NEW_FOR)
        if sent.is_unheard_of and now - sent.at >= DEAD_AFTER:
            return replace(pace.released(), held_why=Reason.PACE_DEAD, held_at=now)
        if now - sent.at >= PROVED_WITHIN:
            return replace(pace, held_why=Reason.PACE_UNPROVEN)
        return pace

    async def _try_a_phone(self, pace: NumberPace, now: datetime) -> NumberPace:
        """The house's own, if there is one: what arrives there, frees all. Else a client's."""
        row = await self._canary(pace)
        if row is not None:
            return replace(pace, canary=row, canary_at=now)
        told = f"{pace.told} {PROBED}" if pace.held_why == Reason.PACE_DEAD else pace.told
        return replace(pace.released(), proved_at=now, told=told)

    async def _canary(self, pace: NumberPace) -> OutboxId | None:
        waiting = await self._store.waiting(self._clock.now() + DAY)
        key = "pace.canary" if pace.held_why == Reason.PACE_PROVING else "pace.canary_again"
        notice = Notice(CANARY, (t(key, count=waiting),), over=ME)
        for member in await self._post.staff():
            if row := await self._post.tell(member, notice):
                return row
        return None

    async def _tell(self, pace: NumberPace, now: datetime) -> tuple[NumberPace, int]:
        """Tell the house of what is new, once, over another chat."""
        told = frozenset(pace.told.split())
        stands = pace.situations(now)
        if told & WHOLE and not stands & WHOLE and not await self._has_arrived(pace, now):
            stands |= told & WHOLE  # a try is no news
        if Reason.PACE_DEAD in stands:
            stands |= told & {PROBED, STAYS_DEAD}
            stands |= {STAYS_DEAD} if await self._in_vain(pace, now) else set()
        said = [_words(pace, each, told) for each in sorted(stands - told)]
        news = [each for each in said if each]
        if (told - stands) & WHOLE and not stands & WHOLE:
            news.append(("well", t("pace.well")))
        made = 0
        for name, words in news:
            notice = Notice(f"pace:{name}", (words,), _BUTTONS, not_over=ME)
            for member in await self._post.staff():
                made += await self._post.tell(member, notice) is not None
        return replace(pace, told=" ".join(sorted(stands))), made

    async def _in_vain(self, pace: NumberPace, now: datetime) -> bool:
        """Whether it is dead after it was restarted, too.

        Only while we hear at all: of our own deafness no new link would cure us.
        """
        chat = (await self._states.all()).get(ME)
        if pace.held_why != Reason.PACE_DEAD or chat is None or chat.heard_at is None:
            return False
        if now - chat.heard_at > _LATELY:
            return False
        tried = await self._store.one(pace.canary) if pace.canary else None
        unheard = tried is not None and tried.is_unheard_of and now - tried.at >= DEAD_AFTER
        return unheard or PROBED in pace.told.split()

    async def _has_arrived(self, pace: NumberPace, now: datetime) -> bool:
        heard = (await self._store.heard(now - DAY)).at
        return heard is not None and (pace.proved_at is None or heard >= pace.proved_at)


def _words(pace: NumberPace, situation: str, told: frozenset[str]) -> tuple[str, Text] | None:
    """What there is to say; nothing of what only became better."""
    if situation == PROBED:
        return None
    if not situation.startswith(SLOWED):
        return situation, t(f"alert.{situation}")
    if any(other.startswith(SLOWED) and other > situation for other in told):
        return None
    return situation, t(f"alert.pace.slowed.{pace.level:d}", why=why_slow(pace))


_BUTTONS = (Press(t("pace.go"), "number_pace"),)
