"""The owner's own texts, as the services need them kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.domain.ids import PersonId, PlanId
from bot.domain.money import Money
from bot.domain.own_text import OwnText, TextKey


@dataclass(frozen=True, slots=True)
class TextExample:
    """A real client and what they owe, to show a text with."""

    name: str
    amount: Money
    due_on: date


class TextStore(Protocol):
    """Every version of every text. None is ever changed or taken out."""

    async def newest(self) -> Sequence[OwnText]:
        """The newest version of each."""
        ...

    async def versions(self, key: TextKey) -> Sequence[OwnText]:
        """All versions of one, the newest first."""
        ...

    async def add(
        self, key: TextKey, words: str, by: PersonId | None, now: datetime
    ) -> OwnText | None:
        """One more version; none if somebody else has just written one."""
        ...

    async def example(self, plan: PlanId | None) -> TextExample | None:
        """Somebody who owes now, on that plan if one is named."""
        ...
