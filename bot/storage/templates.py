"""What we know of our approved forms of words."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.message import ChannelName
from bot.domain.pix_button import PixButton
from bot.domain.template import APPROVED, PAUSED, TemplateNews, TemplateStatus
from bot.services.pix import CURRENCY
from bot.services.ports.templates import KeptTemplate
from bot.storage.dialect import insert
from bot.storage.tables import business, people, pix_buttons, templates

_ME = ChannelName.WHATSAPP.value
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)
_PAUSE = timedelta(hours=3)
_PAUSES = {"SECOND_PAUSE": timedelta(hours=6)}  # the third is for good


class Templates:
    """Fills ``ports.templates.TemplateStore``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def all(self) -> Sequence[KeptTemplate]:
        """Every one, by name and language."""
        rows = await self._connection.execute(
            sa.select(templates).order_by(templates.c.name, templates.c.language)
        )
        return [KeptTemplate(_status(row), row.checked_at, row.told) for row in rows]

    async def usable(self) -> frozenset[tuple[str, str]]:
        """All that may be sent now, as (name, language)."""
        rows = await self._connection.execute(
            sa.select(templates.c.name, templates.c.language).where(templates.c.status == APPROVED)
        )
        return frozenset((row.name, row.language) for row in rows)

    async def keep(self, statuses: Sequence[TemplateStatus], now: datetime) -> None:
        """Write down how they stand. What only a webhook tells stays as long as the status does."""
        for status in statuses:
            values = {
                "remote_id": status.remote_id,
                "status": status.status,
                "category": status.category,
                "reason": status.reason,
                "fingerprint": status.fingerprint,
                "quality": status.quality,
                "coming": status.coming,
                "checked_at": now,
            }
            row = insert(self._connection, templates).values(
                name=status.name, language=status.language, **values
            )
            same = templates.c.status == row.excluded.status
            told_before = {
                "advice": sa.case((same, templates.c.advice), else_=""),
                "paused_until": sa.case((same, templates.c.paused_until)),
            }
            await self._connection.execute(
                row.on_conflict_do_update(
                    index_elements=["name", "language"], set_=values | told_before
                )
            )

    async def forget(self, statuses: Sequence[TemplateStatus]) -> None:
        """Drop those that are no more."""
        for status in statuses:
            await self._connection.execute(sa.delete(templates).where(_is(status)))

    async def note(self, news: TemplateNews, now: datetime) -> bool:
        """Take in what a webhook said of one; no if it is none of ours. What it left out stays."""
        said = {
            "status": news.status,
            "category": news.category,
            "reason": news.reason,
            "quality": news.quality,
            "coming": news.coming,
            "advice": news.advice,
        }
        changed: dict[str, Any] = {name: value for name, value in said.items() if value}
        if news.status:
            pause = _PAUSES.get(news.pause, _PAUSE) if news.status == PAUSED else None
            changed["paused_until"] = now + pause if pause else None
        if news.status == APPROVED:
            changed |= {"reason": "", "advice": ""}
        done = await self._connection.execute(
            sa.update(templates).where(_is(news)).values(checked_at=now, **changed)
        )
        return bool(done.rowcount)

    async def tell(self, status: TemplateStatus, told: str) -> bool:
        """Note what the house is told of one; no if somebody else has just told it."""
        done = await self._connection.execute(
            sa.update(templates).where(_is(status), templates.c.told != told).values(told=told)
        )
        return bool(done.rowcount)

    async def doubt(self) -> None:
        """Ask the account about all of them at the next occasion."""
        await self._connection.execute(sa.update(templates).values(checked_at=_NEVER))

    async def paid_by_pix(self) -> bool:
        """Whether the house can be paid by Pix; so we take it to be until it is set up."""
        currency = await self._connection.execute(sa.select(business.c.currency))
        return currency.scalar_one_or_none() in {None, CURRENCY}

    async def pix_button(self) -> PixButton:
        """How the button that copies a Pix code stands."""
        house = sa.select(business.c.currency, business.c.pix_key)
        told = sa.select(pix_buttons).where(pix_buttons.c.channel == _ME)
        paid = (await self._connection.execute(house)).one_or_none()
        row = (await self._connection.execute(told)).one_or_none()
        possible = paid is not None and paid.currency == CURRENCY and bool(paid.pix_key)
        if row is None:
            return PixButton(possible)
        return PixButton(possible, row.off, row.refused_at, row.why)

    async def switch_button(self, *, off: bool) -> bool:
        """Use it no more, or where the account takes it; no if it stood so."""
        changed = (await self.pix_button()).off is not off
        if changed:
            await self._keep_button({"off": off})
        return changed

    async def refuse_button(self, why: str, now: datetime) -> None:
        """The account does not take it."""
        await self._keep_button({"refused_at": now, "why": why})

    async def forgive_button(self) -> None:
        """Forget that the account did not take it, so that it is asked again."""
        await self._keep_button({"refused_at": None, "why": ""})

    async def _keep_button(self, values: dict[str, Any]) -> None:
        row = insert(self._connection, pix_buttons).values(channel=_ME, **{"off": False, **values})
        await self._connection.execute(
            row.on_conflict_do_update(index_elements=["channel"], set_=values)
        )

    async def languages(self) -> Collection[str]:
        """The languages in which people are written to."""
        both = sa.union(sa.select(people.c.language), sa.select(business.c.language))
        return frozenset((await self._connection.execute(both)).scalars())


def _is(one: TemplateStatus | TemplateNews) -> sa.ColumnElement[bool]:
    return sa.and_(templates.c.name == one.name, templates.c.language == one.language)


def _status(row: sa.Row[Any]) -> TemplateStatus:
    return TemplateStatus(
        name=row.name,
        language=row.language,
        status=row.status,
        category=row.category,
        reason=row.reason,
        remote_id=row.remote_id,
        fingerprint=row.fingerprint,
        quality=row.quality,
        coming=row.coming,
        advice=row.advice,
        paused_until=row.paused_until,
    )
