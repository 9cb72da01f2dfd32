"""How the business is doing: a glance for the first screen, and the numbers of the month."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from bot.domain.calendar import Calendar
from bot.domain.charge import AGES, age_bucket, days_late
from bot.domain.clock import Clock
from bot.domain.days import month_of
from bot.domain.delivery import ARRIVED, State
from bot.domain.money import Money
from bot.domain.plan import Period
from bot.resilience.cache import Kind
from bot.services.figures import Count, Glance, MonthSum, Numbers, Reminders
from bot.services.ports.house import BusinessView
from bot.services.ports.kept import FIGURES_S, FRESH, STATUS_S, Kept, Subject
from bot.services.ports.stats import Billed, Coming, OpenDay, StatsStore

MONTHS = 6
SOON = timedelta(days=7)

_ON = frozenset({Subject.MONEY, Subject.CLAIMS})
GLANCE: Kind[Glance] = Kind("glance", FIGURES_S, _ON, Glance)
NUMBERS: Kind[Numbers] = Kind("numbers", FIGURES_S, frozenset({Subject.MONEY}), Numbers)
# Nobody of the house changes these; they move as the networks report, many times a second.
REMINDERS: Kind[Reminders] = Kind("reminders", STATUS_S, shape=Reminders)

_DELIVERED = (State.DELIVERED, State.READ)
_FAILED = (State.FAILED, State.GIVEN_UP)


class Stats:
    """Figures of the one business."""

    def __init__(
        self,
        *,
        stats: StatsStore,
        house: BusinessView,
        calendar: Calendar,
        clock: Clock,
        kept: Kept = FRESH,
    ) -> None:
        self._stats = stats
        self._kept = kept
        self._currency = house.currency
        self._calendar = calendar
        self._clock = clock

    async def glance(self) -> Glance:
        """What wants attention now."""
        today = self._calendar.today(self._clock.now())
        return await self._kept.get(
            GLANCE, f"{today} {self._currency}", lambda: self._glance(today)
        )

    async def numbers(self) -> Numbers:
        """The month so far, and the five before it."""
        today = self._calendar.today(self._clock.now())
        since = self._calendar.at(today.replace(day=1), time())
        sums = await self._kept.get(NUMBERS, f"{today} {self._currency}", lambda: self._sums(today))
        sent = await self._kept.get(REMINDERS, f"{since}", lambda: self._reminders(since))
        return replace(sums, reminders=sent)

    async def _glance(self, today: date) -> Glance:
        late = await self._stats.late(today)
        return Glance(
            late=late.count,
            late_amount=self._money(late.minor),
            due_today=await self._stats.due_on(today),
            claims=await self._stats.pending_claims(),
            more=late.more,
        )

    async def _reminders(self, since: datetime) -> Reminders:
        return _reminders(await self._stats.reminders(since))

    async def _sums(self, today: date) -> Numbers:
        """All but the reminders."""
        opened = await self._stats.open_by_day()
        late = [day for day in opened if day.due_on < today]
        months = _last_months(today, MONTHS)
        billed = await self._stats.billed(months[0], month_of(today)[1])
        return Numbers(
            today=today,
            active_clients=await self._stats.active_clients(),
            months=await self._months(months, billed),
            open=self._count(opened),
            late=self._count(late),
            ages=self._ages(late, today),
            due_today=self._count(day for day in opened if day.due_on == today),
            soon=self._count(day for day in opened if today < day.due_on <= today + SOON),
            reminders=Reminders(0, 0, 0, 0),
            rate=_rate(day for day in billed if months[-1] <= day.due_on <= today),
        )

    async def _months(
        self, months: Sequence[date], billed: Sequence[Billed]
    ) -> tuple[MonthSum, ...]:
        start, end = months[0], month_of(months[-1])[1]
        received = await self._stats.received(start, end)
        coming = await self._stats.coming(start, end)
        due = [(day.due_on, day.amount) for day in billed]
        due += [fall for row in coming for fall in _falls(row, end)]
        return tuple(
            MonthSum(first, self._of(first, received.items()), self._of(first, due))
            for first in months
        )

    def _of(self, month: date, days: Iterable[tuple[date, int]]) -> Money:
        return self._money(sum(minor for day, minor in days if day.replace(day=1) == month))

    def _ages(self, late: Sequence[OpenDay], today: date) -> tuple[Money, ...]:
        ages = [0] * len(AGES)
        for day in late:
            ages[age_bucket(days_late(day.due_on, today))] += day.left
        return tuple(self._money(minor) for minor in ages)

    def _count(self, days: Iterable[OpenDay]) -> Count:
        found = list(days)
        left = sum(day.left for day in found)
        return Count(sum(day.count for day in found), self._money(left))

    def _money(self, minor: int) -> Money:
        return Money(minor, self._currency)


def _last_months(today: date, count: int) -> list[date]:
    """The first days of the last months, today's month last."""
    months = [today.replace(day=1)]
    while len(months) < count:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return months[::-1]


def _rate(billed: Iterable[Billed]) -> Decimal | None:
    """The share that is paid of what was billed, in percent."""
    days = list(billed)
    amount = sum(day.amount for day in days)
    if not amount:
        return None
    return (Decimal(100 * sum(day.paid for day in days)) / amount).quantize(Decimal("0.1"))


def _falls(coming: Coming, end: date) -> Iterable[tuple[date, int]]:
    """Every due date until the end of the month; only what counts in days has several."""
    step = Period(coming.period).days
    due_on = coming.next_due
    while due_on <= end:
        yield due_on, coming.amount
        if not step:
            return
        due_on += timedelta(days=step)


def _reminders(by_state: Mapping[str, int]) -> Reminders:
    def counted(states: Iterable[State]) -> int:
        return sum(by_state.get(state, 0) for state in states)

    return Reminders(
        sent=counted(ARRIVED),
        delivered=counted(_DELIVERED),
        read=counted((State.READ,)),
        failed=counted(_FAILED),
    )
