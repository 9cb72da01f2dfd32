"""Who is meant when somebody reminds by hand, what of, and what keeps whom back, said in SQL."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from bot.domain.delivery import ENDED_BADLY, UNFINISHED
from bot.domain.message import ChannelName
from bot.domain.reasons import Reason
from bot.services.ports.by_hand import When, Whom
from bot.storage.holding import kept_quiet
from bot.storage.reached import best_address
from bot.storage.standing import (
    CANCELLED,
    PAUSED,
    claim_pending,
    late_clients,
    open_clients,
    stands,
    still_open,
)
from bot.storage.tables import Instant, charges, clients, outbox, subscriptions

_ONE: sa.ColumnElement[int] = sa.literal_column("1")


def meant(whom: Whom, channels: Collection[ChannelName], when: When) -> sa.Select[Any]:
    """Who is meant and owes something, over which chat, and what keeps them back."""
    address = best_address(channels)
    reason = sa.case(
        (clients.c.opted_out_at.is_not(None), Reason.OPTED_OUT.value),
        (subscriptions.c.standing == PAUSED, Reason.PAUSED.value),
        (subscriptions.c.standing == CANCELLED, Reason.GONE.value),
        (claim_pending(clients.c.id), Reason.CLAIMED.value),
        *kept_quiet(when.today),
        (~_owes(when, charges.c.reminded), Reason.ARRIVED_LATE.value),
        (address.is_(None), Reason.UNREACHABLE.value),
        (_is_waiting(), Reason.WAITING.value),
        (_was_reminded(when), Reason.TODAY.value),
        else_="",
    )
    return (
        sa.select(
            clients.c.id,
            clients.c.person_id,
            clients.c.name,
            clients.c.name_key,
            address.label("address_id"),
            reason.label("reason"),
        )
        .select_from(clients.join(subscriptions, subscriptions.c.client_id == clients.c.id))
        .where(*_those(whom, when))
    )


def _those(whom: Whom, when: When) -> list[sa.ColumnElement[bool]]:
    those: list[sa.ColumnElement[bool]] = [clients.c.id.in_(open_clients())]
    if whom.client is not None:
        those.append(clients.c.id == whom.client)
    if whom.standing is not None:
        those.append(stands(whom.standing, when.today))
    if whom.plan is not None:
        those.append(subscriptions.c.plan_id == whom.plan)
    if whom == Whom():
        those.append(clients.c.id.in_(late_clients(when.today)))
    return those


def wanted(when: When) -> sa.ColumnElement[bool]:
    """Of what somebody owes: all that is due, or what is due next if nothing is."""
    other = charges.alias("other")
    next_ = sa.select(sa.func.min(other.c.due_on)).where(
        other.c.client_id == charges.c.client_id,
        other.c.settled_at.is_(None),
        other.c.cancelled_at.is_(None),
    )
    is_next = charges.c.due_on == next_.correlate(charges).scalar_subquery()
    return sa.and_(still_open(), sa.or_(charges.c.due_on <= when.today, is_next))


def _owes(when: When, more: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    owed = sa.select(_ONE).select_from(charges)
    owed = owed.where(charges.c.client_id == clients.c.id, wanted(when), more)
    return sa.exists(owed.correlate(clients))


def _is_waiting() -> sa.ColumnElement[bool]:
    """Whether a reminder to them has not come to its end: another would say the same."""
    return sa.exists(
        sa.select(_ONE).where(
            outbox.c.person_id == clients.c.person_id,
            outbox.c.state.in_(UNFINISHED),
            outbox.c.kind == "reminder",
        )
    )


def _was_reminded(when: When) -> sa.ColumnElement[bool]:
    return sa.exists(
        sa.select(_ONE).where(
            outbox.c.person_id == clients.c.person_id,
            outbox.c.kind == "reminder",
            outbox.c.created_at >= sa.literal(when.midnight, Instant),
            outbox.c.state.not_in(ENDED_BADLY),
        )
    )
