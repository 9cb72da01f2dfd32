"""Taps on buttons, and what the bot answers to them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Toast:
    """The bot's answer to a tap: a word that passes, or a box to close."""

    text: str
    alert: bool
    at: datetime
    tap: str


@dataclass(slots=True)
class Tap:
    """A tap on a button, answered at most once."""

    person: int
    at: datetime
    answered: bool = False
