"""How our WhatsApp number stands, how well its messages arrive, and what they cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time

from bot.domain.calendar import Calendar
from bot.domain.clock import Clock
from bot.domain.contact import DAY, NO_LIMIT, ContactRules
from bot.domain.errors import NotFound
from bot.domain.ids import OutboxId, PersonId
from bot.domain.message import ChannelName
from bot.domain.message_cost import CATEGORIES, ELSEWHERE, BillLine, Prices, Rate, bill
from bot.domain.own_number import Arrived, NumberFacts
from bot.domain.text import t
from bot.domain.trail import changed
from bot.services.ports.contact import Contacts
from bot.services.ports.house import Audit
from bot.services.ports.own_number import MessageCosts, NumberBook
from bot.services.ports.post import Notice, Post


@dataclass(frozen=True, slots=True)
class OwnNumberView:
    """The number at a glance. ``people`` were written to first within a day, of ``people_a_day``.

    ``facts`` are as of ``told_at``; ``bill`` is of the month so far.
    """

    facts: NumberFacts | None
    told_at: datetime | None
    people: int
    people_a_day: int | None
    arrived: Arrived
    bill: tuple[BillLine, ...]


class OwnNumber:
    """One transaction's look at the number. ``first_prices`` hold until the owner says others."""

    def __init__(
        self,
        *,
        book: NumberBook,
        costs: MessageCosts,
        contacts: Contacts,
        post: Post,
        audit: Audit,
        rules: ContactRules,
        calendar: Calendar,
        clock: Clock,
        first_prices: Prices,
    ) -> None:
        self._book = book
        self._costs = costs
        self._contacts = contacts
        self._post = post
        self._audit = audit
        self._rules = rules
        self._calendar = calendar
        self._clock = clock
        self._first_prices = first_prices

    async def view(self) -> OwnNumberView:
        """Everything that is known."""
        now = self._clock.now()
        known = await self._book.known()
        limit = self._rules.day_limit(await self._contacts.allowed(ChannelName.WHATSAPP))
        counted = await self._costs.counted(self._month_began(now))
        return OwnNumberView(
            facts=known.facts,
            told_at=known.told_at,
            people=await self._contacts.reach(ChannelName.WHATSAPP, now - DAY),
            people_a_day=None if limit >= NO_LIMIT else limit,
            arrived=await self._book.arrived(now - DAY),
            bill=bill(counted, await self.prices()),
        )

    async def prices(self) -> Prices:
        """What each message costs, as the owner says."""
        return (await self._costs.prices()).over(self._first_prices)

    async def price(self, category: str, code: str, rate: Rate, *, by: PersonId) -> None:
        """Say what a message of a category to a country costs; without a code, to all others."""
        if category not in CATEGORIES:
            raise NotFound("errors.rate.category")
        was = (await self.prices()).rates.get((category, code or ELSEWHERE))
        await self._costs.price(category, code or ELSEWHERE, rate)
        name = f"{category} +{code}" if code else category
        await self._note({name: str(was) if was else None}, {name: str(rate)}, by)

    async def let_go_free(self, category: str, a_month: int, *, by: PersonId) -> None:
        """Say how many of a category cost nothing each month."""
        was = (await self.prices()).free.get(category)
        await self._costs.let_go_free(category, a_month)
        name = f"{category} free"
        await self._note({name: was}, {name: a_month}, by)

    async def ask_again(self) -> None:
        """Ask the network at the next occasion."""
        await self._book.asked(None)

    async def try_out(self, person: PersonId) -> OutboxId | None:
        """Send somebody of the house a message, to see it arrive; none if they have no chat."""
        notice = Notice("number_test", (t("number.test"),), over=ChannelName.WHATSAPP)
        return await self._post.tell(person, notice)

    async def _note(
        self, was: Mapping[str, object], now: Mapping[str, object], by: PersonId
    ) -> None:
        await self._audit.note(
            "number.priced", by, self._clock.now(), changed(dict(was), dict(now))
        )

    def _month_began(self, now: datetime) -> datetime:
        return self._calendar.at(self._calendar.today(now).replace(day=1), time.min)
