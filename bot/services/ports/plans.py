"""The plans on sale, as the service of plans needs them kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.domain.ids import PlanId
from bot.domain.money import Money
from bot.domain.plan import Period


@dataclass(frozen=True, slots=True)
class PlanView:
    """One plan; ``clients`` are those on it now, the paused among them."""

    id: PlanId
    name: str
    price: Money
    period: Period
    on_sale: bool
    clients: int


@dataclass(frozen=True, slots=True)
class PlanRecord:
    """A plan to be written down. ``key`` is what it is known by: ``domain.plan.plan_key``."""

    name: str
    key: str
    price: Money
    period: Period


class PlanStore(Protocol):
    """The table of plans."""

    async def get(self, plan: PlanId) -> PlanView | None:
        """One by its number."""
        ...

    async def by_key(self, key: str) -> PlanView | None:
        """One by what it is known by."""
        ...

    async def all(self, *, on_sale_only: bool) -> Sequence[PlanView]:
        """The most used first."""
        ...

    async def keys(self) -> Mapping[str, PlanView]:
        """All of them by what each is known by."""
        ...

    async def add(self, records: Sequence[PlanRecord]) -> Sequence[PlanId]:
        """Write them down, in this order; a key that is taken is a ``Conflict``."""
        ...

    async def change(self, plan: PlanId, **values: Any) -> None:
        """Write new values into its columns."""
        ...
