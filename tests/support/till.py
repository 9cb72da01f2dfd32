"""A small shop with clients who owe and pay, over a real database, with a clock that stands."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.clock import FrozenClock
from bot.domain.ids import ClientId, PersonId, SubscriptionId
from bot.domain.message import ChannelName
from bot.domain.money import Money
from bot.domain.payment import Method
from bot.forms.payment import PaymentReceived
from bot.services.business import calendar_of, first_hours
from bot.services.charges import Charges
from bot.services.claims import Claims
from bot.services.payments import Payments, Recorded
from bot.services.pix import Pix
from bot.services.ports.house import BusinessView
from bot.services.post import Postman
from bot.services.stats import Stats
from bot.storage.audit import AuditLog
from bot.storage.callers import address_key
from bot.storage.charges import Charges as ChargeTable
from bot.storage.claims import Claims as ClaimTable
from bot.storage.engine import Engines
from bot.storage.files import Files
from bot.storage.house import Business
from bot.storage.outbox import Outbox
from bot.storage.payments import Payments as PaymentTable
from bot.storage.people import People
from bot.storage.stats import Stats as StatsTable
from bot.storage.tables import addresses, charges, clients, outbox, people, plans, subscriptions
from bot.storage.tickets import Tickets
from bot.storage.wire import pack, unpack

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


def phone_of(person: int) -> str:
    """The phone of a client of ours."""
    return f"+55279{90000000 + person}"


def reais(amount: str) -> Money:
    whole, _, cents = amount.partition(",")
    return Money(int(whole) * 100 + int(cents or "0"))


class Counter:
    """The services over one transaction."""

    def __init__(
        self, connection: AsyncConnection, house: BusinessView, clock: FrozenClock
    ) -> None:
        calendar = calendar_of(house)
        self.connection = connection
        self.outbox = Outbox(connection, clock)
        self.files = Files(connection, clock)
        self.charge_table = ChargeTable(connection)
        post = Postman(
            people=People(connection),
            outbox=self.outbox,
            tickets=Tickets(connection),
            clock=clock,
            pack=pack,
        )
        self.charges = Charges(
            charges=self.charge_table, house=house, calendar=calendar, clock=clock
        )
        self.payments = Payments(
            payments=PaymentTable(connection),
            charges=self.charge_table,
            claims=ClaimTable(connection),
            post=post,
            outbox=self.outbox,
            audit=AuditLog(connection),
            house=house,
            calendar=calendar,
            clock=clock,
        )
        self.claims = Claims(
            claims=ClaimTable(connection),
            payments=self.payments,
            charges=self.charge_table,
            post=post,
            outbox=self.outbox,
            audit=AuditLog(connection),
            house=house,
            calendar=calendar,
            clock=clock,
        )
        self.pix = Pix(
            charges=self.charges, post=post, outbox=self.outbox, house=house, clock=clock
        )
        self.stats = Stats(
            stats=StatsTable(connection), house=house, calendar=calendar, clock=clock
        )


@dataclass
class Till:
    """The shop's money. ``owner`` and ``manager`` are there once it has begun."""

    engines: Engines
    house: BusinessView = HOUSE
    clock: FrozenClock = field(default_factory=lambda: FrozenClock(NOON))
    owner: PersonId = field(init=False)
    manager: PersonId = field(init=False)
    _count: Any = field(default_factory=itertools.count)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Counter]:
        """One transaction."""
        async with self.engines.writer.begin() as connection:
            yield Counter(connection, self.house, self.clock)

    async def begin(self) -> None:
        """The business and two who decide on payments."""
        async with self.engines.writer.begin() as connection:
            await Business(connection).create(self.house, self.clock.now())
            await connection.execute(
                sa.insert(plans).values(
                    name="Mensal",
                    key="mensal",
                    price=4990,
                    currency=self.house.currency,
                    period="monthly",
                )
            )
            self.owner = await self._person(connection, "Rita", "owner", "telegram")
            self.manager = await self._person(connection, "Beto", "manager", "telegram")

    async def client(
        self,
        name: str = "Ana Souza",
        *,
        price: str = "49,90",
        anchor: date = TODAY,
        period: str = "monthly",
        standing: str = "active",
        opted_out: bool = False,
    ) -> ClientId:
        """Somebody billed from the anchor on; no charge is open yet."""
        async with self.engines.writer.begin() as connection:
            now = self.clock.now()
            person = await self._person(connection, name, None, "whatsapp")
            phone = phone_of(person)
            client = (
                await connection.execute(
                    sa.insert(clients)
                    .values(
                        person_id=person,
                        name=name,
                        name_key=name.casefold(),
                        phone=phone,
                        phone_key=phone,
                        opted_out_at=now if opted_out else None,
                        created_at=now,
                    )
                    .returning(clients.c.id)
                )
            ).scalar_one()
            await self._subscribe(connection, client, price, anchor, period, standing)
        return ClientId(client)

    async def debtor(self, name: str = "Ana Souza", **about: Any) -> ClientId:
        """Somebody whose charges are open as far as the calendar goes."""
        client = await self.client(name, **about)
        await self.open_due()
        return client

    async def open_due(self) -> int:
        async with self.open() as counter:
            return await counter.charges.open_due()

    async def pay(
        self,
        client: ClientId,
        amount: str,
        *,
        once: str | None = None,
        paid_on: date | None = None,
        by: PersonId | None = None,
    ) -> Recorded:
        """Record a payment."""
        said = PaymentReceived(
            client=client,
            amount=reais(amount),
            paid_on=paid_on or self.clock.now().date(),
            method=Method.CASH,
        )
        key = once or f"tap {next(self._count)}"
        async with self.open() as counter:
            return await counter.payments.record(said, by=by or self.owner, once=key)

    async def rows(self, query: sa.Select[Any]) -> list[Any]:
        """Whatever is in the tables."""
        async with self.engines.reader.connect() as connection:
            return list((await connection.execute(query)).all())

    async def charges(self, client: ClientId) -> list[Any]:
        """A client's charges, the oldest first."""
        query = sa.select(charges).where(charges.c.client_id == client)
        return await self.rows(query.order_by(charges.c.due_on))

    async def told(self, purpose: str) -> list[tuple[int, str, list[str]]]:
        """What was queued for a purpose: to whom, its state, and its sentences' keys."""
        rows = await self.rows(
            sa.select(outbox).where(outbox.c.purpose == purpose).order_by(outbox.c.id)
        )
        return [
            (row.person_id, row.state, [text.key for text in unpack(row.payload).body])
            for row in rows
        ]

    def rename(self, **values: Any) -> None:
        """Another house from the next transaction on."""
        self.house = replace(self.house, **values)

    async def _person(
        self, connection: AsyncConnection, name: str, role: str | None, channel: str
    ) -> PersonId:
        now = self.clock.now()
        written = await connection.execute(
            sa.insert(people)
            .values(name=name, role=role, language="pt_BR", created_at=now)
            .returning(people.c.id)
        )
        person = PersonId(written.scalar_one())
        to = phone_of(person) if channel == "whatsapp" else str(person)
        key = address_key(ChannelName(channel), to)
        await connection.execute(
            sa.insert(addresses).values(person_id=person, channel=channel, key=key, send_to=to)
        )
        return person

    async def _subscribe(
        self,
        connection: AsyncConnection,
        client: int,
        price: str,
        anchor: date,
        period: str,
        standing: str,
    ) -> SubscriptionId:
        now = self.clock.now()
        written = await connection.execute(
            sa.insert(subscriptions)
            .values(
                client_id=client,
                plan_id=sa.select(plans.c.id).limit(1).scalar_subquery(),
                price=reais(price).minor,
                currency=self.house.currency,
                period=period,
                anchor=anchor,
                day_of_month=anchor.day,
                standing=standing,
                next_due=anchor,
                standing_since=now,
                created_at=now,
            )
            .returning(subscriptions.c.id)
        )
        return SubscriptionId(written.scalar_one())
