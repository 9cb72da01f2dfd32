"""Clients as their services need them kept: one at a time, and in lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from bot.domain.ids import ClientId, PersonId, PlanId, SubscriptionId
from bot.domain.money import Money
from bot.domain.phone import Phone
from bot.domain.plan import Period
from bot.forms.filters import ClientFilter
from bot.services.ports.clients import ClientCard, ClientRow, HistoryLine, SubscriptionView
from bot.services.ports.paging import Found, Key


@dataclass(frozen=True, slots=True)
class ClientRecord:
    """A client to be written down. ``first_cycle`` is the first to be charged, on ``next_due``."""

    name: str
    name_key: str
    phone: Phone
    note: str
    tags: str
    plan_id: PlanId
    price: Money
    period: Period
    anchor: date
    day_of_month: int | None
    standing: str
    first_cycle: int
    next_due: date


@dataclass(frozen=True, slots=True)
class AddedClient:
    """The numbers a new client got."""

    client: ClientId
    person: PersonId
    subscription: SubscriptionId


class ClientStore(Protocol):
    """The tables of clients and of what they are on."""

    async def add(
        self, records: Sequence[ClientRecord], language: str, now: datetime
    ) -> Sequence[AddedClient]:
        """Write them down, in this order. None of their phones may be a client's.

        Whoever wrote to us from a client's phone before is that client.
        """
        ...

    async def with_phone(self, key: str) -> tuple[ClientId, str] | None:
        """Whose phone it is: the number and the name."""
        ...

    async def known_phones(self, keys: Sequence[str]) -> Mapping[str, ClientId]:
        """Of many phones, those that are somebody's, and whose."""
        ...

    async def subscription(self, client: ClientId) -> SubscriptionView | None:
        """What a client is on, held until the transaction ends."""
        ...

    async def card(self, client: ClientId, today: date) -> ClientCard | None:
        """Everything about one client."""
        ...

    async def change(self, client: ClientId, **values: Any) -> None:
        """Write new values into the client's columns."""
        ...

    async def change_subscription(self, subscription: SubscriptionId, **values: Any) -> None:
        """Write new values into the subscription's columns."""
        ...

    async def move(self, client: ClientId, phone: Phone) -> None:
        """Reach them on another phone from now on; the chat on the old one is nobody's.

        What has not left for the old one goes to the new one.
        """
        ...

    async def is_of_the_house(self, key: str) -> bool:
        """Whether a phone is the chat of somebody of the house."""
        ...

    async def remind(self, client: ClientId, today: date, *, overdue: bool) -> int:
        """Whether what is overdue is reminded of; how many charges that changed."""
        ...

    async def drop_coming(self, client: ClientId, today: date, now: datetime) -> int:
        """Cancel what is not yet due and unpaid; how many charges."""
        ...

    async def restore_coming(self, client: ClientId, today: date) -> int:
        """Take back ``drop_coming`` for what is still not due."""
        ...


class ClientDirectory(Protocol):
    """Clients in lists, a page at a time."""

    async def search(
        self,
        wanted: ClientFilter,
        plan: PlanId | None,
        today: date,
        after: Key | None,
        text: str = "",
    ) -> Found[ClientRow]:
        """By name; ``plan`` is the filter's plan, found; ``text`` as in ``find``."""
        ...

    async def find(self, text: str, today: date, after: Key | None) -> Found[ClientRow]:
        """Whose name, phone or tags hold the words."""
        ...

    async def due_on(self, day: date, today: date, after: Key | None) -> Found[ClientRow]:
        """Who has an open charge due that day, by name."""
        ...

    async def overdue(self, today: date, after: Key | None) -> Found[ClientRow]:
        """Who is late, the longest first."""
        ...

    async def history(
        self, client: ClientId, person: PersonId, after: Key | None
    ) -> Found[HistoryLine]:
        """What happened with one client, the latest first."""
        ...
