"""What a person sees: sentences by key and choices that lead somewhere. No channel in sight."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from bot.domain.message import Attachment, Style
from bot.domain.text import Param, Text, t
from bot.domain.ticket import About


class Named(Protocol):
    """Anything with a deed's name: a handler."""

    @property
    def name(self) -> str:
        """The name its tickets carry."""
        ...


@dataclass(frozen=True, slots=True)
class Deed:
    """A handler by name and what it is called with."""

    name: str
    about: About = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """Where a tap leads and what it brings."""

    label: Text
    deed: Deed
    hint: Text | None = None
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True)
class Screen:
    """One answer. ``expects`` is where the next typed words go; ``then`` are further messages.

    ``asks_number``: with a way to give one's own phone, where the chat has one.
    """

    body: tuple[Text, ...]
    choices: tuple[Choice, ...] = ()
    attachment: Attachment | None = None
    expects: Deed | None = None
    then: tuple["Screen", ...] = ()
    asks_number: bool = False

    def offer(
        self,
        label: str | Text,
        to: Named | str,
        /,
        hint: Text | None = None,
        style: Style = Style.PLAIN,
        **about: object,
    ) -> "Screen":
        """Add a choice; ``label`` is a key or a text."""
        text = t(label) if isinstance(label, str) else label
        name = to if isinstance(to, str) else to.name
        choice = Choice(text, Deed(name, about), hint, style)
        return replace(self, choices=(*self.choices, choice))

    def choose(self, choice: Choice) -> "Screen":
        """Add a choice made elsewhere."""
        return replace(self, choices=(*self.choices, choice))

    def add(self, key: str | Text, /, **params: Param) -> "Screen":
        """Add a line to the body."""
        text = key if isinstance(key, Text) else Text(key, params)
        return replace(self, body=(*self.body, text))

    def showing(self, attachment: Attachment) -> "Screen":
        """Let a picture or a document go with it."""
        return replace(self, attachment=attachment)

    def asking_number(self) -> "Screen":
        """Let them give their own phone with one tap, where the chat can ask for it."""
        return replace(self, asks_number=True)

    def expecting(self, to: Named | str, /, **about: object) -> "Screen":
        """Send the next typed words to a handler, as ``typed``."""
        return replace(self, expects=Deed(to if isinstance(to, str) else to.name, about))

    def followed_by(self, other: "Screen") -> "Screen":
        """Say something more in a message of its own."""
        return replace(self, then=(*self.then, other))


def say(key: str | Text, /, **params: Param) -> Screen:
    """Start a screen with one line: ``say("client.added", name=...)``."""
    return Screen((key if isinstance(key, Text) else Text(key, params),))


@dataclass(frozen=True, slots=True)
class Offer:
    """A ready answer to a question: the value it stands for, and how it reads."""

    value: str
    label: Text
    hint: Text | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list; a tap opens it."""

    label: Text
    opens: Deed
    hint: Text | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Part of a list. ``next`` is the key to go on after, none at the end."""

    title: Text
    rows: tuple[Row, ...]
    next: Mapping[str, object] | None = None
    empty: Text | None = None
    extra: tuple[Choice, ...] = ()
