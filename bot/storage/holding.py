"""Which rule keeps a due reminder back, said in SQL, and the record of it: a row a day.

``bot/domain/contact.py`` says the same of one person; a test keeps the two equal.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.contact import DAY, NO_LIMIT, WEEK, ContactRules
from bot.domain.delivery import UNFINISHED
from bot.domain.message import ChannelName
from bot.domain.reasons import Reason
from bot.services.ports.reminders import Bounds
from bot.storage.attempts import state_is
from bot.storage.contacts import counts, counts_later, day_rule, has_left, is_reminder, is_start
from bot.storage.dialect import insert
from bot.storage.reached import Reached, best_address, is_done
from bot.storage.standing import CANCELLED, PAUSED, claim_pending, still_open
from bot.storage.tables import (
    Instant,
    channel_states,
    charges,
    clients,
    holds,
    outbox,
    subscriptions,
)

_PHONES = ChannelName.WHATSAPP  # only WhatsApp counts people
_ONE: sa.ColumnElement[int] = sa.literal_column("1")
Case = tuple[sa.ColumnElement[bool], Any]


def kept_quiet(today: date) -> list[Case]:
    """What the owner or the client said about ``clients``, and the rule's name."""
    return [
        (clients.c.promised_on >= today, Reason.PROMISED),
        (clients.c.not_before > today, Reason.NOT_BEFORE),
    ]


def is_quiet(today: date) -> sa.ColumnElement[bool]:
    """Whether ``clients`` are to be left alone today."""
    return sa.or_(*(sa.func.coalesce(rule, sa.false()) for rule, _ in kept_quiet(today)))


def heard_enough(rules: ContactRules, now: datetime) -> list[Case]:
    """What we wrote to ``clients`` lately, and the rule's name."""
    return [
        (sa.exists(_starts(now - rules.gap, _ONE)), Reason.GAP),
        (
            _starts(now - WEEK, sa.func.count()).scalar_subquery() >= rules.per_week,
            Reason.WEEK,
        ),
    ]


def may_hear(rules: ContactRules, today: date, now: datetime) -> sa.ColumnElement[bool]:
    """Whether no rule of contact keeps ``clients`` back."""
    return sa.and_(~is_quiet(today), *(~rule for rule, _ in heard_enough(rules, now)))


def is_known(
    person: sa.ColumnElement[int], channel: ChannelName, now: datetime
) -> sa.ColumnElement[bool]:
    """Whether somebody counts already among the people of this day, or soon will."""
    row, waits = outbox.alias("counted"), outbox.alias("soon")
    counted = sa.exists(
        sa.select(_ONE).where(
            row.c.person_id == person, *_counts(row, channel, now), counts_later(row, now)
        )
    )
    soon = sa.exists(sa.select(_ONE).where(waits.c.person_id == person, *_waits(waits, channel)))
    return sa.or_(counted, soon)


class Holding:
    """What is held back now, asked and written down over one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def room(self, rules: ContactRules, now: datetime) -> int | None:
        """To how many more people we may write first within this day; none: to everybody."""
        state = sa.select(channel_states.c.people_a_day).where(channel_states.c.channel == _PHONES)
        limit = rules.day_limit((await self._connection.execute(state)).scalar_one_or_none())
        if limit >= NO_LIMIT:
            return None
        row, waits = outbox.alias("counted"), outbox.alias("soon")
        everybody = sa.union(
            sa.select(row.c.person_id).where(*_counts(row, _PHONES, now)),
            sa.select(waits.c.person_id).where(*_waits(waits, _PHONES)),
        ).subquery()
        query = sa.select(sa.func.count()).select_from(everybody)
        return limit - int((await self._connection.execute(query)).scalar_one())

    async def record(
        self,
        reached: Reached,
        channels: Collection[ChannelName],
        bounds: Bounds,
        now: datetime,
        *,
        room: int | None = None,
        shut: Reason | None = None,
    ) -> None:
        """Write down what has reached a step, has not gone, and why; once a day for each rule.

        ``room`` is what the day still has. ``shut``: nobody is written to at this hour.
        """
        full, today = room is not None and room <= 0, bounds.today
        mobile = is_known(clients.c.person_id, _PHONES, now)
        more: list[Case] = []
        if shut is None:
            more += heard_enough(bounds.rules, now)
            more += [(~mobile, day_rule())] if full else []
        rule = sa.case(
            *_standing(),
            *kept_quiet(today),
            (best_address(channels).is_(None), Reason.UNREACHABLE.value),
            *more,
            else_=(shut or Reason.SPREAD).value,
        )
        due = (
            sa.select(
                clients.c.person_id,
                charges.c.id.label("charge_id"),
                reached.c.step_id,
                rule.label("rule"),
            )
            .select_from(
                reached.with_charges()
                .join(clients, clients.c.id == charges.c.client_id)
                .join(subscriptions, subscriptions.c.id == charges.c.subscription_id)
            )
            .where(still_open(), ~is_done(reached))
            .subquery("due")
        )
        before = holds.alias("before")
        known = sa.exists(
            sa.select(_ONE).where(
                before.c.charge_id == due.c.charge_id,
                before.c.step_id == due.c.step_id,
                before.c.day == today,
                before.c.rule == due.c.rule,
            )
        )
        fresh = sa.select(due, sa.literal(today, sa.Date), sa.literal(now, Instant)).where(~known)
        columns = ["person_id", "charge_id", "step_id", "rule", "day", "at"]
        written = insert(self._connection, holds).from_select(columns, fresh)
        await self._connection.execute(written.on_conflict_do_nothing())


def _standing() -> list[Case]:
    """What ``remindable`` asks, each with its name."""
    return [
        (~charges.c.reminded, Reason.ARRIVED_LATE.value),
        (clients.c.opted_out_at.is_not(None), Reason.OPTED_OUT.value),
        (subscriptions.c.standing == PAUSED, Reason.PAUSED.value),
        (subscriptions.c.standing == CANCELLED, Reason.GONE.value),
        (claim_pending(charges.c.client_id), Reason.CLAIMED.value),
    ]


def _starts(since: datetime, what: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """The reminders that have left for ``clients`` since then."""
    row = outbox.alias("reminded")
    return (
        sa.select(what)
        .select_from(row)
        .where(
            row.c.person_id == clients.c.person_id,
            is_reminder(row),
            row.c.sending_at > sa.literal(since, Instant),
            has_left(row),
        )
        .correlate(clients)
    )


def _counts(
    row: sa.FromClause, channel: ChannelName, now: datetime
) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        row.c.channel == channel.value,
        is_start(row),
        row.c.sending_at > sa.literal(now - DAY, Instant),
        has_left(row),
        counts(row),
    )


def _waits(row: sa.FromClause, channel: ChannelName) -> tuple[sa.ColumnElement[bool], ...]:
    ours = row.c.channel == channel.value, is_reminder(row)
    return state_is(row, *UNFINISHED), *ours, row.c.reason != Reason.NO_NEW_CHATS
