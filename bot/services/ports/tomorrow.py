"""What leaves tomorrow, as far as it is known tonight."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.domain.ids import ClientId, PersonId
from bot.domain.ladder import Due
from bot.domain.message import ChannelName
from bot.domain.text import Text
from bot.services.ports.reminders import Bounds, Line


@dataclass(frozen=True, slots=True)
class Coming:
    """Somebody who is to be reminded, of what, and whether somebody said not to."""

    client: ClientId
    name: str
    language: str
    lines: tuple[Line, ...]
    skipped: bool
    channel: str = ""


@dataclass(frozen=True, slots=True)
class ComingMessage:
    """The same with its words, to be said in the client's ``language``."""

    client: ClientId
    name: str
    language: str
    form: str
    body: Sequence[Text]
    skipped: bool
    channel: str = ""


class TomorrowStore(Protocol):
    """The tables, as looking ahead needs them."""

    async def coming(
        self, dues: Sequence[Due], channels: Collection[ChannelName], bounds: Bounds
    ) -> Sequence[Coming]:
        """Who is to be reminded on the day of the bounds, by name."""
        ...

    async def skip(self, lines: Sequence[Line], now: datetime) -> None:
        """Leave these steps of these charges out."""
        ...

    async def take_back(self, lines: Sequence[Line]) -> None:
        """Let them go after all."""
        ...

    async def was_told(self, person: PersonId, purpose: str) -> bool:
        """Whether a notice of this purpose was ever queued for them."""
        ...


def purpose_of(day: date) -> str:
    """Why the evening's notice is sent: once for each day."""
    return f"tomorrow:{day.isoformat()}"
