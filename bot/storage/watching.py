"""What the house saw of itself, kept minute by minute, and the troubles it had."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.message import ChannelName
from bot.domain.service_level import ServiceLevel, p95
from bot.domain.watch import BY_NAME, MINUTE, Sample, Trouble, minute_of
from bot.services.ports.watch import HOUSE, Incident
from bot.storage.dialect import alone, insert, one_of
from bot.storage.silence import silent_since
from bot.storage.tables import backups, incidents, samples

_MINUTE = samples.c.minute
_AS_IT_STANDS = (
    (incidents.c.told_at.is_(None), incidents.c.ended_at.is_(None)),
    (incidents.c.end_told_at.is_(None), incidents.c.ended_at.is_not(None)),
)


class Watching:
    """Fills ``ports.watch.Watching``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def alone(self) -> None:
        """Let one process look at a time, until the transaction ends."""
        await alone(self._connection, "watch")

    async def keep(self, sample: Sample) -> None:
        """Write down a minute; a second time in the same minute changes nothing."""
        row = insert(self._connection, samples).values(
            minute=sample.minute,
            process=sample.process,
            figures=dict(sample.figures),
            answers=list(sample.answers),
            asked=sum(sample.answers),
            errors=sample.errors,
            tried=sample.tried,
            failed=sample.failed,
        )
        await self._connection.execute(row.on_conflict_do_nothing())

    async def since(self, moment: datetime) -> Sequence[Sample]:
        """What all processes saw after then, the oldest first."""
        query = sa.select(samples).where(moment < _MINUTE).order_by(_MINUTE)
        return [_sample(row) for row in await self._connection.execute(query)]

    async def newest(self) -> datetime | None:
        """The last minute of which something is written."""
        found: datetime | None = (
            await self._connection.execute(sa.select(sa.func.max(_MINUTE)))
        ).scalar_one()
        return found

    async def open(self) -> Sequence[Incident]:
        """Troubles that are not over."""
        return await self._incidents(incidents.c.ended_at.is_(None))

    async def begin(self, trouble: Trouble, at: datetime, source: str = HOUSE) -> None:
        """One begins, unless it is there already."""
        row = insert(self._connection, incidents).values(
            **_named(trouble), began_at=at, source=source
        )
        await self._connection.execute(row.on_conflict_do_nothing())

    async def end(self, incident: Incident, at: datetime) -> None:
        """One is over."""
        await self._connection.execute(
            sa.update(incidents).where(incidents.c.id == incident.id).values(ended_at=at)
        )

    async def was(self, trouble: Trouble, began: datetime, ended: datetime) -> None:
        """One was noticed only when it was over."""
        await self._connection.execute(
            sa.insert(incidents).values(**_named(trouble), began_at=began, ended_at=ended)
        )

    async def untold(self) -> Sequence[Incident]:
        """Of which the house has still to hear that they began, or that they are over."""
        return await self._incidents(sa.or_(*(sa.and_(*each) for each in _AS_IT_STANDS)))

    async def told(self, heard: Sequence[Incident], now: datetime) -> None:
        """The house heard of them as they stand."""
        ids = [incident.id for incident in heard]
        for column, which in zip(("told_at", "end_told_at"), _AS_IT_STANDS, strict=True):
            await self._connection.execute(
                sa.update(incidents)
                .where(one_of(self._connection, incidents.c.id, ids), *which)
                .values({column: now})
            )

    async def backup_at(self) -> datetime | None:
        """When the last backup was made, if there is one."""
        newest = sa.select(sa.func.max(backups.c.made_at))
        found: datetime | None = (await self._connection.execute(newest)).scalar_one()
        return found

    async def silent_since(self) -> Mapping[ChannelName, datetime]:
        """Each chat that tells of arrivals and has said nothing at all since it took a message."""
        found = await silent_since(self._connection)
        return {} if found is None else {ChannelName.WHATSAPP: found}

    async def level(self, first: datetime, now: datetime) -> ServiceLevel:
        """How well the house served between then and now, since there are samples."""
        within = (first <= _MINUTE, now >= _MINUTE)
        sums = sa.select(
            sa.func.min(_MINUTE),
            sa.func.max(_MINUTE),
            sa.func.count(sa.distinct(_MINUTE)),
            sa.func.coalesce(sa.func.sum(samples.c.tried), 0),
            sa.func.coalesce(sa.func.sum(samples.c.failed), 0),
        ).where(*within)
        begun, newest, served, tried, failed = (await self._connection.execute(sums)).one()
        if begun is None:
            return ServiceLevel(0, 0, None, 0, 0, ())
        if await self._is_older(first):
            begun = first
        over = sa.select(incidents.c.began_at, incidents.c.ended_at).where(
            incidents.c.ended_at >= first, incidents.c.ended_at <= now
        )
        lasted = [row.ended_at - row.began_at for row in await self._connection.execute(over)]
        # The minute that is not over counts once it has its sample.
        end = max(newest, minute_of(now) - MINUTE)
        return ServiceLevel(
            minutes=(end - begun) // MINUTE + 1,
            served=served,
            p95_s=await self._p95(*within),
            tried=tried,
            failed=failed,
            recoveries=tuple(lasted),
        )

    async def forget(self, before: datetime) -> None:
        """Drop what is older."""
        await self._connection.execute(sa.delete(samples).where(before > _MINUTE))
        await self._connection.execute(sa.delete(incidents).where(incidents.c.ended_at < before))

    async def _is_older(self, first: datetime) -> bool:
        query = sa.select(_MINUTE).where(first > _MINUTE).limit(1)
        return (await self._connection.execute(query)).first() is not None

    async def _p95(self, *within: sa.ColumnElement[bool]) -> float | None:
        query = sa.select(samples.c.answers).where(samples.c.asked > 0, *within)
        rows = (await self._connection.execute(query)).scalars()
        return p95([sum(column) for column in zip(*rows, strict=True)])

    async def _incidents(self, which: sa.ColumnElement[bool]) -> Sequence[Incident]:
        query = sa.select(incidents).where(which).order_by(incidents.c.id)
        rows = (await self._connection.execute(query)).all()
        return [_incident(row) for row in rows if row.condition in BY_NAME]


def _named(trouble: Trouble) -> dict[str, str]:
    return {"condition": trouble.condition.name, "about": trouble.about}


def _incident(row: Any) -> Incident:
    trouble = Trouble(BY_NAME[row.condition], row.about)
    told = row.told_at is not None
    return Incident(row.id, trouble, row.began_at, row.ended_at, told, row.source)


def _sample(row: Any) -> Sample:
    return Sample(
        minute=row.minute,
        process=row.process,
        figures=row.figures,
        answers=row.answers,
        errors=row.errors,
        tried=row.tried,
        failed=row.failed,
    )
