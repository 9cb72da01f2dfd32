"""Keep what was read for a while: never beyond its time, and never for another version of it."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

from bot.domain.clock import Clock

MOST = 2000  # answers remembered; the one that was not asked for the longest goes first
PATIENCE_S = 5.0  # for somebody else who is loading the same

T = TypeVar("T")
Load: TypeAlias = Callable[[], Awaitable[T]]
Version: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """One kind of answer: for how long it is kept, and what it ``rests_on``: a change of one of
    these makes another version of it.

    ``shape`` is its type where other processes may have it too, through JSON; an answer with
    people's names or phones in it has none, and stays in this process's memory.
    """

    name: str
    seconds: float
    rests_on: frozenset[str] = frozenset()
    shape: Any = None


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    """One answer, and since when it is known."""

    value: T
    made_at: datetime
    version: Version = ()

    def holds(self, seconds: float, now: datetime) -> bool:
        """Whether it is not too old. After the clock was set back, nothing is believed."""
        return self.made_at <= now < self.made_at + timedelta(seconds=seconds)


class Shared(Protocol):
    """A second place behind each process's memory, for all of them."""

    async def get(self, kind: Kind[T], name: str, load: Load[T]) -> tuple[Entry[T], str]:
        """What is kept under the name, else what ``load`` brings; and which of the two."""
        ...


class Cache:
    """One process's memory. ``count`` hears of every look: of which kind, and where it ended."""

    def __init__(
        self,
        clock: Clock,
        shared: Shared | None = None,
        count: Callable[[str, str], None] = lambda _kind, _where: None,
        most: int = MOST,
    ) -> None:
        self.count = count
        self._clock = clock
        self._shared = shared
        self._most = most
        self._entries: OrderedDict[tuple[str, str], Entry[Any]] = OrderedDict()
        self._flights: dict[tuple[str, str, Version], asyncio.Future[Entry[Any] | None]] = {}

    def __len__(self) -> int:
        """How many answers are remembered."""
        return len(self._entries)

    async def get(self, kind: Kind[T], key: str, version: Version, load: Load[T]) -> T:
        """The answer to ``key``, as it is in this version."""
        place = (kind.name, key)
        entry = self._entries.get(place)
        if entry and entry.version == version and entry.holds(kind.seconds, self._clock.now()):
            self._entries.move_to_end(place)
            self.count(kind.name, "memory")
            known: T = entry.value
            return known
        flight = self._flights.get((*place, version))
        if flight is None:
            return await self._lead(kind, key, version, load)
        # A hundred who ask at once cost what one costs.
        await asyncio.wait([flight], timeout=PATIENCE_S)
        brought = flight.result() if flight.done() else None
        if brought is None:  # it failed, was cancelled, or takes too long: that need not be ours
            self.count(kind.name, "loaded")
            return await load()
        self.count(kind.name, "waited")
        theirs: T = brought.value
        return theirs

    async def _lead(self, kind: Kind[T], key: str, version: Version, load: Load[T]) -> T:
        """Bring it, for all who wait."""
        flight: asyncio.Future[Entry[Any] | None] = asyncio.get_running_loop().create_future()
        self._flights[kind.name, key, version] = flight
        entry = None
        try:
            entry, where = await self._bring(kind, key, version, load)
        finally:
            del self._flights[kind.name, key, version]
            flight.set_result(entry)
        self.count(kind.name, where)
        self._keep((kind.name, key), Entry(entry.value, entry.made_at, version))
        return entry.value

    async def _bring(
        self, kind: Kind[T], key: str, version: Version, load: Load[T]
    ) -> tuple[Entry[T], str]:
        if self._shared and kind.shape is not None:
            name = " ".join([kind.name, *map(str, version), key])
            return await self._shared.get(kind, name, load)
        made_at = self._clock.now()
        return Entry(await load(), made_at), "loaded"

    def _keep(self, place: tuple[str, str], entry: Entry[Any]) -> None:
        known = self._entries.get(place)
        if known and known.version > entry.version:
            return  # somebody who began later was quicker
        self._entries[place] = entry
        self._entries.move_to_end(place)
        while len(self._entries) > self._most:
            self._entries.popitem(last=False)
