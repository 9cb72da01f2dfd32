"""Which charges have reached which step of the ladder, and over which chat their people hear of it.

Said as parts of queries, so that planning, counting and looking ahead all ask the same.
"""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from bot.domain.ladder import Due
from bot.domain.message import ChannelName
from bot.storage.dialect import given
from bot.storage.standing import remindable
from bot.storage.tables import addresses, charges, clients, notice_lines, subscriptions
from bot.storage.tables.columns import Id

_ONE: sa.ColumnElement[int] = sa.literal_column("1")
_EVERY_OTHER = 0  # plans are numbered from 1: every plan without steps of its own


class Reached:
    """Due dates and the step each has reached, as rows of a query; ``c`` are their columns."""

    def __init__(self, dues: Sequence[Due]) -> None:
        self._own = sorted({plan for due in dues for plan in (due.plan_id, *due.not_of) if plan})
        self.wishes = any(due.step.channel for due in dues)
        rows = [
            (due.due_on, due.step.id, due.plan_id or _EVERY_OTHER, due.step.channel or "")
            for due in dues
        ]
        columns = (
            sa.column("due_on", sa.Date),
            sa.column("step_id", Id),
            sa.column("plan_id", Id),
            sa.column("channel", sa.Text),
        )
        self._rows = given("reached", rows, *columns)
        self.c = self._rows.c

    def with_charges(self) -> sa.FromClause:
        """The rows joined to the charges they are about."""
        joined = self._rows.join(charges, charges.c.due_on == self.c.due_on)
        if not self._own:
            return joined
        theirs = subscriptions.alias("climbing")
        ladder = sa.case((theirs.c.plan_id.in_(self._own), theirs.c.plan_id), else_=_EVERY_OTHER)
        same = sa.and_(theirs.c.id == charges.c.subscription_id, self.c.plan_id == ladder)
        return joined.join(theirs, same)


def due_of(
    reached: Reached, wanted: sa.Select[Any], who: sa.FromClause = clients
) -> sa.Select[Any]:
    """Of every charge that has reached a step and may be reminded, unless that is done."""
    return wanted.select_from(
        reached.with_charges().join(who, clients.c.id == charges.c.client_id)
    ).where(remindable(), ~is_done(reached))


def is_done(reached: Reached) -> sa.ColumnElement[bool]:
    """Whether the step was planned, overtaken or skipped for ``charges``."""
    line = notice_lines.alias("line")
    return sa.exists(
        sa.select(_ONE).where(
            line.c.charge_id == charges.c.id,
            line.c.step_id == reached.c.step_id,
            line.c.state != "dropped",
        )
    )


def people_of(reached: Reached, *, by_age: bool = False) -> sa.Select[Any]:
    """Whoever has something due, once; with ``wish``, the chat that a step would rather have.

    ``by_age`` adds ``oldest``, the due date of what they have owed for longest.
    """
    more = [sa.func.max(reached.c.channel).label("wish")] if reached.wishes else []
    oldest = [sa.func.min(charges.c.due_on).label("oldest")] if by_age else []
    if not (more or oldest):
        return due_of(reached, sa.select(clients.c.person_id).distinct())
    people = sa.select(clients.c.person_id, *more, *oldest)
    return due_of(reached, people).group_by(clients.c.person_id)


def no_phone(names: sa.FromClause) -> sa.ColumnElement[bool]:
    """To put the phone first of an account's names: only it may always be written to and shown."""
    return sa.or_(names.c.key.contains("."), names.c.key.contains("@"))


def best_address(
    channels: Collection[ChannelName],
    of: sa.ColumnElement[int] = clients.c.person_id,
    wish: sa.ColumnElement[str] | None = None,
) -> Any:
    """The chat that is wished for; else Telegram if they linked it, else WhatsApp.

    Of two alike the one they last wrote in; never one that is closed to us.
    """
    theirs = addresses.alias("theirs")
    best = (
        sa.select(theirs.c.id)
        .where(
            theirs.c.person_id == of,
            theirs.c.unreachable_at.is_(None),
            theirs.c.channel.in_(sorted(channels)),
        )
        .order_by(
            sa.case((theirs.c.channel == ChannelName.TELEGRAM.value, 0), else_=1),
            theirs.c.last_inbound_at.desc().nulls_last(),
            no_phone(theirs),
            theirs.c.id,
        )
        .limit(1)
    )
    if wish is None:
        return best.scalar_subquery()
    # SQLite does not see the query around it in an ORDER BY: the wish is asked for by itself.
    wished = best.where(theirs.c.channel == wish)
    return sa.func.coalesce(wished.scalar_subquery(), best.scalar_subquery())
