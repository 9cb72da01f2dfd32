"""Stands at the door: who may try a code now, who tried too many, which stranger is answered."""

from datetime import datetime, timedelta

from bot.domain.clock import Clock
from bot.domain.knocks import (
    ANSWERED_A_DAY,
    ANSWERED_AN_HOUR,
    FREE,
    MANY,
    PRESSED_FOR,
    REMEMBERED_FOR,
    Knock,
    wait_of,
)
from bot.domain.message import ChannelName
from bot.domain.role import Role
from bot.domain.text import Text, t
from bot.domain.trail import details
from bot.services.codes import code_in, looks_made
from bot.services.ports.door import Knocks
from bot.services.ports.house import Audit
from bot.services.ports.outbox import Waiting
from bot.services.ports.people import People, PersonView
from bot.services.ports.post import Notice, Post, Press

CODES_TRIED, UNDER_ATTACK = "door", "door.attack"  # each has a quiet time of its own
TOLD_AGAIN_AFTER = timedelta(hours=12)


class Doorkeeper:
    """One transaction's watch. ``owned``: whether the house has its owner."""

    def __init__(
        self,
        *,
        knocks: Knocks,
        people: People,
        post: Post,
        told: Waiting,
        audit: Audit,
        clock: Clock,
        owned: bool,
    ) -> None:
        self._knocks = knocks
        self._people = people
        self._post = post
        self._told = told
        self._audit = audit
        self._clock = clock
        self._owned = owned

    def is_try(self, text: str) -> bool:
        """Whether these words may be a code: an owner's first one may be anything."""
        code = code_in(text)
        return bool(code) and (looks_made(code) or not self._owned)

    async def wait(self, person: PersonView) -> timedelta:
        """How long until a code of theirs is looked at; nothing if it is now."""
        now = self._clock.now()
        theirs = await self._knocks.by(person.id, Knock.WRONG_CODE, now - REMEMBERED_FOR)
        if not theirs.times:
            return timedelta()
        return wait_of(theirs, now, pressed=await self._wrong_lately(now) >= MANY)

    async def wrong(self, person: PersonView, channel: ChannelName) -> None:
        """Count a code that leads nowhere; of many the house is told, and it is written down."""
        now = self._clock.now()
        await self._knocks.note(Knock.WRONG_CODE, person.id, now)
        theirs = await self._knocks.by(person.id, Knock.WRONG_CODE, now - REMEMBERED_FOR)
        where = t(f"channel.{channel}")
        if theirs.times == FREE:
            about = details(tries=theirs.times, channel=where)
            await self._audit.note("team.codes_tried", person.id, now, about)
            told = t("door.codes_tried", count=theirs.times, channel=where)
            await self._tell(CODES_TRIED, told, now)
        if await self._wrong_lately(now) == MANY:
            about = details(tries=MANY, channel=where)
            await self._audit.note("team.under_attack", None, now, about)
            await self._tell(UNDER_ATTACK, t("door.under_attack", count=MANY), now)

    async def may_answer(self, person: PersonView) -> bool:
        """Whether a stranger is answered once more; it is counted if they are."""
        now = self._clock.now()
        answered = Knock.STRANGER_ANSWERED
        theirs = await self._knocks.by(person.id, answered, now - REMEMBERED_FOR)
        if theirs.times >= ANSWERED_A_DAY:
            return False
        since = now - timedelta(hours=1)
        if await self._knocks.by_all(answered, since, ANSWERED_AN_HOUR) >= ANSWERED_AN_HOUR:
            return False
        await self._knocks.note(answered, person.id, now)
        return True

    async def _wrong_lately(self, now: datetime) -> int:
        # One more than MANY: the moment it is reached comes once.
        return await self._knocks.by_all(Knock.WRONG_CODE, now - PRESSED_FOR, MANY + 1)

    async def _tell(self, purpose: str, what: Text, now: datetime) -> None:
        """Tell the owner, who alone may see the record; each once for a while, whoever it was."""
        notice = Notice(purpose, (what, t("door.stays_shut")), (Press(t("door.go.team"), "team"),))
        for member in await self._people.staff():
            if member.role is Role.OWNER and not await self._told.told_lately(
                member.id, purpose, now, TOLD_AGAIN_AFTER
            ):
                await self._post.tell(member.id, notice)
