"""A filter of clients as SQL, said twice: where to begin looking, and what to ask of each client.

Whoever begins with the rarest part of a filter reads few rows; whoever goes through the names in
order asks each client the same questions until the page is full.
"""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from bot.domain.charge import Standing
from bot.domain.ids import PlanId
from bot.forms.filters import ClientFilter
from bot.storage.standing import ACTIVE, open_of, owes, owing, stands
from bot.storage.tables import claims, subscriptions


def narrowed(
    wanted: ClientFilter, plan: PlanId | None, today: date, client_id: sa.ColumnElement[int]
) -> list[sa.ColumnElement[bool]]:
    """What a client must be; each part that is not asked for asks nothing."""
    theirs = sa.select(sa.literal(1)).where(
        subscriptions.c.client_id == client_id, *_billed(wanted, plan)
    )
    return [theirs.exists(), *_stand(wanted, today, client_id)]


def first_found(wanted: ClientFilter, plan: PlanId | None, today: date) -> sa.Select[Any]:
    """The same clients, each once and in no order, found by what is rarest of it."""
    source = _source(wanted, today)
    if source is None:
        some = sa.select(subscriptions.c.client_id)
        asked = _stand(wanted, today, subscriptions.c.client_id)
        return some.where(*_billed(wanted, plan), *asked)
    begun = source.subquery("begun")
    asked = narrowed(wanted, plan, today, begun.c.client_id)
    return sa.select(begun.c.client_id).where(*asked)


def _stand(
    wanted: ClientFilter, today: date, client_id: sa.ColumnElement[int]
) -> list[sa.ColumnElement[bool]]:
    """What is asked of what they owe and will owe."""
    asked: list[sa.ColumnElement[bool]] = []
    if wanted.standing:
        asked.append(stands(wanted.standing, today, client_id))
    if wanted.due_from or wanted.due_to:
        first, last = _days(wanted)
        on = subscriptions.alias("coming")
        coming = _coming(on, first, last).where(on.c.client_id == client_id)
        # Not as two questions with an "or": PostgreSQL would answer each of everybody first.
        asked.append(sa.union_all(open_of(client_id, first, last), coming).exists())
    return asked


def _source(wanted: ClientFilter, today: date) -> sa.Select[Any] | sa.CompoundSelect[Any] | None:
    """Everybody who is meant and some more, each once; none: begin with what they are on."""
    match wanted.standing:
        case Standing.CLAIMED:
            # Written out, for a partial index is only used where its condition is seen.
            return sa.select(claims.c.client_id).where(sa.text("state = 'pending'"))
        case Standing.LATE:
            return owing(date.min, today - timedelta(days=1))
        case Standing.PAUSED | Standing.CANCELLED:
            return sa.select(subscriptions.c.client_id).where(
                subscriptions.c.standing == wanted.standing.value
            )
    if wanted.due_from or wanted.due_to:
        first, last = _days(wanted)
        later = _coming(subscriptions, first, last)
        later = later.where(~owes(subscriptions.c.client_id, first, last))
        return owing(first, last).union_all(later)
    return None


def _billed(wanted: ClientFilter, plan: PlanId | None) -> list[sa.ColumnElement[bool]]:
    """What is asked of what they are on."""
    price = subscriptions.c.price
    given = [
        # As a range: SQLite would go through all on the plan to find the one who is asked about.
        subscriptions.c.plan_id.between(plan, plan) if plan else None,
        price >= wanted.amount_from.minor if wanted.amount_from else None,
        price <= wanted.amount_to.minor if wanted.amount_to else None,
    ]
    return [condition for condition in given if condition is not None]


def _coming(on: sa.FromClause, first: date, last: date) -> sa.Select[Any]:
    """Whose next charge will be due in these days."""
    return sa.select(on.c.client_id).where(
        on.c.standing == ACTIVE, on.c.next_due.between(first, last)
    )


def _days(wanted: ClientFilter) -> tuple[date, date]:
    return wanted.due_from or date.min, wanted.due_to or date.max
