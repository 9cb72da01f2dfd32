"""How the business stands, in figures."""

from datetime import date
from typing import Annotated

from pydantic import Field

from bot.domain.charge import AGES
from bot.domain.scope import Scope
from bot.services.figures import Count, Numbers
from bot.web.api.desk import ApiDesk
from bot.web.api.routing import Routes
from bot.web.api.shapes import MoneyOut, Told, money

routes = Routes()


class CountOut(Told):
    """So many charges, and what is left of them."""

    number: int
    left: MoneyOut


class MonthOut(Told):
    """One month: what came in, and what was or will be due."""

    month: Annotated[str, Field(pattern="^[0-9]{4}-[0-9]{2}$")]
    received: MoneyOut
    expected: MoneyOut


class AgeOut(Told):
    """What is overdue since so many days; `to` is none for the oldest."""

    days_from: int
    days_to: int | None
    left: MoneyOut


class RemindersOut(Told):
    """The month's reminders."""

    sent: int
    delivered: int
    read: int
    failed: int


class StatsOut(Told):
    """What `/numeros` tells in the chat. `rate`: percent paid of what fell due this month."""

    today: date
    active_clients: int
    months: list[MonthOut]
    open: CountOut
    late: CountOut
    ages: list[AgeOut]
    due_today: CountOut
    due_soon: CountOut
    reminders: RemindersOut
    rate: float | None


@routes.add("GET", "/api/stats", Scope.READ)
async def stats(desk: ApiDesk) -> StatsOut:
    """The month so far and the five before it."""
    return _stats(await desk.stats.numbers())


def _count(count: Count) -> CountOut:
    return CountOut(number=count.number, left=money(count.left))


def _stats(now: Numbers) -> StatsOut:
    reminders = now.reminders
    return StatsOut(
        today=now.today,
        active_clients=now.active_clients,
        months=[
            MonthOut(
                month=f"{month.first:%Y-%m}",
                received=money(month.received),
                expected=money(month.expected),
            )
            for month in now.months
        ],
        open=_count(now.open),
        late=_count(now.late),
        ages=[
            AgeOut(days_from=first, days_to=last, left=money(left))
            for (first, last), left in zip(AGES, now.ages, strict=True)
        ],
        due_today=_count(now.due_today),
        due_soon=_count(now.soon),
        reminders=RemindersOut(
            sent=reminders.sent,
            delivered=reminders.delivered,
            read=reminders.read,
            failed=reminders.failed,
        ),
        rate=None if now.rate is None else float(now.rate),
    )
