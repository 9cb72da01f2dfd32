"""Linking a phone by a code: what is kept of it, and the device that gives the codes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.domain.ids import PersonId
from bot.domain.message import ChannelName

CODE = "link.code"  # the purpose of a message with a code


class Wanted(StrEnum):
    """What somebody asked of the device; the value is stored."""

    NOTHING = ""
    CODE = "code"
    LETTERS = "letters"
    RESTART = "restart"


@dataclass(frozen=True, slots=True)
class LinkCode:
    """What makes the link: a picture to scan, or eight letters to type on the phone."""

    code: str
    picture: bytes
    letters: str = ""


@dataclass(frozen=True, slots=True)
class Asking:
    """What is under way. Without ``asked_by`` the house itself asks, because the link was ended.

    ``shown``: how many codes so far; ``code_hash``: the last one's. ``told``: the stop that the
    house has heard of.
    """

    wanted: Wanted = Wanted.NOTHING
    phone: str = ""
    asked_by: PersonId | None = None
    asked_at: datetime | None = None
    shown: int = 0
    code_hash: str = ""
    told: str = ""


class Linkings(Protocol):
    """The one asking that a chat has at a time."""

    async def get(self, channel: ChannelName) -> Asking:
        """How it stands."""
        ...

    async def put(self, channel: ChannelName, asking: Asking) -> None:
        """How it stands from now on."""
        ...

    async def last_code(self, asked_by: PersonId, since: datetime) -> str | None:
        """The message with the last code that they got since then, by its id at the provider."""
        ...


class Device(Protocol):
    """The linked device's server. ``ConnectionError`` means not now, a refusal what to mend."""

    async def code(self, phone: str = "") -> LinkCode | None:
        """A code, with letters if a phone is named; none if the link stands."""
        ...

    async def restart(self) -> None:
        """Connect anew, with the same link."""
        ...
