"""What a list says of each client, and how its pages go on where the last one ended."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar

import sqlalchemy as sa

from bot.domain.charge import days_late, standing_of
from bot.domain.ids import ClientId
from bot.domain.money import Money
from bot.services.ports.clients import ClientRow
from bot.services.ports.paging import ROWS, Found, Key, Total
from bot.storage.standing import ACTIVE, claim_pending, still_open
from bot.storage.tables import charges, clients, plans, subscriptions

T = TypeVar("T")

_THEIRS = sa.and_(charges.c.client_id == clients.c.id, still_open())
_OWED = (
    sa.select(sa.func.coalesce(sa.func.sum(charges.c.amount - charges.c.paid), 0))
    .where(_THEIRS)
    .correlate(clients)
    .scalar_subquery()
)
OLDEST = (
    sa.select(sa.func.min(charges.c.due_on)).where(_THEIRS).correlate(clients).scalar_subquery()
)

FROM = clients.join(subscriptions, subscriptions.c.client_id == clients.c.id)
LINE = sa.select(
    clients.c.id,
    clients.c.name,
    clients.c.name_key,
    subscriptions.c.standing,
    subscriptions.c.price,
    subscriptions.c.currency,
    subscriptions.c.next_due,
    plans.c.name.label("plan"),
    _OWED.label("owed"),
    OLDEST.label("oldest"),
    claim_pending(clients.c.id).label("claimed"),
).select_from(FROM.join(plans, plans.c.id == subscriptions.c.plan_id))


def line_of(row: sa.Row[Any], today: date) -> ClientRow:
    """One line of a list."""
    late = row.oldest is not None and row.oldest < today
    coming = row.next_due if row.standing == ACTIVE else None
    return ClientRow(
        id=ClientId(row.id),
        name=row.name,
        standing=standing_of(
            subscription=row.standing,
            overdue=late and not row.claimed,
            claimed=row.claimed,
            open_=row.oldest is not None,
        ),
        plan=row.plan,
        price=Money(row.price, row.currency),
        owed=Money(int(row.owed), row.currency),
        next_due=row.oldest or coming,
        days_late=days_late(row.oldest, today) if row.oldest else 0,
    )


def by_name(query: sa.Select[Any], after: Key | None, rows: int = ROWS) -> sa.Select[Any]:
    """The next page in the order of names, of a query that has ``clients`` in it."""
    if after is not None:
        key = sa.tuple_(clients.c.name_key, clients.c.id)
        query = query.where(key > sa.tuple_(str(after["name"]), int(after["id"])))
    some = query.order_by(clients.c.name_key, clients.c.id).limit(rows + 1).subquery("those")
    # Their lines are written only once it is known who they are.
    lines = LINE.join(some, some.c.id == clients.c.id)
    return lines.order_by(clients.c.name_key, clients.c.id)


def name_of(row: sa.Row[Any]) -> Key:
    """Where the next page in the order of names goes on."""
    return {"name": row.name_key, "id": row.id}


def page(
    rows: Sequence[sa.Row[Any]],
    make: Callable[[sa.Row[Any]], T],
    key: Callable[[sa.Row[Any]], Key],
    total: Total | None = None,
    most: int = ROWS,
) -> Found[T]:
    """A page out of its rows and the one behind it, which says that there is more."""
    shown = rows[:most]
    return Found(
        tuple(make(row) for row in shown),
        next=key(shown[-1]) if len(rows) > most else None,
        total=total,
    )
