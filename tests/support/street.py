"""Many clients with a reminder due this morning, and how far each reminder has come."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from bot.domain.clock import FrozenClock
from bot.domain.contact import ContactRules
from bot.domain.delivery import ARRIVED, UNFINISHED, State
from bot.sandbox import Sandbox
from bot.sandbox.ledger import Accepted
from bot.storage.engine import Engines
from bot.storage.tables import attempts, inbox_raw, outbox
from tests.support.books import Books
from tests.support.town import ZONE
from tests.support.waiting import until

PATIENCE_S = 90


class Street:
    """Where they live; whoever sends them their reminders is not here."""

    def __init__(self, box: Sandbox, engines: Engines) -> None:
        self.box = box
        self.engines = engines
        self.clients = 0

    @property
    def today(self) -> date:
        return self.box.clock.now().astimezone(ZONE).date()

    async def move_in(self, clients: int, due: date | None = None) -> None:
        """The business begins, with a list of so many clients."""
        books = Books(self.engines, FrozenClock(self.box.clock.now()))
        await books.begin()
        async with books.open() as shop:
            # All at once, to be killed in the middle of it.
            hurried = replace(shop.house, rules=ContactRules(per_minute=0))
            await shop.unit.business.settle(hurried)
        rows = [
            f"Cliente {n:03};279{90000000 + n};Mensal;49,90;{due or self.today}"
            for n in range(clients)
        ]
        taken = await books.take_in("\n".join(["nome;telefone;plano;valor;vencimento", *rows]))
        assert taken.imported == clients
        self.clients = clients

    @property
    def accepted(self) -> list[Accepted]:
        """What the network has taken."""
        return self.box.accepted("whatsapp")

    def once_each(self) -> bool:
        """Whether everybody got one reminder, each under a mark of its own."""
        reminders = [each for each in self.accepted if each.kind == "template"]
        people, marks = {each.to for each in reminders}, {each.opaque for each in reminders}
        return len(people) == len(marks) == len(reminders) == self.clients

    async def rows(self, query: sa.Select[Any]) -> list[Any]:
        async with self.engines.reader.connect() as connection:
            return list((await connection.execute(query)).all())

    async def states(self) -> Counter[str]:
        """How many reminders stand where."""
        query = sa.select(outbox.c.state).where(outbox.c.kind == "reminder")
        return Counter(row.state for row in await self.rows(query))

    async def told(self, what: str) -> int:
        """How often the diary of the outbox says so."""
        query = sa.select(sa.func.count()).select_from(attempts).where(attempts.c.what == what)
        return int((await self.rows(query))[0][0])

    async def is_still(self) -> bool:
        """Whether nothing is on its way, neither to the network nor back."""
        if not self.box.courier_idle:
            return False
        unread = sa.select(inbox_raw.c.id).where(inbox_raw.c.done_at.is_(None))
        states = await self.states()
        return not (await self.rows(unread) or states[State.CLAIMED] or states[State.SENDING])

    async def has_tried_all(self) -> bool:
        """Whether nothing is left but what is uncertain."""
        return not (await self.states())[State.WAITING] and await self.is_still()

    async def is_finished(self) -> bool:
        """Whether every reminder has come to some end."""
        states = await self.states()
        return not any(states[state] for state in UNFINISHED)

    async def all_arrived(self) -> bool:
        states = await self.states()
        return sum(states[state] for state in ARRIVED) == self.clients

    async def left_behind(self) -> list[str]:
        """Why reminders did not arrive."""
        query = sa.select(outbox.c.reason).where(
            outbox.c.kind == "reminder", outbox.c.state.not_in(ARRIVED)
        )
        return [row.reason for row in await self.rows(query)]

    async def sends(self, more: int) -> None:
        """Until so many more have been accepted."""
        wanted = len(self.accepted) + more
        await until(lambda: len(self.accepted) >= wanted, PATIENCE_S)

    def wait_out(self, wait: timedelta) -> None:
        """Time passes."""
        self.box.advance(seconds=wait.total_seconds())
