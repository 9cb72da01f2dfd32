"""A message between the business and a person, and how far it got."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.sandbox.seen import Choice, Seen
from bot.sandbox.shelf import StoredFile
from bot.sandbox.whatsapp.marks import runs_of

RANK = {"": 0, "sent": 1, "delivered": 2, "read": 3, "failed": 4}


@dataclass(slots=True)
class Content:
    """What a message holds once it passed every check."""

    kind: str
    text: str = ""
    header: str = ""
    footer: str = ""
    choices: tuple[Choice, ...] = ()
    list_label: str = ""
    file: StoredFile | None = None
    picture: bool = False
    template: str = ""
    category: str = ""
    """The template's."""
    lives: timedelta = timedelta(days=30)
    """How long it waits for a phone that is off."""
    link: str = ""
    """A file still to be fetched by its address."""


@dataclass(slots=True)
class Message:
    """One message, of either side."""

    id: str
    mine: bool
    """Written by the person, not by the business."""
    at: datetime
    content: Content
    opaque: str = ""
    status: str = ""
    undelivered: bool = False
    """It never reaches the person's screen."""
    reaction: str = ""
    quotes: str = ""
    events: list[dict[str, Any]] = field(default_factory=list)

    def moves_to(self, status: str) -> bool:
        """Whether the status is news; it only moves on."""
        if RANK[status] <= RANK[self.status]:
            return False
        self.status = status
        return True

    def seen(self) -> Seen:
        """As it stands on the person's screen."""
        content = self.content
        return Seen(
            id=self.id,
            mine=self.mine,
            text=content.text,
            at=self.at,
            runs=runs_of(content.text),
            choices=content.choices,
            file=content.file,
            picture=content.picture,
            header=content.header,
            footer=content.footer,
            list_label=content.list_label,
            ticks=self.status,
            reaction=self.reaction,
            template=content.template,
            quotes=self.quotes,
        )
