"""Where a person is in a conversation: one row, whatever the chat, so that a restart goes on."""

from typing import Any

from pydantic import BaseModel


class OpenForm(BaseModel):
    """A form half-way. ``serial`` tells its buttons from those of an earlier round."""

    name: str
    serial: str
    said: dict[str, Any] = {}
    asking: str | None = None  # none: it is being read back
    returning: bool = False  # one answer is being changed; back to the read-back after it


class Shown(BaseModel):
    """A choice on the last screen, so that its words or its number may be typed."""

    label: str
    token: str


class Expecting(BaseModel):
    """Where the next typed words go."""

    name: str
    about: dict[str, Any] = {}


class Session(BaseModel):
    """All that a conversation remembers."""

    form: OpenForm | None = None
    in_form: bool = False  # typed words answer the form's question
    expecting: Expecting | None = None
    shown: list[Shown] = []
    numbers_mean_choices: bool = True  # not while a number could be the answer
