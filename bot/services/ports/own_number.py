"""Our own number: how it stands, how well its messages arrive, and what they cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.message_cost import Counted, Prices, Rate
from bot.domain.own_number import Arrived, NumberFacts


@dataclass(frozen=True, slots=True)
class KnownFacts:
    """What the network told of the number the last time, when, and when it was last asked."""

    facts: NumberFacts | None = None
    told_at: datetime | None = None
    asked_at: datetime | None = None


class NumberAccount(Protocol):
    """The network. ``ConnectionError`` means not now, a refusal says what to mend."""

    async def facts(self) -> NumberFacts:
        """How the number stands just now."""
        ...


class NumberBook(Protocol):
    """What is known of the number."""

    async def known(self) -> KnownFacts:
        """What was told the last time, and when; and when it was asked for."""
        ...

    async def keep(self, facts: NumberFacts, now: datetime) -> None:
        """It was asked, and told this."""
        ...

    async def asked(self, at: datetime | None) -> None:
        """It was asked then, and told nothing; none: it is to be asked at once."""
        ...

    async def arrived(self, since: datetime) -> Arrived:
        """What became of what it took since then."""
        ...


class MessageCosts(Protocol):
    """How messages are billed, and what that costs."""

    async def counted(self, since: datetime) -> Sequence[Counted]:
        """What arrived since a quarter of an hour began, by category and country."""
        ...

    async def prices(self) -> Prices:
        """What the owner has said."""
        ...

    async def price(self, category: str, code: str, rate: Rate) -> None:
        """A message of this category to this country costs so much."""
        ...

    async def let_go_free(self, category: str, a_month: int) -> None:
        """So many a month cost nothing."""
        ...
