"""Whom each claimed row goes to: their language, their window, and how their row has fared."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.detours import ARRIVED_AFTER_ALL, REFUSED_AS_WORDS
from bot.storage.dialect import one_of
from bot.storage.tables import addresses, attempts, outbox, people

# By the diary; only of the few that were refused before.
_FAILING_SINCE = sa.case(
    (
        outbox.c.attempts > 0,
        sa.func.coalesce(
            sa.select(sa.func.min(attempts.c.at))
            .where(attempts.c.outbox_id == outbox.c.id, attempts.c.what == "try_later")
            .correlate(outbox)
            .scalar_subquery(),
            outbox.c.created_at,
        ),
    )
)


class Reader(NamedTuple):
    """What must be known of them. ``failing_since``: when the row was first refused for now."""

    language: str
    is_staff: bool
    last_inbound_at: datetime | None
    unreachable: bool
    failing_since: datetime | None
    window_closed: bool
    arrived: bool


async def readers_of(connection: AsyncConnection, ids: Sequence[int]) -> Mapping[int, Reader]:
    """What must be known of whom each row goes to."""
    query = (
        sa.select(
            outbox.c.id,
            people.c.language,
            people.c.role,
            addresses.c.last_inbound_at,
            addresses.c.unreachable_at,
            _FAILING_SINCE.label("failing_since"),
            REFUSED_AS_WORDS.label("window_closed"),
            ARRIVED_AFTER_ALL.label("arrived"),
        )
        .select_from(
            outbox.join(people, people.c.id == outbox.c.person_id).outerjoin(
                addresses,
                sa.and_(
                    addresses.c.person_id == outbox.c.person_id,
                    addresses.c.channel == outbox.c.channel,
                    addresses.c.send_to == outbox.c.send_to,
                ),
            )
        )
        .where(one_of(connection, outbox.c.id, ids))
    )
    found = await connection.execute(query)
    return {
        row.id: Reader(
            row.language,
            row.role is not None,
            row.last_inbound_at,
            row.unreachable_at is not None,
            row.failing_since,
            row.window_closed,
            row.arrived,
        )
        for row in found
    }
