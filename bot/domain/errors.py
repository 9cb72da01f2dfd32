"""The family of errors. A refusal is an answer to a person; the rest is a channel's business."""

from collections.abc import Mapping

from bot.domain.text import Param, Text


class EmDiaError(Exception):
    """Everything this program raises on purpose."""


class Refusal(EmDiaError):
    """A person asked for what cannot be; ``text`` tells them why, in their language.

    ``field`` names the answer to correct, where there is one: the form asks that question again.
    """

    def __init__(self, key: str, field: str | None = None, **params: Param) -> None:
        super().__init__(key)
        self.key = key
        self.field = field
        self.params: Mapping[str, Param] = params

    @property
    def text(self) -> Text:
        """What the person is told."""
        return Text(self.key, self.params)


class Unreadable(Refusal):
    """What was typed is not a value of this kind."""


class NotFound(Refusal):
    """No such thing, or not theirs to see."""


class NotAllowed(Refusal):
    """It exists, but this person may not do it."""


class Conflict(Refusal):
    """It changed under them: show how things stand."""
