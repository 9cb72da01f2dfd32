"""The plans on sale, and how many are on each."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.errors import Conflict
from bot.domain.ids import PlanId
from bot.domain.money import Money
from bot.domain.plan import Period
from bot.services.ports.plans import PlanRecord, PlanView
from bot.storage.tables import plans, subscriptions

_ON_IT = (
    sa.select(sa.func.count())
    .where(subscriptions.c.plan_id == plans.c.id, subscriptions.c.standing != "cancelled")
    .scalar_subquery()
)
_VIEW = sa.select(plans, _ON_IT.label("clients"))


class Plans:
    """Fills ``services.ports.plans.PlanStore``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, plan: PlanId) -> PlanView | None:
        """One by its number."""
        return await self._one(plans.c.id == plan)

    async def by_key(self, key: str) -> PlanView | None:
        """One by what it is known by."""
        return await self._one(plans.c.key == key)

    async def all(self, *, on_sale_only: bool) -> Sequence[PlanView]:
        """The most used first."""
        query = _VIEW.where(plans.c.on_sale) if on_sale_only else _VIEW
        order = query.order_by(plans.c.on_sale.desc(), sa.desc("clients"), plans.c.id)
        return [_view(row) for row in await self._connection.execute(order)]

    async def keys(self) -> Mapping[str, PlanView]:
        """All of them by what each is known by."""
        return {row.key: _view(row) for row in await self._connection.execute(_VIEW)}

    async def add(self, records: Sequence[PlanRecord]) -> Sequence[PlanId]:
        """Write them down, in this order; a key that is taken is a ``Conflict``."""
        if not records:
            return []
        rows = [
            {
                "name": record.name,
                "key": record.key,
                "price": record.price.minor,
                "currency": record.price.currency,
                "period": record.period.value,
            }
            for record in records
        ]
        query = plans.insert().returning(plans.c.id, sort_by_parameter_order=True)
        try:
            async with self._connection.begin_nested():
                made = await self._connection.execute(query, rows)
                return [PlanId(row.id) for row in made]
        except IntegrityError as error:
            raise Conflict("errors.plan.taken", field="plan", name=records[0].name) from error

    async def change(self, plan: PlanId, **values: Any) -> None:
        """Write new values into its columns."""
        query = plans.update().where(plans.c.id == plan).values(**values)
        try:
            async with self._connection.begin_nested():
                await self._connection.execute(query)
        except IntegrityError as error:
            name = str(values.get("name", ""))
            raise Conflict("errors.plan.taken", field="plan", name=name) from error

    async def _one(self, which: sa.ColumnElement[bool]) -> PlanView | None:
        row = (await self._connection.execute(_VIEW.where(which))).one_or_none()
        return _view(row) if row else None


def _view(row: sa.Row[Any]) -> PlanView:
    return PlanView(
        id=PlanId(row.id),
        name=row.name,
        price=Money(row.price, row.currency),
        period=Period(row.period),
        on_sale=row.on_sale,
        clients=row.clients,
    )
