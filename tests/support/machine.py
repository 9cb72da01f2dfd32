"""The engine as composition puts it together, over a clock that stands and a far side that is
played: for stories of months and years.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.composition.desks import open_shop
from bot.composition.first_day import found
from bot.composition.premises import Premises
from bot.composition.shop import Shop
from bot.composition.work import new_rooms
from bot.config import Settings
from bot.domain.clock import FrozenClock
from bot.domain.ids import PersonId
from bot.domain.message import Address, ChannelName
from bot.domain.role import Role
from bot.domain.wording import WORDINGS
from bot.jobs.gate import Gate, Limits
from bot.jobs.rooms import Sender
from bot.jobs.rounds import Rounds
from bot.jobs.worker import Worker
from bot.services.ports.people import Caller
from bot.services.team import Doors
from bot.storage.engine import Engines
from bot.storage.tables import templates
from bot.storage.unit_of_work import Units
from tests.support.books import words

ZONE = ZoneInfo("America/Sao_Paulo")
WHATSAPP = ChannelName.WHATSAPP
FAST = Limits(per_second=100_000, burst=100_000, every_s=0.000001, personal_burst=1000)


class Machine:
    """Rounds, a worker and the shop, over one database. ``begin`` writes the business down."""

    def __init__(self, engines: Engines, start: datetime, sender: Sender) -> None:
        self.engines = engines
        self.clock = FrozenClock(start)
        self.units = Units(engines, self.clock)
        self.premises = Premises(self.clock, words(), Doors(), frozenset({WHATSAPP}))
        self.rooms = rooms = new_rooms(self.units, self.premises)
        self.rounds = Rounds(rooms)
        self.worker = Worker(
            rooms=rooms,
            senders={WHATSAPP: sender},
            clock=self.clock,
            gates={WHATSAPP: Gate(WHATSAPP, self.clock, FAST)},
        )

    @property
    def now(self) -> datetime:
        return self.clock.now()

    @property
    def wall(self) -> datetime:
        """Now, as the business's wall shows it."""
        return self.now.astimezone(ZONE)

    async def begin(self) -> PersonId:
        """The business, its ladder, its approved forms of words; and who owns it."""
        settings = Settings(_env_file=None, business_name="Academia Boa Forma")
        async with self.units.write() as unit:
            await found(unit, self.premises, settings)
            await unit.business.change(city="Vitória", set_up_at=self.now)
            rows = [
                {
                    "name": wording.name,
                    "language": "pt_BR",
                    "status": "APPROVED",
                    "fingerprint": "",
                    "checked_at": self.now,
                }
                for wording in WORDINGS
            ]
            await unit.connection.execute(sa.insert(templates), rows)
            chair = Address(ChannelName.TERMINAL, "chair")
            owner = await unit.people.calling(Caller(chair, "Bia", "pt_BR"), self.now)
            await unit.people.set_role(owner.id, Role.OWNER)
            return owner.id

    @asynccontextmanager
    async def shop(self) -> AsyncIterator[Shop]:
        """One transaction with every service."""
        async with self.units.write() as unit:
            yield await open_shop(unit, self.premises)

    async def look(self) -> None:
        """Everything that ticks, once, and whatever may leave then."""
        await self.rounds.sweep()
        await self.rounds.open_charges()
        await self.rounds.plan()
        await self.worker.once()

    async def rows(self, query: sa.Select[Any]) -> list[Any]:
        async with self.engines.reader.connect() as connection:
            return list((await connection.execute(query)).all())
