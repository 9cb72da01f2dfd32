"""Whom we started to write to: counted off the outbox, where every start is written down first."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.contact import DAY
from bot.domain.delivery import ARRIVED, State
from bot.domain.ids import OutboxId, PersonId
from bot.domain.message import ChannelName
from bot.domain.reasons import Reason
from bot.services.ports.contact import Leaving
from bot.storage.attempts import state_is
from bot.storage.dialect import one_of
from bot.storage.tables import Instant, channel_states, number_paces, outbox, paced_starts

_PHONES = ChannelName.WHATSAPP  # only WhatsApp counts people
_ONE: sa.ColumnElement[int] = sa.literal_column("1")


class Contacts:
    """Fills ``ports.contact.Contacts``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def starts(
        self, people: Collection[PersonId], since: datetime
    ) -> Mapping[PersonId, Sequence[datetime]]:
        """When each was reminded since then; who was not is left out."""
        query = sa.select(outbox.c.person_id, outbox.c.sending_at).where(
            one_of(self._connection, outbox.c.person_id, people),
            is_reminder(outbox),
            outbox.c.sending_at > since,
            has_left(outbox),
        )
        starts: dict[PersonId, list[datetime]] = {}
        for person, at in await self._connection.execute(query):
            starts.setdefault(PersonId(person), []).append(at)
        return starts

    async def leaving(self) -> Sequence[Leaving]:
        """What any process is about to send, in the order in which it is let through."""
        query = (
            sa.select(outbox.c.id, outbox.c.person_id, outbox.c.channel, outbox.c.kind)
            .where(
                state_is(outbox, State.CLAIMED, State.SENDING, State.UNCERTAIN),  # the index's own
                state_is(outbox, State.CLAIMED, State.SENDING),
                outbox.c.kind != "screen",
            )
            .order_by(outbox.c.id)
        )
        return [
            Leaving(
                OutboxId(row.id),
                PersonId(row.person_id),
                ChannelName(row.channel),
                row.kind == "reminder",
            )
            for row in await self._connection.execute(query)
        ]

    async def reminded_since(self, since: datetime) -> int:
        """How many reminders have left since then, but for those that are leaving."""
        query = sa.select(sa.func.count()).where(
            outbox.c.channel.in_([channel.value for channel in ChannelName]),
            is_start(outbox),  # for the index
            is_reminder(outbox),
            outbox.c.sending_at > since,
            has_left(outbox),
            outbox.c.state != State.SENDING,
        )
        return int((await self._connection.execute(query)).scalar_one())

    async def reached(
        self, channel: ChannelName, people: Collection[PersonId], since: datetime
    ) -> frozenset[PersonId]:
        """Those of them who were written to over this chat since then."""
        query = sa.select(outbox.c.person_id).where(
            one_of(self._connection, outbox.c.person_id, people), *_started(channel, since)
        )
        return frozenset(map(PersonId, (await self._connection.execute(query)).scalars()))

    async def reach(self, channel: ChannelName, since: datetime) -> int:
        """How many people were written to over this chat since then."""
        query = sa.select(sa.func.count(outbox.c.person_id.distinct()))
        counted = query.where(*_started(channel, since))
        return int((await self._connection.execute(counted)).scalar_one())

    async def allowed(self, channel: ChannelName) -> int | None:
        """How many people a day the network allows; none if it never said."""
        query = sa.select(channel_states.c.people_a_day).where(channel_states.c.channel == channel)
        found: int | None = (await self._connection.execute(query)).scalar_one_or_none()
        return found


def has_left(row: sa.FromClause) -> sa.ColumnElement[bool]:
    """Whether it has left, or may have."""
    lost = sa.and_(state_is(row, State.GIVEN_UP), row.c.reason == Reason.UNCERTAIN)
    return sa.or_(state_is(row, State.SENDING, State.UNCERTAIN, *ARRIVED), lost)


def is_reminder(row: sa.FromClause) -> sa.ColumnElement[bool]:
    """Written out, so that the partial index is found."""
    column: sa.ColumnElement[str] = row.c.kind
    return column == sa.literal_column("'reminder'")


def is_start(row: sa.FromClause) -> sa.ColumnElement[bool]:
    """Whether it was ours to start, rather than an answer; written out for the index."""
    column: sa.ColumnElement[str] = row.c.kind
    return column != sa.literal_column("'screen'")


def day_rule() -> sa.ColumnElement[str]:
    """Why nobody else is written to first today: enough were, or the number rests."""
    rests = sa.exists(
        sa.select(_ONE).where(
            channel_states.c.channel == _PHONES.value, channel_states.c.people_a_day == 0
        )
    )
    return sa.case((rests, Reason.PACE_STOPPED.value), else_=Reason.DAY_LIMIT.value)


def counts_later(row: sa.FromClause, now: datetime) -> sa.ColumnElement[bool]:
    """Whether it will count still when what is planned now leaves: at a kept pace, in hours."""
    return sa.or_(row.c.sending_at > sa.literal(now - DAY / 2, Instant), ~pace_is_kept())


def pace_is_kept() -> sa.ColumnElement[bool]:
    """Whether our number on WhatsApp has to be treated with care."""
    return sa.exists(
        sa.select(_ONE).where(number_paces.c.channel == _PHONES.value, number_paces.c.kept)
    )


def counts(row: sa.FromClause) -> sa.ColumnElement[bool]:
    """Whether it takes a place of the day's: of a number whose pace is kept, only real starts."""
    begun = sa.exists(sa.select(_ONE).where(paced_starts.c.outbox_id == row.c.id))
    return sa.or_(row.c.channel != _PHONES.value, ~pace_is_kept(), begun)


def _started(channel: ChannelName, since: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        outbox.c.channel == channel.value,
        is_start(outbox),
        outbox.c.sending_at > sa.literal(since, Instant),
        has_left(outbox),
        outbox.c.state != State.SENDING,
        counts(outbox),
    )
