"""The record of who did what: a line a deed, and all of them read, the newest first, by key."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import ClientId, PersonId
from bot.services.ports.audit import DeedView, Sought
from bot.services.ports.versions import Noted
from bot.storage.tables import audit, clients, people
from bot.telemetry.origin import origin

_VIEW = sa.select(
    audit, people.c.name.label("by_name"), clients.c.name.label("client_name")
).select_from(
    audit.outerjoin(people, people.c.id == audit.c.person_id).outerjoin(
        clients, clients.c.id == audit.c.client_id
    )
)


class AuditLog:
    """Fills ``services.ports.house.Audit``. ``noted`` are the deeds of this transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.noted: list[Noted] = []
        self._connection = connection

    async def note(
        self, deed: str, by: PersonId | None, now: datetime, about: Mapping[str, Any]
    ) -> None:
        """One more line; which client it is about, if ``about`` tells so, can be looked for."""
        begun = origin()
        self.noted.append(Noted(deed, by))
        await self._connection.execute(
            sa.insert(audit).values(
                at=now,
                person_id=by,
                deed=deed,
                client_id=about.get("client"),
                origin=begun.where,
                request_id=begun.request_id,
                about=dict(about),
            )
        )


class AuditBook:
    """Fills ``services.ports.audit.AuditBook``. Nothing here writes, and nothing may change it."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def page(self, sought: Sought, after: int | None, most: int) -> Sequence[DeedView]:
        """The newest first, older than the line ``after``."""
        query = _VIEW.where(*_which(sought))
        if after is not None:
            query = query.where(audit.c.id < after)
        rows = await self._connection.execute(query.order_by(audit.c.id.desc()).limit(most))
        return [_view(row) for row in rows]

    async def get(self, number: int) -> DeedView | None:
        """One line."""
        row = (await self._connection.execute(_VIEW.where(audit.c.id == number))).one_or_none()
        return _view(row) if row else None

    async def people(self) -> Mapping[PersonId, str]:
        """Everybody who ever did anything, and their names."""
        did = sa.exists().where(audit.c.person_id == people.c.id)
        rows = await self._connection.execute(
            sa.select(people.c.id, people.c.name).where(did).order_by(people.c.id)
        )
        return {PersonId(row.id): row.name for row in rows}


def _which(sought: Sought) -> list[sa.ColumnElement[bool]]:
    deed = audit.c.deed
    which: list[sa.ColumnElement[bool]] = []
    if sought.begins:
        which.append(sa.or_(*(deed.startswith(each, autoescape=True) for each in sought.begins)))
    which += [~deed.startswith(each, autoescape=True) for each in sought.but]
    if sought.by is not None:
        which.append(audit.c.person_id.in_(sought.by))
    if sought.whom:
        which.append(clients.c.name_key.contains(sought.whom, autoescape=True))
    if sought.since:
        which.append(audit.c.at >= sought.since)
    if sought.until:
        which.append(audit.c.at < sought.until)
    return which


def _view(row: sa.Row[Any]) -> DeedView:
    return DeedView(
        id=row.id,
        at=row.at,
        deed=row.deed,
        by=PersonId(row.person_id) if row.person_id is not None else None,
        by_name=row.by_name or "",
        client=ClientId(row.client_id) if row.client_id is not None else None,
        client_name=row.client_name or "",
        origin=row.origin,
        request_id=row.request_id,
        about=row.about,
    )
