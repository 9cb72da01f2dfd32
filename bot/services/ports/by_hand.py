"""Reminding by hand: whom, who is kept back and by what, and how it will read."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.domain.charge import Standing
from bot.domain.ids import ClientId, PlanId
from bot.domain.message import ChannelName
from bot.services.ports.delivery import Reasons
from bot.services.ports.paging import Found, Key
from bot.services.ports.reminders import Line


@dataclass(frozen=True, slots=True)
class Whom:
    """Who is meant: one client, those who stand so, those on a plan; none of it: all who are late.

    Only whoever owes something is meant at all.
    """

    client: ClientId | None = None
    standing: Standing | None = None
    plan: PlanId | None = None


@dataclass(frozen=True, slots=True)
class When:
    """The business's day and when it began, and now."""

    today: date
    midnight: datetime
    now: datetime


@dataclass(frozen=True, slots=True)
class Example:
    """One of those who would be reminded, and of what."""

    name: str
    language: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class HeldBack:
    """Somebody who is meant and is not reminded, and the rule that keeps them back."""

    client: ClientId
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class ByHandView:
    """Before the yes. ``opens_at``: it is not the hour now, and goes then."""

    ready: int
    held: Sequence[Reasons]
    examples: Sequence[Example]
    opens_at: datetime | None = None


class ByHandStore(Protocol):
    """The tables, as reminding by hand needs them."""

    async def count(
        self, whom: Whom, channels: Collection[ChannelName], when: When
    ) -> Sequence[Reasons]:
        """How many are meant, by what keeps them back; an empty reason is nothing."""
        ...

    async def examples(
        self, whom: Whom, channels: Collection[ChannelName], when: When, most: int
    ) -> Sequence[Example]:
        """The first of those who would be reminded."""
        ...

    async def held(
        self, whom: Whom, channels: Collection[ChannelName], when: When, after: Key | None
    ) -> Found[HeldBack]:
        """Who is kept back, by name."""
        ...

    async def queue(self, whom: Whom, channels: Collection[ChannelName], when: When) -> int:
        """One notice for each who may be reminded; how many. Twice on a day does nothing."""
        ...
