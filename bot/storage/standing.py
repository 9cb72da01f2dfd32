"""How charges and clients stand, asked of the table: the domain's rules once more, in SQL.

``bot/domain/charge.py`` says the same of one charge and one client; a test keeps the two equal.
"""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from bot.domain.charge import ChargeState, Standing
from bot.storage.tables import charges, claims, clients, subscriptions

ACTIVE, PAUSED, CANCELLED = "active", "paused", "cancelled"

_ANY = sa.literal(1)


def still_open(of: sa.FromClause = charges) -> sa.ColumnElement[bool]:
    """Whether a charge is neither settled nor cancelled."""
    return sa.and_(of.c.settled_at.is_(None), of.c.cancelled_at.is_(None))


def claim_pending(client_id: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Whether a client says they paid, and nobody decided yet."""
    waiting = claims.alias("pending")
    return sa.exists(
        sa.select(_ANY).where(waiting.c.client_id == client_id, waiting.c.state == "pending")
    )


def remindable() -> sa.ColumnElement[bool]:
    """Whether a charge may be reminded of now; ``charges`` must be in the query around it.

    Open, not one of those that were overdue when the client came in, not claimed to be paid; and
    the client wants to hear from us and is neither paused nor gone.
    """
    theirs, them = subscriptions.alias("billed"), clients.alias("reached")
    return sa.and_(
        still_open(),
        charges.c.reminded,
        ~claim_pending(charges.c.client_id),
        sa.exists(
            sa.select(_ANY).where(
                theirs.c.id == charges.c.subscription_id, theirs.c.standing == ACTIVE
            )
        ),
        sa.exists(
            sa.select(_ANY).where(them.c.id == charges.c.client_id, them.c.opted_out_at.is_(None))
        ),
    )


def charge_state(today: date) -> sa.ColumnElement[str]:
    """``domain.charge.state_of`` of a row of ``charges``."""
    return sa.case(
        (charges.c.cancelled_at.is_not(None), ChargeState.CANCELLED.value),
        (charges.c.paid >= charges.c.amount, ChargeState.SETTLED.value),
        (claim_pending(charges.c.client_id), ChargeState.CLAIMED.value),
        (charges.c.due_on < today, ChargeState.OVERDUE.value),
        (charges.c.due_on == today, ChargeState.DUE_TODAY.value),
        (charges.c.paid > 0, ChargeState.PARTLY_PAID.value),
        else_=ChargeState.OPEN.value,
    )


def late_clients(today: date) -> sa.Select[tuple[int]]:
    """Who has an open charge that is overdue, claimed or not."""
    return sa.select(charges.c.client_id).where(still_open(), charges.c.due_on < today)


def open_clients() -> sa.Select[tuple[int]]:
    """Who has anything open."""
    return sa.select(charges.c.client_id).where(still_open())


def owes(
    client_id: sa.ColumnElement[int], first: date = date.min, last: date = date.max
) -> sa.ColumnElement[bool]:
    """Whether a client has something open that falls due in these days."""
    return open_of(client_id, first, last).exists()


def open_of(client_id: sa.ColumnElement[int], first: date, last: date) -> sa.Select[Any]:
    """What a client has open that falls due in these days; says whose it is."""
    theirs = charges.alias("theirs")
    return sa.select(theirs.c.client_id).where(
        theirs.c.client_id == client_id, still_open(theirs), theirs.c.due_on.between(first, last)
    )


def owing(first: date, last: date) -> sa.Select[Any]:
    """Clients with something open that falls due in these days, each once, with its first.

    Asked this way, whoever wants only some of them reads only some: no set is made first.
    """
    earlier = charges.alias("earlier")
    place = sa.tuple_(charges.c.due_on, charges.c.id)
    not_first = sa.exists(
        sa.select(_ANY).where(
            earlier.c.client_id == charges.c.client_id,
            still_open(earlier),
            earlier.c.due_on.between(first, last),
            sa.tuple_(earlier.c.due_on, earlier.c.id) < place,
        )
    )
    return sa.select(charges.c.client_id).where(
        still_open(), charges.c.due_on.between(first, last), ~not_first
    )


def stands(
    wanted: Standing, today: date, client_id: sa.ColumnElement[int] = clients.c.id
) -> sa.ColumnElement[bool]:
    """Whether ``domain.charge.standing_of`` a client is this one."""
    late = owes(client_id, last=today - timedelta(days=1))
    claimed = claim_pending(client_id)
    match wanted:
        case Standing.LATE:
            return sa.and_(late, ~claimed)
        case Standing.PAUSED | Standing.CANCELLED:
            return sa.and_(_is_on(client_id, wanted.value), sa.or_(~late, claimed))
        case Standing.CLAIMED:
            return sa.and_(claimed, _is_on(client_id, ACTIVE))
        case Standing.DUE:
            active = _is_on(client_id, ACTIVE)
            return sa.and_(owes(client_id), ~late, ~claimed, active)
        case Standing.UP_TO_DATE:
            return sa.and_(~owes(client_id), ~claimed, _is_on(client_id, ACTIVE))


def _is_on(client_id: sa.ColumnElement[int], standing: str) -> sa.ColumnElement[bool]:
    billed = subscriptions.alias("on")
    return sa.exists(
        sa.select(_ANY).where(billed.c.client_id == client_id, billed.c.standing == standing)
    )
