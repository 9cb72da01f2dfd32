"""The business, and the codes that let people in."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.contact import ContactRules
from bot.domain.ids import PersonId
from bot.domain.role import Role
from bot.services.ports.house import BusinessView, ClientCode, Invitation
from bot.storage.dialect import insert
from bot.storage.tables import business, invitations

ONLY = 1  # one installation, one business
_OF_A_CLIENT = Role.CLIENT.name.lower()


class Business:
    """Fills ``services.ports.house.BusinessStore``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self) -> BusinessView | None:
        """The business, once there is one."""
        return await self._one(sa.select(business))

    async def hold(self) -> BusinessView | None:
        """The same; nobody else changes it until this transaction ends."""
        return await self._one(sa.select(business).with_for_update())

    async def _one(self, query: sa.Select[Any]) -> BusinessView | None:
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return None
        settings = row.settings
        return BusinessView(
            name=row.name,
            city=row.city,
            pix_key=row.pix_key,
            zone=row.zone,
            currency=row.currency,
            country=row.country,
            language=row.language,
            hours={int(day): (times[0], times[1]) for day, times in settings["hours"].items()},
            closed_days=frozenset(date.fromisoformat(day) for day in settings["closed_days"]),
            rules=_rules(settings.get("contact", {})),
            evening_digest=settings.get("evening_digest", True),
            set_up=row.set_up_at is not None,
            owned=row.owner_claimed_at is not None,
        )

    async def create(self, first: BusinessView, now: datetime) -> BusinessView:
        """Write down the first values; whatever is there already stays."""
        row = insert(self._connection, business).values(
            id=ONLY,
            name=first.name,
            city=first.city,
            pix_key=first.pix_key,
            zone=first.zone,
            currency=first.currency,
            country=first.country,
            language=first.language,
            settings=_settings(first),
            created_at=now,
        )
        await self._connection.execute(row.on_conflict_do_nothing())
        stored = await self.get()
        assert stored is not None
        return stored

    async def change(self, **values: Any) -> None:
        """Write new values of ``BusinessView``'s plain fields, and ``set_up_at``."""
        await self._connection.execute(
            sa.update(business).where(business.c.id == ONLY).values(**values)
        )

    async def settle(self, house: BusinessView) -> None:
        """Write its hours, closed days and rules of contact as they stand in ``house``."""
        kept = await self._connection.execute(sa.select(business.c.settings).with_for_update())
        settings = {**kept.scalar_one(), **_settings(house)}
        await self.change(settings=settings)

    async def own(self, now: datetime) -> bool:
        """Take the house; no if somebody has it already."""
        taken = await self._connection.execute(
            sa.update(business)
            .where(business.c.id == ONLY, business.c.owner_claimed_at.is_(None))
            .values(owner_claimed_at=now)
        )
        return taken.rowcount == 1


class Invitations:
    """Fills ``services.ports.house.Invitations``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def offer(
        self, code_hash: str, role: Role, expires_at: datetime, person: PersonId | None = None
    ) -> None:
        """Remember a code; the same code again stands anew only if it was never used."""
        row = insert(self._connection, invitations).values(
            code_hash=code_hash, role=role.name.lower(), expires_at=expires_at, person_id=person
        )
        await self._connection.execute(row.on_conflict_do_nothing())

    async def take(self, code_hash: str, by: PersonId, now: datetime) -> Invitation | None:
        """Use a code of the house's own up, if it is one and still stands."""
        taken = await self._connection.execute(
            sa.update(invitations)
            .where(
                invitations.c.code_hash == code_hash,
                invitations.c.role != _OF_A_CLIENT,
                invitations.c.used_at.is_(None),
                invitations.c.expires_at > now,
            )
            .values(used_at=now, used_by=by)
            .returning(invitations.c.role, invitations.c.person_id)
        )
        row = taken.one_or_none()
        if row is None:
            return None
        person = PersonId(row.person_id) if row.person_id is not None else None
        return Invitation(Role[row.role.upper()], person)

    async def of_client(self, code_hash: str, now: datetime) -> ClientCode | None:
        """Whose chat a client's code is for; none if it is no such code."""
        query = sa.select(
            invitations.c.person_id, invitations.c.used_at, invitations.c.expires_at
        ).where(invitations.c.code_hash == code_hash, invitations.c.role == _OF_A_CLIENT)
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return None
        return ClientCode(PersonId(row.person_id), row.used_at is None and row.expires_at > now)

    async def take_of_client(self, code_hash: str, by: PersonId, now: datetime) -> bool:
        """Use a client's code up, and the others that lead to the same client."""
        code = invitations.alias("code")
        whose = sa.select(code.c.person_id).where(
            code.c.code_hash == code_hash,
            code.c.role == _OF_A_CLIENT,
            code.c.used_at.is_(None),
            code.c.expires_at > now,
        )
        taken = await self._connection.execute(
            sa.update(invitations)
            .where(
                invitations.c.person_id == whose.scalar_subquery(),
                invitations.c.role == _OF_A_CLIENT,
                invitations.c.used_at.is_(None),
            )
            .values(used_at=now, used_by=by)
            .returning(invitations.c.code_hash)
        )
        # Of two who come at once with it, the second finds it used.
        return code_hash in taken.scalars().all()

    async def withdraw(self, role: Role) -> None:
        """Forget the unused codes for a role."""
        await self._connection.execute(
            sa.delete(invitations).where(
                invitations.c.role == role.name.lower(), invitations.c.used_at.is_(None)
            )
        )


def _settings(house: BusinessView) -> dict[str, object]:
    return {
        "hours": {str(day): list(times) for day, times in house.hours.items()},
        "closed_days": sorted(day.isoformat() for day in house.closed_days),
        "contact": asdict(house.rules),
        "evening_digest": house.evening_digest,
    }


def _rules(kept: Mapping[str, Any]) -> ContactRules:
    """What is not written down is as it is for everybody."""
    known = {field.name for field in fields(ContactRules)}
    return ContactRules(**{name: value for name, value in kept.items() if name in known})
