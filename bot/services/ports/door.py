"""What is remembered of those who knocked, as the doorkeeper needs it kept."""

from datetime import datetime
from typing import Protocol

from bot.domain.ids import PersonId
from bot.domain.knocks import Knock, Knocked


class Knocks(Protocol):
    """Every knock of late; in the store, so that a restart or another process forgets none."""

    async def note(self, knock: Knock, person: PersonId, now: datetime) -> None:
        """One more."""
        ...

    async def by(self, person: PersonId, knock: Knock, since: datetime) -> Knocked:
        """Those of one person."""
        ...

    async def by_all(self, knock: Knock, since: datetime, most: int) -> int:
        """How many of everybody's, counted up to ``most``."""
        ...
