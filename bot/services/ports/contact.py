"""Whom we started to write to, and when: what the rules of contact look at."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.ids import OutboxId, PersonId
from bot.domain.message import ChannelName


@dataclass(frozen=True, slots=True)
class Leaving:
    """A message of ours that is about to leave, or is leaving this moment."""

    id: OutboxId
    person_id: PersonId
    channel: ChannelName
    is_reminder: bool


class Contacts(Protocol):
    """What has left the house unasked, and what is about to."""

    async def starts(
        self, people: Collection[PersonId], since: datetime
    ) -> Mapping[PersonId, Sequence[datetime]]:
        """When each was reminded since then; who was not is left out."""
        ...

    async def leaving(self) -> Sequence[Leaving]:
        """What any process is about to send, in the order in which it is let through."""
        ...

    async def reminded_since(self, since: datetime) -> int:
        """How many reminders have left since then."""
        ...

    async def reached(
        self, channel: ChannelName, people: Collection[PersonId], since: datetime
    ) -> frozenset[PersonId]:
        """Those of them who were written to over this chat since then."""
        ...

    async def reach(self, channel: ChannelName, since: datetime) -> int:
        """How many people were written to over this chat since then."""
        ...

    async def allowed(self, channel: ChannelName) -> int | None:
        """How many people a day the network allows; none if it never said."""
        ...
