"""What one message's transaction reaches: the rooms that reception itself needs."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.dialog.session import Session
from bot.domain.ids import PersonId
from bot.domain.message import Incoming
from bot.handlers.desk import Desk
from bot.services.doorkeeper import Doorkeeper
from bot.services.ports.desk import TicketDrawer
from bot.services.ports.offers import Offers
from bot.services.ports.people import People, PersonView
from bot.services.ports.post import Outbox


class Seen(Protocol):
    """The messages that were answered already."""

    async def first_time(self, channel: str, message_id: str, now: datetime) -> bool:
        """Whether this message was not answered yet; from now on it was."""
        ...


class Sessions(Protocol):
    """Where each person is in their conversation."""

    async def lock(self, person: PersonId, now: datetime) -> Session:
        """The person's session, theirs alone until the transaction ends."""
        ...

    async def save(self, person: PersonId, session: Session, now: datetime) -> None:
        """Remember where the conversation stands."""
        ...


@dataclass(frozen=True, slots=True)
class Visit:
    """One open transaction, with the rooms that reception itself needs."""

    seen: Seen
    people: People
    sessions: Sessions
    tickets: TicketDrawer
    offers: Offers
    outbox: Outbox
    wake: Callable[[PersonId, datetime], Awaitable[object]]  # what waited for them goes now
    desk: Callable[[PersonView, Incoming], Desk]
    door: Doorkeeper
