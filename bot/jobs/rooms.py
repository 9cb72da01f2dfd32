"""What one transaction of the engine may reach; composition fills it."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from bot.domain.delivery import Outcome
from bot.domain.message import Parcel
from bot.services.alerts import Alerts
from bot.services.arrivals import Arrivals
from bot.services.big_days import BigDays
from bot.services.number_asking import NumberAsking
from bot.services.pace_watch import PaceWatch
from bot.services.pacing import Pacing
from bot.services.ports.desk import Shelf
from bot.services.ports.offers import Offers
from bot.services.ports.outbox import Leases, Outcomes, Sweeping, Waiting
from bot.services.ports.post import Post
from bot.services.ports.templates import TemplateStore
from bot.services.ports.texts import TextStore
from bot.services.recovery import Recovery
from bot.services.reminders import Reminders
from bot.services.template_alerts import TemplateAlerts
from bot.services.templates import Templates
from bot.services.tomorrow import Tomorrow


class Sender(Protocol):
    """A channel's way out."""

    async def send(self, parcel: Parcel) -> Outcome:
        """Send it, and say in one of five words what became of it."""
        ...


class ChargeCalendar(Protocol):
    """What opens charges by the calendar."""

    async def open_due(self) -> int:
        """Open every charge whose time has come; how many."""
        ...


class Careful(Protocol):
    """The pace of a number."""

    @property
    def pacing(self) -> Pacing:
        """Whom it may write to now."""
        ...

    @property
    def watch(self) -> PaceWatch:
        """How it is received."""
        ...


async def _nobody() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Room:
    """One transaction: committed when it is left, unless an error ends it.

    What needs the business to be known is asked for, and is none until there is one. So is
    what is ``careful``, unless our number has to be treated with care.
    """

    leases: Leases
    outcomes: Outcomes
    sweeping: Sweeping
    waiting: Waiting
    files: Shelf
    offers: Offers
    forms: TemplateStore
    templates: Templates
    texts: TextStore
    template_alerts: TemplateAlerts
    post: Post
    alerts: Alerts
    recovery: Recovery
    number: NumberAsking
    now: Callable[[], datetime]
    reminders: Callable[[], Awaitable[Reminders | None]]
    charges: Callable[[], Awaitable[ChargeCalendar | None]]
    big_days: Callable[[], Awaitable[BigDays | None]]
    tomorrow: Callable[[], Awaitable[Tomorrow | None]]
    arrivals: Callable[[], Awaitable[Arrivals | None]]
    careful: Callable[[], Awaitable[Careful | None]] = _nobody


Rooms: TypeAlias = Callable[[], AbstractAsyncContextManager[Room]]
