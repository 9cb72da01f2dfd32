"""The pace of our WhatsApp number, kept where all processes see it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import State
from bot.domain.ids import OutboxId, PersonId
from bot.domain.message import ChannelName
from bot.domain.number_pace import Level, Start
from bot.domain.pace_state import NumberPace
from bot.domain.reasons import Reason
from bot.services.ports.pace import Heard
from bot.storage.attempts import state_is
from bot.storage.contacts import is_start
from bot.storage.dialect import alone, insert, one_of
from bot.storage.tables import addresses, number_paces, outbox, paced_starts

_ME = ChannelName.WHATSAPP
_NAMES = [field.name for field in fields(NumberPace)]
_KEPT = timedelta(days=90)
_NOT_GONE = (State.WAITING, State.CANCELLED)


class NumberPaces:
    """Fills ``services.ports.pace.PaceStore``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def begin(self, *, kept: bool) -> None:
        """Whether the gateway of today needs it; what is known of the number stays."""
        if kept or await self._read():
            row = insert(self._connection, number_paces).values(channel=_ME, kept=kept)
            await self._connection.execute(
                row.on_conflict_do_update(index_elements=["channel"], set_={"kept": kept})
            )

    async def get(self) -> NumberPace | None:
        """How it stands; none if nobody has to care. No other process looks meanwhile."""
        await alone(self._connection, "number pace")
        return await self.seen()

    async def seen(self) -> NumberPace | None:
        """The same, only to be read."""
        row = await self._read()
        if row is None or not row.kept:
            return None
        values = {name: getattr(row, name) for name in _NAMES}
        return NumberPace(**values | {"level": Level(row.level)})

    async def keep(self, pace: NumberPace) -> None:
        """Remember how it stands now."""
        await self._connection.execute(
            sa.update(number_paces).where(number_paces.c.channel == _ME).values(**asdict(pace))
        )

    async def start(self, row: OutboxId, now: datetime) -> None:
        """Write down that somebody is written to first by this message."""
        made = insert(self._connection, paced_starts).values(outbox_id=row, at=now)
        await self._connection.execute(
            made.on_conflict_do_update(index_elements=["outbox_id"], set_={"at": now})
        )

    async def starts(
        self, since: datetime, most: int, until: datetime | None = None
    ) -> Sequence[Start]:
        """The last ones that left since then, and before ``until``, the newest first."""
        heard = (
            sa.select(sa.func.max(addresses.c.last_inbound_at))
            .where(addresses.c.person_id == outbox.c.person_id, addresses.c.channel == _ME.value)
            .correlate(outbox)
            .scalar_subquery()
        )
        query = (
            sa.select(*_START, sa.func.coalesce(heard > paced_starts.c.at, sa.false()))
            .select_from(_GONE)
            .where(paced_starts.c.at > since, outbox.c.state != State.CANCELLED)
            .order_by(paced_starts.c.at.desc())
            .limit(most)
        )
        if until is not None:
            query = query.where(paced_starts.c.at < until)
        rows = (await self._connection.execute(query)).all()
        return [_start(row, row.at, answered=bool(row[-1])) for row in rows]

    async def one(self, row: OutboxId) -> Start | None:
        """What is known of a message, if it has left."""
        query = sa.select(*_SENT).where(outbox.c.id == row, outbox.c.sending_at.is_not(None))
        found = (await self._connection.execute(query)).one_or_none()
        return _start(found, found.sending_at) if found else None

    async def last(self) -> Start | None:
        """What left last of all that we started, whoever it was for."""
        query = (
            sa.select(*_SENT)
            .where(*_STARTED, outbox.c.sending_at.is_not(None), ~state_is(outbox, *_NOT_GONE))
            .order_by(outbox.c.sending_at.desc(), outbox.c.id.desc())
            .limit(1)
        )
        found = (await self._connection.execute(query)).one_or_none()
        return _start(found, found.sending_at) if found else None

    async def reached(self, since: datetime) -> Mapping[PersonId, datetime]:
        """Who was written to first since then, and when last."""
        query = (
            sa.select(outbox.c.person_id, sa.func.max(paced_starts.c.at))
            .select_from(_GONE)
            .where(paced_starts.c.at > since, ~state_is(outbox, *_NOT_GONE))
            .group_by(outbox.c.person_id)
        )
        rows = await self._connection.execute(query)
        return {PersonId(person): at for person, at in rows}

    async def known(self, people: Collection[PersonId]) -> frozenset[PersonId]:
        """Those of them on whose phone something of ours has arrived."""
        query = sa.select(outbox.c.person_id).where(
            one_of(self._connection, outbox.c.person_id, people),
            outbox.c.channel == _ME.value,
            outbox.c.delivered_at.is_not(None),
        )
        return frozenset(map(PersonId, (await self._connection.execute(query)).scalars()))

    async def heard(self, since: datetime) -> Heard:
        """What the network said of messages that left since then."""
        query = sa.select(sa.func.max(outbox.c.sent_at), sa.func.max(outbox.c.delivered_at)).where(
            *_STARTED, outbox.c.sending_at > since
        )
        taken, arrived = (await self._connection.execute(query)).one()
        return Heard(taken, arrived)

    async def waiting(self, until: datetime) -> int:
        """How many that we start wait to leave by then."""
        query = (
            sa.select(sa.func.count())
            .select_from(outbox)
            .where(*_STARTED, state_is(outbox, State.WAITING), outbox.c.due_at <= until)
        )
        return int((await self._connection.execute(query)).scalar_one())

    async def end_of_line(self) -> datetime | None:
        """When the last of those leaves that wait for their turn."""
        query = sa.select(sa.func.max(outbox.c.due_at)).where(
            *_STARTED, state_is(outbox, State.WAITING), outbox.c.reason == Reason.PACE_TURN
        )
        found: datetime | None = (await self._connection.execute(query)).scalar_one()
        return found

    async def wake(self, reasons: Collection[str], now: datetime) -> int:
        """What waited for one of these reasons may go; how many."""
        woken = await self._connection.execute(
            sa.update(outbox)
            .where(
                *_STARTED,
                state_is(outbox, State.WAITING),
                outbox.c.reason.in_(sorted(reasons)),
                outbox.c.due_at > now,
            )
            .values(due_at=now)
        )
        return woken.rowcount

    async def forget(self, now: datetime) -> None:
        """Nobody asks with whom we began to talk so long ago."""
        old = paced_starts.c.at < now - _KEPT
        await self._connection.execute(sa.delete(paced_starts).where(old))

    async def _read(self) -> Any:
        query = sa.select(number_paces).where(number_paces.c.channel == _ME)
        return (await self._connection.execute(query)).one_or_none()


_STARTED = (outbox.c.channel == _ME.value, is_start(outbox))
_GONE = paced_starts.join(outbox, outbox.c.id == paced_starts.c.outbox_id)
_SENT = (
    outbox.c.id,
    outbox.c.person_id,
    outbox.c.state,
    outbox.c.reason,
    outbox.c.sending_at,
)
_START = (*_SENT, paced_starts.c.at)


def _start(row: Any, at: datetime, *, answered: bool = False) -> Start:
    return Start(
        OutboxId(row.id), PersonId(row.person_id), at, State(row.state), row.reason, answered
    )
