"""Telling people things: whatever a service starts goes through here, in its transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.domain.ids import OutboxId, PersonId
from bot.domain.message import Attachment, ChannelName, Style, TemplateUse
from bot.domain.text import Text
from bot.domain.ticket import About


@dataclass(frozen=True, slots=True)
class Press:
    """A button of a notice: its label, and the deed its ticket will stand for."""

    label: Text
    deed: str
    about: About = field(default_factory=dict)
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True)
class Notice:
    """What we start telling somebody. ``purpose`` says why, for the records: receipt, claim...

    ``template`` is the approved form of the same words, for where free words may not go first.
    ``not_over`` is the chat whose trouble it is about, ``over`` the only one that it may go over.
    ``renews`` is a message of ours whose place it takes, by its id at the provider.
    """

    purpose: str
    body: Sequence[Text]
    buttons: Sequence[Press] = ()
    attachment: Attachment | None = None
    template: TemplateUse | None = None
    not_over: ChannelName | None = None
    over: ChannelName | None = None
    renews: str | None = None


class Post(Protocol):
    """The way to somebody, over whichever chat they are best reached by."""

    async def tell(self, person: PersonId, notice: Notice) -> OutboxId | None:
        """Queue a notice in this transaction; none if there is no address to send it to."""
        ...

    async def staff(self) -> Sequence[PersonId]:
        """Everyone of the house who decides on payments: owner and managers."""
        ...


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row of the outbox to be. ``payload`` is an Outgoing as JSON; empty for a reminder."""

    person_id: PersonId
    channel: str
    send_to: str
    kind: str  # screen, notice or reminder
    purpose: str
    payload: str
    priority: int


class Outbox(Protocol):
    """The only way out."""

    async def add(self, rows: Sequence[NewRow]) -> Sequence[OutboxId]:
        """Queue rows, to be sent in this order."""
        ...
