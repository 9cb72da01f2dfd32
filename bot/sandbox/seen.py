"""A message as the person holding the phone sees it, whichever network it came by."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.sandbox.shelf import StoredFile


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text that looks the same throughout."""

    text: str
    marks: tuple[str, ...] = ()
    """Of: bold italic underline strike code pre spoiler quote link command."""
    url: str = ""

    def as_json(self) -> dict[str, Any]:
        """For the page."""
        return {"text": self.text, "marks": list(self.marks), "url": self.url}


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to tap."""

    id: str
    label: str
    kind: str = "button"
    """button, url, copy, text (sends its label), row (of a list), typed (a numbered line)."""
    row: int = 0
    hint: str = ""
    style: str = ""
    url: str = ""

    def as_json(self) -> dict[str, Any]:
        """For the page."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Seen:
    """One message on a screen. ``mine`` is what the person wrote, not the business."""

    id: str
    mine: bool
    text: str
    at: datetime
    runs: tuple[Run, ...] = ()
    choices: tuple[Choice, ...] = ()
    file: StoredFile | None = None
    picture: bool = False
    header: str = ""
    footer: str = ""
    list_label: str = ""
    """On a WhatsApp list, the words that open it."""
    ticks: str = ""
    """sent, delivered, read, failed; empty while on its way, and on Telegram."""
    edited: bool = False
    reaction: str = ""
    template: str = ""
    quotes: str = ""

    @property
    def labels(self) -> tuple[str, ...]:
        """What can be tapped, by its words."""
        return tuple(choice.label for choice in self.choices)

    @property
    def content(self) -> bytes:
        """The bytes of its picture or document."""
        if self.file is None:
            raise LookupError(f"message {self.id} holds no file")
        return self.file.content

    def as_json(self) -> dict[str, Any]:
        """For the page; files by their link."""
        plain = ("id", "mine", "text", "picture", "header", "footer", "list_label", "ticks")
        more = ("edited", "reaction", "template", "quotes")
        return {name: getattr(self, name) for name in plain + more} | {
            "at": self.at.isoformat(),
            "runs": [run.as_json() for run in self.runs],
            "choices": [one.as_json() for one in self.choices if one.kind != "typed"],
            "file": self.file.as_json() if self.file else None,
        }


def find_choice(messages: list[Seen], what: str, message_id: str | None) -> tuple[Seen, Choice]:
    """The newest thing to tap with these words or this token; on one message, if it is named."""
    for seen in reversed(messages):
        if message_id is not None and seen.id != str(message_id):
            continue
        for choice in seen.choices:
            if what in (choice.label, choice.id):
                return seen, choice
    there = [seen.labels for seen in messages if seen.choices][-3:]
    raise LookupError(f"nothing to tap says {what!r}; the last buttons were {there}")
