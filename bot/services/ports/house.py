"""What the business is, as every service needs to know it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from bot.domain.contact import ContactRules
from bot.domain.ids import PersonId
from bot.domain.role import Role


@dataclass(frozen=True, slots=True)
class BusinessView:
    """The one business of this installation. ``hours``: weekday (0 is Monday) -> (opens, closes).

    ``closed_days`` are its own, besides the country's holidays.
    """

    name: str
    city: str
    pix_key: str | None
    zone: str
    currency: str
    country: str
    language: str
    hours: Mapping[int, tuple[str, str]]
    closed_days: frozenset[date] = frozenset()
    rules: ContactRules = field(default_factory=ContactRules)
    evening_digest: bool = True
    set_up: bool = False
    owned: bool = False


@dataclass(frozen=True, slots=True)
class Invitation:
    """A code that lets somebody in, once. ``person_id``: it adds a chat to who is in already."""

    role: Role
    person_id: PersonId | None = None


@dataclass(frozen=True, slots=True)
class ClientCode:
    """A code that was made for a client's chat, and whether it still stands."""

    person_id: PersonId
    stands: bool


class BusinessStore(Protocol):
    """The row of the business."""

    async def get(self) -> BusinessView | None:
        """The business, once there is one."""
        ...

    async def hold(self) -> BusinessView | None:
        """The same; nobody else changes it until this transaction ends."""
        ...

    async def create(self, first: BusinessView, now: datetime) -> BusinessView:
        """Write down the first values; whatever is there already stays."""
        ...

    async def change(self, **values: Any) -> None:
        """Write new values of ``BusinessView``'s plain fields."""
        ...

    async def settle(self, house: BusinessView) -> None:
        """Write its hours, closed days and rules of contact as they stand in ``house``."""
        ...

    async def own(self, now: datetime) -> bool:
        """Take the house; no if somebody has it already."""
        ...


class Invitations(Protocol):
    """Codes that let people in; only their hashes are kept."""

    async def offer(
        self, code_hash: str, role: Role, expires_at: datetime, person: PersonId | None = None
    ) -> None:
        """Remember a code."""
        ...

    async def take(self, code_hash: str, by: PersonId, now: datetime) -> Invitation | None:
        """Use a code of the house's own up, if it is one and still stands."""
        ...

    async def of_client(self, code_hash: str, now: datetime) -> ClientCode | None:
        """Whose chat a client's code is for; none if it is no such code."""
        ...

    async def take_of_client(self, code_hash: str, by: PersonId, now: datetime) -> bool:
        """Use a client's code up, and the others that lead to the same client."""
        ...

    async def withdraw(self, role: Role) -> None:
        """Forget the unused codes for a role."""
        ...


class Audit(Protocol):
    """Who did what."""

    async def note(
        self, deed: str, by: PersonId | None, now: datetime, about: Mapping[str, Any]
    ) -> None:
        """One more line."""
        ...
