"""What happened with one client: charges, payments, claims and messages in one order."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.ids import ClientId, PersonId
from bot.domain.money import Money
from bot.services.ports.clients import HistoryLine
from bot.services.ports.paging import ROWS, Key
from bot.storage.tables import Instant, charges, claims, outbox, payments

_NO_NUMBER = sa.cast(sa.null(), sa.BigInteger)
_NO_WORD = sa.cast(sa.null(), sa.Text)
_NO_DAY = sa.cast(sa.null(), sa.Date)


def happened(client: ClientId, person: PersonId, after: Key | None) -> sa.Select[Any]:
    """The next page of it, the latest first, with one more to tell that there is more."""
    everything = sa.union_all(*_kinds(client, person)).subquery("happened")
    at, kind, number = everything.c.at, everything.c.kind, everything.c.id
    query = sa.select(everything)
    if after is not None:
        then = sa.literal(datetime.fromisoformat(after["at"]), Instant)
        same = sa.or_(
            kind < after["kind"], sa.and_(kind == after["kind"], number < int(after["id"]))
        )
        query = query.where(sa.or_(at < then, sa.and_(at == then, same)))
    return query.order_by(at.desc(), kind.desc(), number.desc()).limit(ROWS + 1)


def line_of_history(row: sa.Row[Any]) -> HistoryLine:
    """One line of it."""
    return HistoryLine(
        at=row.at,
        kind=row.kind,
        amount=Money(row.amount, row.currency) if row.amount is not None else None,
        day=row.day,
        state=row.state or "",
        purpose=row.purpose or "",
    )


def place_of(row: sa.Row[Any]) -> Key:
    """Where the next page goes on."""
    return {"at": row.at.isoformat(), "kind": row.kind, "id": row.id}


def _kinds(client: ClientId, person: PersonId) -> list[sa.Select[Any]]:
    theirs = payments.c.client_id == client
    paid = {"day": payments.c.paid_on, **_sum(payments)}
    return [
        _told("charge", charges, charges.c.created_at, day=charges.c.due_on, **_sum(charges)).where(
            charges.c.client_id == client
        ),
        _told("payment", payments, payments.c.recorded_at, **paid).where(theirs),
        _told("reversal", payments, payments.c.reversed_at, **paid).where(
            theirs, payments.c.reversed_at.is_not(None)
        ),
        _told("claim", claims, claims.c.created_at, state=claims.c.state).where(
            claims.c.client_id == client
        ),
        _told(
            "message",
            outbox,
            outbox.c.created_at,
            state=outbox.c.state,
            purpose=outbox.c.purpose,
        ).where(outbox.c.person_id == person, outbox.c.kind != "screen"),
    ]


def _sum(table: sa.Table) -> dict[str, sa.ColumnElement[Any]]:
    return {"amount": table.c.amount, "currency": table.c.currency}


def _told(
    kind: str,
    table: sa.Table,
    at: sa.ColumnElement[datetime],
    **told: sa.ColumnElement[Any],
) -> sa.Select[Any]:
    return sa.select(
        at.label("at"),
        sa.literal(kind, sa.Text).label("kind"),
        table.c.id.label("id"),
        told.get("amount", _NO_NUMBER).label("amount"),
        told.get("currency", _NO_WORD).label("currency"),
        told.get("day", _NO_DAY).label("day"),
        told.get("state", _NO_WORD).label("state"),
        told.get("purpose", _NO_WORD).label("purpose"),
    )
