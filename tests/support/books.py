"""The whole shop over a real database: every service as the running program has it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache

from bot.composition.premises import Premises
from bot.composition.shop import Shop
from bot.domain.clock import FrozenClock
from bot.domain.days import DueDay
from bot.domain.ids import ClientId, FileId
from bot.domain.message import ChannelName
from bot.domain.money import Money
from bot.domain.phone import Phone
from bot.domain.plan import Period
from bot.forms.client import NewClient
from bot.forms.plan import NewPlan
from bot.services.business import first_hours
from bot.services.import_preview import ImportDone, ImportPreview
from bot.services.ports.billing import LEAD_DAYS
from bot.services.ports.clients import ClientCard, ClientRow
from bot.services.ports.house import BusinessView
from bot.services.ports.paging import Found
from bot.services.team import Doors
from bot.storage.engine import Engines
from bot.storage.unit_of_work import Units
from bot.words import Catalogues

NOON = datetime(2026, 10, 15, 15, tzinfo=UTC)  # noon in São Paulo, a Thursday
TODAY = date(2026, 10, 15)
HOUSE = BusinessView(
    name="Academia Boa Forma",
    city="Vitória",
    pix_key=None,
    zone="America/Sao_Paulo",
    currency="BRL",
    country="BR",
    language="pt_BR",
    hours=first_hours(),
    set_up=True,
)


@cache
def words() -> Catalogues:
    return Catalogues()


def a_client(
    name: str = "Ana Souza",
    phone: str = "11 98765-4321",
    *,
    plan: str = "Mensal",
    price: int = 4990,
    due: date | str = TODAY,
    note: str | None = None,
) -> NewClient:
    """Somebody to be billed."""
    first_due = DueDay.read(str(due), TODAY)
    return NewClient(
        name=name,
        phone=Phone.read(phone),
        plan=plan,
        price=Money(price),
        first_due=first_due,
        note=note,
    )


@dataclass
class Books:
    """The shop's books. ``begin`` writes down the business and the plan ``Mensal``."""

    engines: Engines
    clock: FrozenClock = field(default_factory=lambda: FrozenClock(NOON))

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Shop]:
        """One transaction."""
        async with Units(self.engines, self.clock).write() as unit:
            yield Shop(unit, HOUSE, LEAD_DAYS, premises_of(self))

    async def begin(self) -> None:
        async with self.open() as shop:
            await shop.unit.business.create(HOUSE, self.clock.now())
        await self.plan("Mensal")

    async def plan(self, name: str, price: int = 4990, period: Period = Period.MONTHLY) -> None:
        async with self.open() as shop:
            await shop.plans.add(NewPlan(plan=name, price=Money(price), period=period))

    async def add(self, new: NewClient) -> ClientCard:
        async with self.open() as shop:
            return await shop.clients.add(new)

    async def card(self, client: ClientId) -> ClientCard:
        async with self.open() as shop:
            return await shop.clients.card(client)

    async def find(self, text: str) -> Sequence[str]:
        """The names that a search finds."""
        async with self.open() as shop:
            return names(await shop.clients.find(text, after=None))

    async def file(self, content: bytes | str, name: str = "clientes.csv") -> FileId:
        raw = content.encode() if isinstance(content, str) else content
        async with self.open() as shop:
            return await shop.unit.files.put(name, "text/csv", raw)

    async def preview(self, content: bytes | str) -> ImportPreview:
        file = await self.file(content)
        async with self.open() as shop:
            return await shop.imports.preview(file)

    async def take_in(self, content: bytes | str, *, remind: bool = False) -> ImportDone:
        seen = await self.preview(content)
        async with self.open() as shop:
            return await shop.imports.apply(seen.id, remind_overdue=remind)


def premises_of(books: Books) -> Premises:
    """The house around, with WhatsApp only."""
    return Premises(books.clock, words(), Doors(), frozenset({ChannelName.WHATSAPP}))


def names(found: Found[ClientRow]) -> list[str]:
    return [row.name for row in found.items]
