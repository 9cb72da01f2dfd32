"""A house whose number has to be treated with care: the engine as composition puts it together,
a gateway that is played, and a clock that goes from one thing that is due to the next.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.domain.days import DueDay
from bot.domain.delivery import Accepted, Outcome, Report, Snooze, State
from bot.domain.ids import PersonId
from bot.domain.message import Address, Parcel
from bot.domain.money import Money
from bot.domain.phone import Phone
from bot.domain.plan import Period
from bot.forms.client import NewClient
from bot.forms.plan import NewPlan
from bot.jobs.number_watch import NumberWatch
from bot.services.ports.big_days import Answer
from bot.services.ports.people import Caller
from bot.storage.callers import address_key
from bot.storage.engine import Engines
from bot.storage.tables import addresses, number_paces, outbox
from tests.support.machine import WHATSAPP, Machine

ZONE = ZoneInfo("America/Sao_Paulo")
OWNER_PHONE = "+5527999990000"
PLANNED_EVERY = timedelta(minutes=10)
Answering = Callable[[Parcel], Outcome | None]


@dataclass
class Gateway:
    """The far side: takes what it is given, and tells of it a moment later.

    ``answers`` may say something else to a message; ``silent`` takes and tells of nothing.
    """

    machine: Machine | None = None
    answers: Answering | None = None
    silent: bool = False
    phone_off: frozenset[str] = frozenset()
    left: list[tuple[datetime, str]] = field(default_factory=list)
    taken: list[tuple[datetime, str]] = field(default_factory=list)
    news: list[tuple[datetime, Report]] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        assert self.machine
        return self.machine.now

    async def send(self, parcel: Parcel) -> Outcome:
        self.left.append((self.now, parcel.address.to))
        said = self.answers(parcel) if self.answers else None
        if said is not None:
            return said
        name = f"3EB0{parcel.opaque}{len(self.left)}"
        self.taken.append((self.now, parcel.address.to))
        if not self.silent:
            self._tell(name, State.SENT, 1)
            if parcel.address.to not in self.phone_off:
                self._tell(name, State.DELIVERED, 3)
        return Accepted(name)

    def _tell(self, name: str, state: State, after_s: int) -> None:
        at = self.now + timedelta(seconds=after_s)
        self.news.append((at, Report(name, state, at)))

    def starts(self, since: datetime | None = None) -> list[tuple[datetime, str]]:
        """What was taken for clients, not for the owner."""
        return [
            (at, to) for at, to in self.taken if to != OWNER_PHONE and (not since or at > since)
        ]


@dataclass
class Session:
    """The link to the network, as the house renews it."""

    restarted: int = 0
    ended: int = 0
    said: bool = False

    async def restart(self) -> None:
        self.restarted += 1
        self.said = True

    async def end(self) -> None:
        self.ended += 1


class CarefulHouse:
    """The machine, its gateway and the people."""

    def __init__(self, engines: Engines, start: datetime) -> None:
        self.gateway = Gateway()
        self.machine = Machine(engines, start, self.gateway)
        self.machine.premises.plain = frozenset({WHATSAPP})
        self.gateway.machine = self.machine
        self.session = Session()
        self._planned_at = start - PLANNED_EVERY

    @property
    def now(self) -> datetime:
        return self.machine.now

    async def begin(self, *, owner_on_whatsapp: bool = True) -> None:
        self.owner = await self.machine.begin()
        async with self.machine.shop() as shop:
            await shop.unit.number_paces.begin(kept=True)
            await shop.plans.add(NewPlan(plan="Mensal", price=Money(4990), period=Period.MONTHLY))
            self.calendar = shop.calendar
        if owner_on_whatsapp:
            async with self.machine.units.write() as unit:
                phone = sa.insert(addresses).values(
                    person_id=self.owner,
                    channel=WHATSAPP,
                    key=address_key(WHATSAPP, OWNER_PHONE),
                    send_to=OWNER_PHONE,
                )
                await unit.connection.execute(phone)

    async def client(self, number: int, first_due: date) -> str:
        """Somebody who owes by that day; their phone."""
        phone = Phone.read(f"27 9{90000001 + number}")
        new = NewClient(
            name=f"Cliente {number:03}",
            phone=phone,
            plan="Mensal",
            price=Money(4990),
            first_due=DueDay.read(str(first_due), self.machine.wall.date()),
        )
        async with self.machine.shop() as shop:
            await shop.clients.add(new)
        return f"+5527{990000001 + number}"

    async def clients(self, count: int, first_due: date, first: int = 0) -> list[str]:
        return [await self.client(first + number, first_due) for number in range(count)]

    async def writes(self, phone: str) -> PersonId:
        """Somebody writes to us."""
        async with self.machine.units.write() as unit:
            who = await unit.people.calling(
                Caller(Address(WHATSAPP, phone), "x", "pt_BR"), self.now
            )
            return who.id

    async def look(self) -> None:
        """Everything that is due at this moment; the day's plan is looked at now and then."""
        await self._hear()
        if self.now - self._planned_at >= PLANNED_EVERY:
            self._planned_at = self.now
            await self.machine.rounds.sweep()
            await self.machine.rounds.open_charges()
            await self._big_day()
            await self.machine.rounds.plan()
        await self.watch()
        await self.machine.worker.once()

    async def watch(self) -> None:
        await NumberWatch(self.machine.rooms, self.session).run()
        if self.session.said:  # what it says when it connects
            self.session.said = False
            async with self.machine.units.write() as unit:
                await unit.channel_states.heard(WHATSAPP, self.now)

    async def _hear(self) -> None:
        ripe = [report for at, report in self.gateway.news if at <= self.now]
        if ripe:
            self.gateway.news = [each for each in self.gateway.news if each[0] > self.now]
            async with self.machine.units.write() as unit:
                await unit.channel_states.heard(WHATSAPP, self.now)
                await unit.reports.apply(WHATSAPP, ripe, self.now)

    async def _big_day(self) -> None:
        async with self.machine.shop() as shop:
            await shop.big_days.waits()
            if asked := await shop.big_days.pending():
                await shop.big_days.decide(asked.day, Answer.SEND, self.owner)

    async def until(self, end: datetime, at_most: timedelta = timedelta(hours=1)) -> None:
        """From one thing that is due to the next, until then."""
        await self.look()
        while (moment := await self._next(end, at_most)) < end:
            self.machine.clock.set(moment)
            await self.look()
        self.machine.clock.set(end)

    async def _next(self, end: datetime, at_most: timedelta) -> datetime:
        query = sa.select(sa.func.min(outbox.c.due_at)).where(
            outbox.c.state == "waiting", outbox.c.channel == WHATSAPP, outbox.c.due_at > self.now
        )
        due = (await self.machine.rows(query))[0][0]
        pace = await self.pace()
        news = [at for at, _ in self.gateway.news] if pace.held_why else []
        looks = []
        if pace.held_why:
            new = self.now - pace.held_at < timedelta(minutes=3)
            looks.append(self.now + timedelta(seconds=20 if new else 300))
        soonest: datetime = min(filter(None, [end, self.now + at_most, due, *news, *looks]))
        return max(soonest, self.now + timedelta(milliseconds=500))

    async def pace(self) -> Any:
        return (await self.machine.rows(sa.select(number_paces)))[0]

    async def rows(self, *which: Any) -> list[Any]:
        return await self.machine.rows(sa.select(outbox).where(*which).order_by(outbox.c.id))

    async def reasons(self) -> set[str]:
        """Why what waits waits."""
        return {row.reason for row in await self.rows(outbox.c.state == "waiting")}

    async def told(self) -> list[str]:
        """Why the house was written to."""
        query = sa.select(outbox.c.purpose).where(outbox.c.purpose.like("pace:%"))
        return [row.purpose for row in await self.machine.rows(query.order_by(outbox.c.id))]

    @asynccontextmanager
    async def shop(self) -> AsyncIterator[Any]:
        async with self.machine.shop() as shop:
            yield shop


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), ZONE)


def refuses(to: str, outcome: Outcome) -> Answering:
    """One phone's messages come back so; all others are taken."""
    return lambda parcel: outcome if parcel.address.to == to else None


def stopped(reason: str, until: datetime) -> Answering:
    return lambda _parcel: Snooze(until, reason, pause=True)
