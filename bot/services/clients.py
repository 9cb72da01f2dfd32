"""Clients: who is billed, for what, since when; and whether they want to hear from us."""

from datetime import date

from bot.domain.ids import ClientId, PersonId
from bot.forms.client import NewClient
from bot.forms.filters import ClientFilter
from bot.services.client_changes import ClientChanges
from bot.services.client_standing import ClientStandings
from bot.services.newcomers import record_of
from bot.services.ports.clients import ClientCard, ClientRow, HistoryLine
from bot.services.ports.paging import Found, Key
from bot.services.terms import begun, likely


class Clients(ClientChanges, ClientStandings):
    """The clients of the business, found and added."""

    async def add(self, new: NewClient, *, by: PersonId | None = None) -> ClientCard:
        """Write a client down and open what they owe already.

        Days before today are not reminded of: they were late when they came.
        """
        plan = await self._plan(new.plan)
        await self.refuse_known_phone(new.phone)
        likely(new.first_due, self._today)
        terms = begun(new.first_due, plan.period)
        record = record_of(new, plan.id, plan.period, terms)
        (added,) = await self._clients.add([record], self._house.language, self._now)
        await self._open_due(added.subscription)
        card = await self.card(added.client)
        await self._note("client.added", None, card, by)
        return card

    async def search(
        self, wanted: ClientFilter, *, after: Key | None, text: str = ""
    ) -> Found[ClientRow]:
        """Clients by name, narrowed; by words as well, as in ``find``."""
        plan = await self._plan(wanted.plan) if wanted.plan else None
        number = plan.id if plan else None
        return await self._lists.search(wanted, number, self._today, after, text)

    async def find(self, text: str, *, after: Key | None) -> Found[ClientRow]:
        """Part of a name without accents, of a phone however it is written, or ``#tag``."""
        return await self._lists.find(text, self._today, after)

    async def due_on(self, day: date, *, after: Key | None) -> Found[ClientRow]:
        """Who has something open that is due that day."""
        return await self._lists.due_on(day, self._today, after)

    async def overdue(self, *, after: Key | None) -> Found[ClientRow]:
        """Who is late, the longest first."""
        return await self._lists.overdue(self._today, after)

    async def history(self, client: ClientId, *, after: Key | None) -> Found[HistoryLine]:
        """What happened with one client, the latest first."""
        card = await self.card(client)
        return await self._lists.history(client, card.person_id, after)
