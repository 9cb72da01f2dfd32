"""Approved forms of words: where each stands, and the account in which they are asked for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.pix_button import PixButton
from bot.domain.template import TemplateNews, TemplateStatus, TemplateText


@dataclass(frozen=True, slots=True)
class KeptTemplate:
    """One form of words as we last heard of it, when that was, and what the house knows of it."""

    status: TemplateStatus
    checked_at: datetime
    told: str = ""


class TemplateStore(Protocol):
    """What we know of our forms of words."""

    async def all(self) -> Sequence[KeptTemplate]:
        """Every one, by name and language."""
        ...

    async def usable(self) -> frozenset[tuple[str, str]]:
        """All that may be sent now, as (name, language)."""
        ...

    async def keep(self, statuses: Sequence[TemplateStatus], now: datetime) -> None:
        """Write down how they stand."""
        ...

    async def forget(self, statuses: Sequence[TemplateStatus]) -> None:
        """Drop those that are no more."""
        ...

    async def tell(self, status: TemplateStatus, told: str) -> bool:
        """Note what the house is told of one; no if somebody else has just told it."""
        ...

    async def note(self, news: TemplateNews, now: datetime) -> bool:
        """Take in what a webhook said of one; no if it is none of ours."""
        ...

    async def doubt(self) -> None:
        """Ask the account about all of them at the next occasion."""
        ...

    async def paid_by_pix(self) -> bool:
        """Whether the house can be paid by Pix; so we take it to be until it is set up."""
        ...

    async def pix_button(self) -> PixButton:
        """How the button that copies a Pix code stands."""
        ...

    async def switch_button(self, *, off: bool) -> bool:
        """Use it no more, or where the account takes it; no if it stood so."""
        ...

    async def refuse_button(self, why: str, now: datetime) -> None:
        """The account does not take it."""
        ...

    async def forgive_button(self) -> None:
        """Forget that the account did not take it, so that it is asked again."""
        ...

    async def languages(self) -> Collection[str]:
        """The languages in which people are written to."""
        ...


class TemplateAccount(Protocol):
    """The provider's side. ``ConnectionError`` means not now, a refusal that it will not be."""

    def fingerprint(self, text: TemplateText) -> str:
        """Of the words we want today; another one in the account is to be changed."""
        ...

    async def listed(self) -> Sequence[TemplateStatus]:
        """How each of ours stands in the account."""
        ...

    async def create(self, text: TemplateText) -> TemplateStatus:
        """Ask for a new one; if it is there already, how that one stands."""
        ...

    async def edit(self, there: TemplateStatus, text: TemplateText) -> TemplateStatus:
        """Ask for today's words instead."""
        ...

    async def retire(self, there: TemplateStatus) -> None:
        """Take one out for good."""
        ...
