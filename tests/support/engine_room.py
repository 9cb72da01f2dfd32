"""The engine over a real database: people who owe, rows that wait, a provider that is played."""

import asyncio
import itertools
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from bot.domain.clock import FrozenClock
from bot.domain.delivery import Accepted, Outcome, Report, State
from bot.domain.ids import OutboxId, PersonId
from bot.domain.message import ChannelName, Outgoing, Parcel
from bot.domain.text import plain
from bot.jobs.gate import Gate, Limits
from bot.jobs.rooms import Room
from bot.services.alerts import Alerts
from bot.services.business import calendar_of, first_hours
from bot.services.number_asking import NumberAsking
from bot.services.ports.house import BusinessView
from bot.services.ports.outbox import Claimed, Ending, Finished
from bot.services.ports.post import NewRow
from bot.services.post import Postman
from bot.services.recovery import Recovery
from bot.services.reminders import Reminders
from bot.services.template_alerts import TemplateAlerts
from bot.services.templates import Templates
from bot.storage.channel_states import ChannelStates
from bot.storage.contacts import Contacts
from bot.storage.engine import Engines
from bot.storage.files import Files
from bot.storage.ladder import Ladder
from bot.storage.leases import Leases
from bot.storage.number_paces import NumberPaces
from bot.storage.offers import Offers
from bot.storage.outbox import Outbox
from bot.storage.outcomes import Outcomes
from bot.storage.own_number import NumberBook
from bot.storage.people import People
from bot.storage.planner import Planner
from bot.storage.reports import Reports
from bot.storage.sheets import Sheets
from bot.storage.sweeping import Sweeping
from bot.storage.tables import (
    addresses,
    attempts,
    charges,
    claims,
    clients,
    ladder_steps,
    notice_lines,
    outbox,
    people,
    plans,
    subscriptions,
)
from bot.storage.templates import Templates as TemplateStore
from bot.storage.texts import Texts
from bot.storage.tickets import Tickets
from bot.storage.wire import pack

NOON = datetime(2026, 11, 25, 15, tzinfo=UTC)  # noon in São Paulo, a Wednesday
TODAY = date(2026, 11, 25)
HOUSE = BusinessView(
    name="Academia Boa Forma",
    city="Vitória",
    pix_key="pix@boaforma.com.br",
    zone="America/Sao_Paulo",
    currency="BRL",
    country="BR",
    language="pt_BR",
    hours=first_hours(),
    set_up=True,
)
CALENDAR = calendar_of(HOUSE)
FAST = Limits(per_second=100_000, burst=100_000, every_s=0.000001, personal_burst=1000)
WHATSAPP, TELEGRAM = ChannelName.WHATSAPP, ChannelName.TELEGRAM


class Provider:
    """A channel's far side: takes everything, unless it is told to answer otherwise."""

    def __init__(self) -> None:
        self.sent: list[Parcel] = []
        self.answers: list[Outcome | Exception] = []
        self.hold: asyncio.Event | None = None
        self.at_once = 0
        self.most_at_once = 0

    async def send(self, parcel: Parcel) -> Outcome:
        self.sent.append(parcel)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if self.hold:
                await self.hold.wait()
        finally:
            self.at_once -= 1
        answer = self.answers.pop(0) if self.answers else Accepted(f"id-{parcel.opaque}")
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def said(self) -> list[str]:
        """The plain words that arrived, in order."""
        return [str(parcel.outgoing.body[0].params.get("words")) for parcel in self.sent]


@dataclass
class EngineRoom:
    """Everything the engine needs, over one database."""

    engines: Engines
    clock: FrozenClock = field(default_factory=lambda: FrozenClock(NOON))
    house: BusinessView | None = HOUSE
    channels: tuple[ChannelName, ...] = (TELEGRAM, WHATSAPP)
    plan_id: int = 0
    _count: Any = field(default_factory=lambda: itertools.count(1))

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def gates(self, limits: Limits = FAST) -> dict[ChannelName, Gate]:
        return {channel: Gate(channel, self.clock, limits) for channel in self.channels}

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[Any]:
        async with self.engines.writer.begin() as connection:
            yield connection

    @asynccontextmanager
    async def rooms(self) -> AsyncIterator[Room]:
        async with self.engines.writer.begin() as connection:
            waiting = Outbox(connection, self.clock)
            store = TemplateStore(connection)

            async def reminders() -> Reminders | None:
                return self.reminders(connection) if self.house else None

            async def nothing() -> None:
                return None

            post = Postman(
                people=People(connection),
                outbox=waiting,
                tickets=Tickets(connection),
                clock=self.clock,
                pack=pack,
            )
            states = ChannelStates(connection)
            yield Room(
                leases=Leases(connection),
                outcomes=Outcomes(connection, random.SystemRandom()),
                sweeping=Sweeping(connection),
                waiting=waiting,
                files=Files(connection, self.clock),
                offers=Offers(connection),
                forms=store,
                templates=Templates(
                    store=store,
                    texts=Texts(connection),
                    clock=self.clock,
                    spoken=("pt_BR", "en", "es"),
                ),
                texts=Texts(connection),
                template_alerts=TemplateAlerts(store, Texts(connection), post, self.clock.now),
                post=post,
                recovery=Recovery(states=states, clock=self.clock),
                number=NumberAsking(
                    book=NumberBook(connection, WHATSAPP),
                    states=states,
                    pace=NumberPaces(connection),
                    clock=self.clock,
                ),
                alerts=Alerts(states=states, post=post, told=waiting, clock=self.clock),
                now=self.clock.now,
                reminders=reminders,
                charges=nothing,
                big_days=nothing,
                tomorrow=nothing,
                arrivals=nothing,
            )

    def reminders(self, connection: Any) -> Reminders:
        assert self.house
        return Reminders(
            ladder=Ladder(connection),
            planner=Planner(connection),
            sheets=Sheets(connection),
            texts=Texts(connection),
            house=self.house,
            calendar=CALENDAR,
            contacts=Contacts(connection),
            channels=self.channels,
            clock=self.clock,
        )

    async def begin(self) -> None:
        """A ladder, and a plan to bill by."""
        async with self.connect() as connection:
            await Ladder(connection).seed()
        self.plan_id = await self.plan_called("Mensal")

    async def plan_called(self, name: str) -> int:
        """One more plan to bill by."""
        about = {"price": 4990, "currency": "BRL", "period": "monthly"}
        async with self.connect() as connection:
            return await _id(connection, plans, name=name, key=name.casefold(), **about)

    async def step(self, days: int, **about: Any) -> int:
        """One more step of the ladder, at nine."""
        said = {"at": time(9), "template": "reminder_late", **about}
        async with self.connect() as connection:
            return await _id(connection, ladder_steps, offset_days=days, **said)

    async def person(
        self,
        name: str = "Ana Souza",
        *,
        channel: ChannelName = TELEGRAM,
        role: str | None = None,
        wrote: timedelta | None = timedelta(minutes=1),
        unreachable: bool = False,
    ) -> PersonId:
        """Somebody with one chat; ``wrote`` is how long ago they last did."""
        async with self.connect() as connection:
            person = await _id(
                connection, people, name=name, role=role, language="pt_BR", created_at=self.now
            )
            await self._address(connection, person, channel, wrote, unreachable=unreachable)
        return PersonId(person)

    async def address(
        self, person: int, channel: ChannelName, wrote: timedelta | None = None
    ) -> None:
        async with self.connect() as connection:
            await self._address(connection, person, channel, wrote, unreachable=False)

    async def _address(
        self,
        connection: Any,
        person: int,
        channel: ChannelName,
        wrote: timedelta | None,
        *,
        unreachable: bool,
    ) -> None:
        to = address_of(person, channel)
        await connection.execute(
            sa.insert(addresses).values(
                person_id=person,
                channel=channel,
                key=to,
                send_to=to,
                last_inbound_at=None if wrote is None else self.now - wrote,
                unreachable_at=self.now if unreachable else None,
            )
        )

    async def client(self, name: str = "Ana Souza", **about: Any) -> "Client":
        """Somebody billed every month, reached over Telegram unless said otherwise."""
        opted_out = about.pop("opted_out", False)
        standing = about.pop("standing", "active")
        person = await self.person(name, **about)
        async with self.connect() as connection:
            client = await _id(
                connection,
                clients,
                person_id=person,
                name=name,
                name_key=name.casefold(),
                phone=f"+55{person}",
                phone_key=f"55{person}",
                opted_out_at=self.now if opted_out else None,
                created_at=self.now,
            )
            subscription = await _id(
                connection,
                subscriptions,
                client_id=client,
                plan_id=self.plan_id,
                price=4990,
                currency="BRL",
                period="monthly",
                anchor=TODAY,
                standing=standing,
                next_due=TODAY,
                standing_since=self.now,
                created_at=self.now,
            )
        return Client(self, client, person, subscription)

    async def queue(
        self,
        person: int,
        words: str = "Oi",
        *,
        channel: ChannelName = TELEGRAM,
        kind: str = "screen",
        purpose: str = "answer",
        priority: int = 1,
        outgoing: Outgoing | None = None,
    ) -> OutboxId:
        """A row of the outbox."""
        said = outgoing or Outgoing((plain(words),))
        row = NewRow(
            person_id=PersonId(person),
            channel=channel,
            send_to=address_of(person, channel),
            kind=kind,
            purpose=purpose,
            payload=pack(said),
            priority=priority,
        )
        async with self.connect() as connection:
            return (await Outbox(connection, self.clock).add([row]))[0]

    async def claim(
        self, worker: str = "w", channel: ChannelName = TELEGRAM, limit: int = 100
    ) -> Sequence[Claimed]:
        async with self.connect() as connection:
            return await Leases(connection).claim(worker, channel, limit, self.now)

    async def mark(self, rows: Sequence[Claimed]) -> frozenset[OutboxId]:
        async with self.connect() as connection:
            return await Leases(connection).mark_sending(rows, self.now)

    async def leave(self, worker: str = "w", channel: ChannelName = TELEGRAM) -> Sequence[Claimed]:
        """Claimed, and written down as about to leave."""
        rows = await self.claim(worker, channel)
        await self.mark(rows)
        return rows

    async def record(self, row: Claimed, ending: Ending) -> None:
        async with self.connect() as connection:
            outcomes = Outcomes(connection, random.SystemRandom())
            await outcomes.record([Finished(row, ending, self.now)], self.now)

    async def report(self, *reports: Report, channel: ChannelName = WHATSAPP) -> int:
        async with self.connect() as connection:
            return await Reports(connection).apply(channel, reports, self.now)

    async def sweep(self) -> Any:
        async with self.connect() as connection:
            return await Sweeping(connection).sweep(self.now)

    async def heard(self, channel: ChannelName = WHATSAPP) -> None:
        async with self.connect() as connection:
            await ChannelStates(connection).heard(channel, self.now)

    async def plan(self) -> int:
        """The reminders' plan, as often as it takes."""
        planned = 0
        while True:
            async with self.connect() as connection:
                batch = await self.reminders(connection).plan()
            planned += batch
            if not batch:
                return planned

    async def row(self, number: int) -> Any:
        return (await self.rows(sa.select(outbox).where(outbox.c.id == number)))[0]

    async def rows(self, query: sa.Select[Any] | None = None) -> list[Any]:
        """Whatever a query finds; the whole outbox without one."""
        wanted = sa.select(outbox).order_by(outbox.c.id) if query is None else query
        async with self.engines.reader.connect() as connection:
            return list((await connection.execute(wanted)).all())

    async def state(self, number: int) -> State:
        return State((await self.row(number)).state)

    async def steps_of(self, number: int) -> list[str]:
        """What the diary says of a row."""
        query = sa.select(attempts.c.what).where(attempts.c.outbox_id == number)
        return [row.what for row in await self.rows(query.order_by(attempts.c.id))]

    async def lines(self) -> list[tuple[int, int, str]]:
        """(charge, days of the step from the due date, state), in order."""
        ladder = {step.id: step.offset_days for step in await self.ladder()}
        query = sa.select(notice_lines).order_by(notice_lines.c.charge_id, notice_lines.c.step_id)
        return [(row.charge_id, ladder[row.step_id], row.state) for row in await self.rows(query)]

    async def ladder(self) -> Any:
        async with self.connect() as connection:
            return await Ladder(connection).steps()

    async def change(self, statement: Any) -> None:
        async with self.connect() as connection:
            await connection.execute(statement)


@dataclass
class Client:
    """Somebody who is billed."""

    room: EngineRoom
    id: int
    person: int
    subscription: int
    cycles: Callable[[], int] = field(default_factory=lambda: itertools.count().__next__)

    async def owes(self, due_on: date, *, reminded: bool = True, amount: int = 4990) -> int:
        """A charge due on a day."""
        async with self.room.connect() as connection:
            cycle = self.cycles()
            return await _id(
                connection,
                charges,
                client_id=self.id,
                subscription_id=self.subscription,
                cycle=cycle,
                amount=amount,
                currency="BRL",
                due_on=due_on,
                txid=f"T{self.id}X{cycle}",
                reminded=reminded,
                created_at=self.room.now,
            )

    async def pays(self, charge: int) -> None:
        paid = sa.update(charges).where(charges.c.id == charge)
        await self.room.change(paid.values(paid=charges.c.amount, settled_at=self.room.now))

    async def moves_to(self, plan: int) -> None:
        mine = sa.update(subscriptions).where(subscriptions.c.id == self.subscription)
        await self.room.change(mine.values(plan_id=plan))

    async def claims(self) -> None:
        made = sa.insert(claims).values(
            client_id=self.id, state="pending", created_at=self.room.now
        )
        await self.room.change(made)


def address_of(person: int, channel: ChannelName) -> str:
    return f"55119{person:08}" if channel is WHATSAPP else str(1000 + person)


async def _id(connection: Any, table: sa.Table, **values: Any) -> int:
    made = await connection.execute(sa.insert(table).values(**values).returning(table.c.id))
    return int(made.scalar_one())
