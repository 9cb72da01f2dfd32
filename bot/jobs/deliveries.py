"""What the intake works on: deliveries as they came, the channels they came by, reception."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from bot.domain.errors import Refusal
from bot.domain.ids import FileId
from bot.domain.message import Incoming, IncomingFile, Received
from bot.services.ports.inbox import RawRow

Fetch: TypeAlias = Callable[[IncomingFile], Awaitable[bytes]]
Acknowledge: TypeAlias = Callable[[str], Awaitable[None]]


class Reader(Protocol):
    """Reads one channel's deliveries."""

    def read(self, body: bytes) -> Received:
        """What one delivery holds; whatever cannot be read is counted, never raised."""
        ...


class Deliveries(Protocol):
    """The stored deliveries, and what follows from them besides answers."""

    async def undone(self, limit: int) -> Sequence[RawRow]:
        """The oldest that wait, those marked whose next try is still to come."""
        ...

    async def is_known(self, incoming: Incoming) -> bool:
        """Whether it is from somebody of the house or a client, whose files are worth fetching."""
        ...

    async def keep_file(self, file: IncomingFile, content: bytes) -> FileId:
        """Keep a file that somebody sent."""
        ...

    async def settle(self, handled: Sequence[tuple[RawRow, Received]]) -> None:
        """Take in what the providers report besides, and close the rows, in one transaction."""
        ...

    async def give_up(self, row: RawRow, trouble: str) -> None:
        """Close a row of which nothing can be made; it stays to be looked at."""
        ...

    async def later(self, row: RawRow, not_before: datetime, trouble: str) -> None:
        """Try a row again then."""
        ...


class Answering(Protocol):
    """Reception."""

    async def answer(self, incoming: Incoming, refused: Refusal | None = None) -> bool:
        """Queue the answer; no if it was answered before."""
        ...


@dataclass(frozen=True, slots=True)
class ChannelIn:
    """How one channel is heard."""

    reader: Reader
    fetch: Fetch | None = None
    acknowledge: Acknowledge | None = None
