"""The one statement by which rows are claimed: the heart of the queue.

Its cost must not grow with what waits: every priority's front is read from the index and cut off
at as many rows as are wanted.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from bot.domain.delivery import State
from bot.services.ports.outbox import PRIORITIES
from bot.storage.attempts import state_is
from bot.storage.tables import Instant, channel_states, outbox

_ONE: sa.ColumnElement[int] = sa.literal_column("1")


def _in_front(priority: int) -> sa.Subquery:
    """The first rows of one priority that may go: bounded by the index, whatever else waits."""
    row, flying, doubtful, before = (outbox.alias(f"{name}{priority}") for name in "rfdb")
    now = sa.bindparam("now", type_=Instant)
    in_flight = sa.exists(
        sa.select(_ONE).where(
            flying.c.person_id == row.c.person_id, state_is(flying, State.CLAIMED, State.SENDING)
        )
    )
    # What answers a person goes all the same: they are waiting for it.
    in_doubt = sa.exists(
        sa.select(_ONE).where(
            doubtful.c.person_id == row.c.person_id, state_is(doubtful, State.UNCERTAIN)
        )
    )
    another_first = sa.exists(
        sa.select(_ONE).where(
            before.c.person_id == row.c.person_id,
            state_is(before, State.WAITING),
            # Not as it is, or SQLite looks through all that waits in the channel, for each row.
            before.c.channel.concat("") == row.c.channel,
            before.c.due_at <= now,
            sa.tuple_(before.c.priority, before.c.id) < sa.tuple_(row.c.priority, row.c.id),
        )
    )
    return (
        sa.select(row.c.id, row.c.priority, row.c.due_at)
        .where(
            state_is(row, State.WAITING),
            row.c.channel == sa.bindparam("via", type_=sa.Text),
            row.c.priority == sa.literal_column(str(priority)),
            row.c.due_at <= now,
            ~in_flight,
            sa.or_(row.c.kind == sa.literal_column("'screen'"), ~in_doubt),
            ~another_first,
        )
        .order_by(row.c.due_at, row.c.id)
        .limit(sa.bindparam("most", type_=sa.Integer))
        .subquery()
    )


def _claiming(priorities: Sequence[int]) -> sa.sql.dml.ReturningUpdate[Any]:
    fronts = (sa.select(_in_front(priority)) for priority in priorities)
    front = sa.union_all(*fronts).subquery("front")
    first = (
        sa.select(front.c.id)
        .order_by(front.c.priority, front.c.due_at, front.c.id)
        .limit(sa.bindparam("most", type_=sa.Integer))
    )
    row = outbox.alias("picking")
    picked = (
        sa.select(row.c.id)
        .where(row.c.id.in_(first), state_is(row, State.WAITING))
        .with_for_update(skip_locked=True)
        .cte("picked")
    )
    paused = sa.exists(
        sa.select(_ONE).where(
            channel_states.c.channel == sa.bindparam("via", type_=sa.Text),
            channel_states.c.paused_until > sa.bindparam("now", type_=Instant),
        )
    )
    return (
        sa.update(outbox)
        .where(outbox.c.id.in_(sa.select(picked.c.id)), ~paused)
        .values(
            state=State.CLAIMED,
            lease_owner=sa.bindparam("lease", type_=sa.Text),
            lease_until=sa.bindparam("until", type_=Instant),
        )
        .returning(*outbox.c)
    )


# Takes lease, via, most, now, until. Built once: compiling it costs more than running it.
CLAIM = _claiming(PRIORITIES)
# While the house holds a chat back: whoever asks is answered all the same.
CLAIM_ANSWERS = _claiming(PRIORITIES[:1])
