"""The processes that share the work: what one of them does at a time, and how many they are."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Protocol

MANY = 1_000_000  # all of them


class Crew(Protocol):
    """Our place among the processes that work on the same store."""

    @property
    def shared(self) -> bool:
        """Whether others may work beside us at all."""
        ...

    @property
    def size(self) -> int:
        """How many of us there are, as far as is known."""
        ...

    async def take(self, deeds: Sequence[str], most: int = MANY) -> frozenset[str]:
        """Of these deeds the first ``most`` that nobody is at; nobody else is given them now.

        They are ours until they are given back, or until this process is gone.
        """
        ...

    async def give_back(self, deeds: Collection[str]) -> None:
        """Others may take them."""
        ...

    async def alone(self, deed: str, work: Callable[[], Awaitable[None]]) -> None:
        """Work as long as no other process does; wait for our turn until then."""
        ...


class OneProcess:
    """Nobody works beside us: everything is ours."""

    shared = False
    size = 1

    async def take(self, deeds: Sequence[str], most: int = MANY) -> frozenset[str]:
        """All of them."""
        return frozenset(deeds[:most])

    async def give_back(self, deeds: Collection[str]) -> None:
        """Nobody waits for them."""

    async def alone(self, deed: str, work: Callable[[], Awaitable[None]]) -> None:
        """At once."""
        del deed
        await work()


class OnlyOne:
    """Whether what only one process may do is ours to do. ``hold`` is given to ``Crew.alone``."""

    def __init__(self) -> None:
        self.ours = False

    async def hold(self) -> None:
        """It is ours until this is cancelled."""
        self.ours = True
        try:
            await asyncio.Event().wait()
        finally:
            self.ours = False
