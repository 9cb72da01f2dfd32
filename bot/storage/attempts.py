"""The diary of the outbox: every step of every message, and the words its states are asked by."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import Accepted, GiveUp, Snooze, State, TryLater, Uncertain
from bot.services.ports.outbox import Cancelled, Ending
from bot.storage.tables import attempts

_WORDS = {
    Accepted: "accepted",
    TryLater: "try_later",
    Snooze: "snoozed",
    GiveUp: "given_up",
    Uncertain: "uncertain",
    Cancelled: "cancelled",
}


def state_is(table: sa.FromClause, *states: State) -> sa.ColumnElement[bool]:
    """Whether a row is in one of these; written out, so that partial indexes are found."""
    words: list[sa.ColumnElement[str]] = [sa.literal_column(f"'{state.value}'") for state in states]
    column: sa.ColumnElement[Any] = table.c.state
    return column == words[0] if len(words) == 1 else column.in_(words)


def word_of(ending: Ending) -> str:
    """What the diary calls it."""
    return _WORDS[type(ending)]


async def note(
    connection: AsyncConnection, steps: Sequence[tuple[int, str, str]], at: datetime
) -> None:
    """Write down what happened to which row, and why."""
    if steps:
        rows = [
            {"outbox_id": row, "at": at, "what": what, "reason": why} for row, what, why in steps
        ]
        await connection.execute(sa.insert(attempts), rows)
