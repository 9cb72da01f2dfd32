"""Approved forms of words: where each stands, and the account in which they are asked for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.template import TemplateNews, TemplateStatus


@dataclass(frozen=True, slots=True)
class KeptTemplate:
    """One form of words as we last heard of it, and when that was."""

    status: TemplateStatus
    checked_at: datetime


class TemplateStore(Protocol):
    """What we know of our forms of words."""

    async def all(self) -> Sequence[KeptTemplate]:
        """Every one, by name and language."""
        ...

    async def usable(self, names: Collection[str]) -> frozenset[tuple[str, str]]:
        """Those of these that may be sent now, as (name, language)."""
        ...

    async def keep(self, statuses: Sequence[TemplateStatus], now: datetime) -> None:
        """Write down how they stand."""
        ...

    async def note(self, news: TemplateNews, now: datetime) -> bool:
        """Take in what a webhook said of one; no if it is none of ours."""
        ...

    async def doubt(self) -> None:
        """Ask the account about all of them at the next occasion."""
        ...

    async def languages(self) -> Collection[str]:
        """The languages in which people are written to."""
        ...


class TemplateAccount(Protocol):
    """The provider's side. ``ConnectionError`` means not now, a refusal that it will not be."""

    def fingerprint(self, name: str, language: str) -> str:
        """Of the words we want today; another one in the account is to be changed."""
        ...

    async def listed(self) -> Sequence[TemplateStatus]:
        """How each of ours stands in the account."""
        ...

    async def create(self, name: str, language: str) -> TemplateStatus:
        """Ask for a new one; if it is there already, how that one stands."""
        ...

    async def edit(self, there: TemplateStatus) -> TemplateStatus:
        """Ask for today's words instead."""
        ...
