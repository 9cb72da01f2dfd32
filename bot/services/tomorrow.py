"""Show in the evening what leaves tomorrow, word for word, so that it can still be kept back."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta

from bot.domain.clock import Clock
from bot.domain.errors import Conflict
from bot.domain.ids import ClientId, PersonId
from bot.domain.ladder import Step, due_now
from bot.domain.message import ChannelName
from bot.domain.own_text import TextBook
from bot.domain.text import Text, plain, t
from bot.domain.trail import details
from bot.services.business import calendar_of
from bot.services.ports.house import Audit, BusinessView
from bot.services.ports.post import Notice, Post, Press
from bot.services.ports.reminders import Bounds, Ladder
from bot.services.ports.texts import TextStore
from bot.services.ports.tomorrow import Coming, ComingMessage, TomorrowStore, purpose_of
from bot.services.ports.words import Words
from bot.services.reminder_words import form_of, words_of

EVENING = time(18)
_DAY = timedelta(days=1)


class Tomorrow:
    """One transaction's look ahead."""

    def __init__(
        self,
        *,
        store: TomorrowStore,
        ladder: Ladder,
        texts: TextStore,
        post: Post,
        words: Words,
        audit: Audit,
        house: BusinessView,
        channels: Collection[ChannelName],
        clock: Clock,
    ) -> None:
        self._store = store
        self._ladder = ladder
        self._texts = texts
        self._post = post
        self._words = words
        self._audit = audit
        self._house = house
        self._calendar = calendar_of(house)
        self._channels = channels
        self._clock = clock

    @property
    def day(self) -> date:
        """Which day that is."""
        return self._calendar.today(self._clock.now()) + _DAY

    async def messages(self) -> Sequence[ComingMessage]:
        """All of them, by name; those that were kept back are among them."""
        steps = await self._ladder.steps()
        book = TextBook.of(await self._texts.newest())
        return [self._message(one, steps, book) for one in await self._coming(steps)]

    async def message(self, client: ClientId, day: date) -> ComingMessage:
        """One client's; a refusal if there is none, or the day has come."""
        self._still_ahead(day)
        for one in await self.messages():
            if one.client == client:
                return one
        raise Conflict("errors.tomorrow.none")

    async def skip(self, client: ClientId, day: date, by: PersonId, *, skipped: bool) -> None:
        """Keep one back, or let it go after all. The steps that come later go as ever."""
        self._still_ahead(day)
        now = self._clock.now()
        coming = await self._coming(await self._ladder.steps())
        lines = [line for one in coming if one.client == client for line in one.lines]
        if skipped:
            await self._store.skip(lines, now)
        else:
            await self._store.take_back(lines)
        about = {"client": client, **details(day=day, skipped=skipped)}
        await self._audit.note("reminder.skipped", by, now, about)

    async def tell(self) -> int:
        """Tell everybody who decides, once an evening, if anything leaves; how many notices."""
        if not self._house.evening_digest or not self._is_evening():
            return 0
        purpose = purpose_of(self.day)
        staff = [m for m in await self._post.staff() if not await self._store.was_told(m, purpose)]
        messages = [one for one in await self.messages() if not one.skipped] if staff else []
        if not messages:
            return 0
        notice = self._notice(purpose, messages)
        return sum([await self._post.tell(member, notice) is not None for member in staff])

    def reads(self, message: ComingMessage) -> Text:
        """The words as the client will read them, in their language."""
        lines = [self._words.say(line, message.language) for line in message.body]
        return plain("\n".join(lines))

    def groups(self, messages: Sequence[ComingMessage]) -> list[Text]:
        """How many go in which words, and one of each as it reads."""
        shown: list[Text] = []
        for form, count in Counter(one.form for one in messages).most_common():
            first = next(one for one in messages if one.form == form)
            shown.append(t("tomorrow.group", count=count, form=t(f"whatsapp.form.{form}")))
            shown.append(t("tomorrow.example", name=plain(first.name), words=self.reads(first)))
        return shown

    def _notice(self, purpose: str, messages: Sequence[ComingMessage]) -> Notice:
        title = t("tomorrow.title", day=self.day, count=len(messages))
        buttons = (
            Press(t("tomorrow.go.list"), "tomorrow_list"),
            Press(t("tomorrow.fine"), "tomorrow_fine"),
            Press(t("tomorrow.go.ladder"), "ladder"),
        )
        return Notice(purpose, (title, *self.groups(messages)), buttons)

    async def _coming(self, steps: Sequence[Step]) -> Sequence[Coming]:
        """What has reached a step by the end of the day, if anybody may be written to on it."""
        begins = self._calendar.at(self.day, time.min)
        opens = self._calendar.next_allowed(begins)
        if self._calendar.today(opens) != self.day:
            return []
        ends = self._calendar.at(self.day + _DAY, time.min) - timedelta(microseconds=1)
        dues = due_now(steps, ends, self._calendar)
        bounds = Bounds(self.day, self._calendar.closes(opens), self._house.rules)
        return await self._store.coming(dues, self._channels, bounds)

    def _message(self, one: Coming, steps: Sequence[Step], book: TextBook) -> ComingMessage:
        form = form_of(one.lines, {step.id: step for step in steps}, self.day)
        body, _ = words_of(one.name, self._house, one.lines, form, one.language, book)
        about = one.client, one.name, one.language, form, body
        return ComingMessage(*about, skipped=one.skipped, channel=one.channel)

    def _still_ahead(self, day: date) -> None:
        if day != self.day:
            raise Conflict("errors.tomorrow.over")

    def _is_evening(self) -> bool:
        local: datetime = self._clock.now().astimezone(self._calendar.zone)
        return local.time() >= EVENING
