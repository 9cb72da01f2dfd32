"""Ask before far more goes out than usual: a list taken in by mistake shall not reach hundreds.

What waits is not planned, and loses nothing by it: its step stays open as the ladder says.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.domain.calendar import Calendar
from bot.domain.clock import Clock
from bot.domain.errors import Conflict, NotFound
from bot.domain.ids import PersonId
from bot.domain.ladder import due_now
from bot.domain.message import ChannelName, Style
from bot.domain.text import plain, t
from bot.domain.trail import details
from bot.services.ports.big_days import Answer, BigDay, BigDayStore, Crowd
from bot.services.ports.house import Audit, BusinessView
from bot.services.ports.post import Notice, Post, Press
from bot.services.ports.reminders import Bounds, Ladder

FEW = 50  # as many go without a question, whatever is usual
TIMES = 3  # so many times the largest day of the last thirty is far more
_DAYS = 30
_AGAIN_AFTER = timedelta(hours=24)
PURPOSE = "big_day"
# What was let go is on its way and cannot be held any more; what was held may go after all.
_OVER = {Answer.SEND: (Answer.ASKED, Answer.HOLD), Answer.HOLD: (Answer.ASKED,)}


class BigDays:
    """One transaction's look at what would go out today."""

    def __init__(
        self,
        *,
        store: BigDayStore,
        ladder: Ladder,
        post: Post,
        audit: Audit,
        house: BusinessView,
        calendar: Calendar,
        channels: Collection[ChannelName],
        clock: Clock,
    ) -> None:
        self._store = store
        self._ladder = ladder
        self._post = post
        self._audit = audit
        self._house = house
        self._calendar = calendar
        self._channels = channels
        self._clock = clock

    async def waits(self) -> bool:
        """Whether the reminders wait for somebody's word, which is asked for here."""
        now = self._clock.now()
        if not self._calendar.allows(now):
            return False
        today = self._calendar.today(now)
        known = await self._store.get(today)
        if known and known.answer in {Answer.SEND, Answer.HOLD}:
            return known.answer is Answer.HOLD
        crowd = await self._crowd(now)
        if pending := await self._store.pending():
            return await self._still_waits(pending, crowd)
        if crowd.people <= FEW:
            return False
        usual = known.usual if known else await self._usual(today)
        people = crowd.people + await self._store.reminded(self._midnight(today))
        # With nobody to ask there is nobody to wait for.
        asks = people > max(FEW, TIMES * usual) and bool(await self._post.staff())
        day = BigDay(today, people, usual, Answer.ASKED if asks else Answer.USUAL, now)
        if asks or known is None:
            await self._store.keep(day)
        if asks:
            await self._ask(day, crowd)
        return asks

    async def decide(self, day: date, answer: Answer, by: PersonId) -> BigDay:
        """Send them, or hold them for the day; whoever is quicker decides.

        The question of another day may be answered as long as nobody has.
        """
        asked = await self._store.get(day)
        if asked is None:
            raise NotFound("errors.big_day.gone")
        now = self._clock.now()
        today = self._calendar.today(now)
        if today != day and asked.answer is not Answer.ASKED:
            # That question was about others; whoever would hear from us today was not asked about.
            raise NotFound("errors.big_day.gone")
        if not await self._store.answer(day, answer, by, over=_OVER[answer]):
            raise Conflict("errors.big_day.decided")
        if today != day:
            await self._store.keep(BigDay(today, asked.people, asked.usual, answer, now))
        said = t(f"audit.big_day.{answer.value}")
        about = details(day=day, people=asked.people, usual=asked.usual, answer=said)
        await self._audit.note("reminders.big_day", by, now, about)
        return asked

    async def pending(self) -> BigDay | None:
        """The one that waits for an answer."""
        return await self._store.pending()

    async def _crowd(self, now: datetime) -> Crowd:
        dues = due_now(await self._ladder.steps(), now, self._calendar)
        bounds = Bounds(self._calendar.today(now), self._calendar.closes(now), self._house.rules)
        return await self._store.crowd(dues, self._channels, now, bounds)

    async def _usual(self, today: date) -> int:
        days = (today - timedelta(days=back) for back in range(_DAYS, -1, -1))
        return await self._store.largest([self._midnight(day) for day in days])

    async def _ask(self, day: BigDay, crowd: Crowd) -> None:
        about = {"day": day.day.isoformat()}
        body = [t("big_day.asks", count=day.people, usual=day.usual)]
        if crowd.names:
            names = tuple(t("big_day.name", name=plain(name)) for name in crowd.names)
            body.append(t("big_day.for_example", names=names))
        body.append(t("big_day.they_wait"))
        buttons = (
            Press(t("big_day.send"), "big_day_send", about, Style.PRIMARY),
            Press(t("big_day.hold"), "big_day_hold", about),
        )
        for member in await self._post.staff():
            await self._post.tell(member, Notice(PURPOSE, body, buttons))

    async def _still_waits(self, pending: BigDay, crowd: Crowd) -> bool:
        """Ask once more after a day. Most may have paid meanwhile: then there is no question."""
        if crowd.people <= max(FEW, TIMES * pending.usual):
            await self._store.keep(replace(pending, answer=Answer.USUAL))
            return False
        if not pending.asked_again and self._clock.now() - pending.asked_at >= _AGAIN_AFTER:
            again = replace(pending, people=crowd.people, asked_again=True)
            await self._store.keep(again)
            await self._ask(again, crowd)
        return True

    def _midnight(self, day: date) -> datetime:
        return self._calendar.at(day, time.min)
