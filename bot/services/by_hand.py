"""Remind now, because somebody of the house says so: one client, some, or all who are late."""

from collections.abc import Collection, Sequence
from datetime import time

from bot.domain.calendar import Calendar
from bot.domain.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.ids import PersonId
from bot.domain.message import ChannelName
from bot.domain.own_text import TextBook
from bot.domain.text import Text
from bot.domain.trail import details
from bot.services.ports.by_hand import ByHandStore, ByHandView, Example, HeldBack, When, Whom
from bot.services.ports.house import Audit, BusinessView
from bot.services.ports.paging import Found, Key
from bot.services.ports.texts import TextStore
from bot.services.reminder_words import form_of, words_of

_EXAMPLES = 2


class ByHand:
    """One transaction. The wish of a client not to be written to, and the hours, always hold."""

    def __init__(
        self,
        *,
        store: ByHandStore,
        texts: TextStore,
        audit: Audit,
        house: BusinessView,
        calendar: Calendar,
        channels: Collection[ChannelName],
        clock: Clock,
    ) -> None:
        self._store = store
        self._texts = texts
        self._audit = audit
        self._house = house
        self._calendar = calendar
        self._channels = channels
        self._clock = clock

    async def preview(self, whom: Whom) -> ByHandView:
        """How many would be reminded, who not and why, and when it goes."""
        self._must_be_named()
        when = self._when()
        counts = await self._store.count(whom, self._channels, when)
        opens_at = self._calendar.next_allowed(when.now)
        return ByHandView(
            ready=sum(count.count for count in counts if not count.reason),
            held=[count for count in counts if count.reason],
            examples=await self._store.examples(whom, self._channels, when, _EXAMPLES),
            opens_at=None if opens_at == when.now else opens_at,
        )

    async def held(self, whom: Whom, after: Key | None = None) -> Found[HeldBack]:
        """Who is kept back, by name."""
        return await self._store.held(whom, self._channels, self._when(), after)

    async def send(self, whom: Whom, by: PersonId) -> int:
        """Queue it; two taps send it once. A refusal if nobody is left to remind."""
        self._must_be_named()
        when = self._when()
        queued = await self._store.queue(whom, self._channels, when)
        if not queued:
            raise Refusal("errors.by_hand.nobody")
        told = details(people=queued, standing=whom.standing)
        about = {"client": whom.client, "plan": whom.plan, **told}
        await self._audit.note("reminders.by_hand", by, when.now, about)
        return queued

    async def reads(self, example: Example) -> Sequence[Text]:
        """The words as they will leave."""
        form = form_of(example.lines, {}, self._when().today)
        book = TextBook.of(await self._texts.newest())
        body, _ = words_of(example.name, self._house, example.lines, form, example.language, book)
        return body

    def _must_be_named(self) -> None:
        if not self._house.name:
            raise Refusal("errors.by_hand.nameless")

    def _when(self) -> When:
        now = self._clock.now()
        today = self._calendar.today(now)
        return When(today, self._calendar.at(today, time.min), now)
