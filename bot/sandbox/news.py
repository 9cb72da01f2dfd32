"""Word that something changed, for whoever waits: pages, long polls, tests."""

import asyncio
from collections.abc import Callable
from contextlib import suppress


class News:
    """A count that rises with every change; waiting for a rise costs nothing."""

    def __init__(self) -> None:
        self.version = 0
        self.stopped = False
        self._rung = asyncio.Event()

    def tell(self) -> None:
        """Something changed."""
        self.version += 1
        self._rung.set()
        self._rung = asyncio.Event()

    def stop(self) -> None:
        """Let everybody go who waits, now and later."""
        self.stopped = True
        self.tell()

    async def after(self, version: int, wait_s: float) -> int:
        """The count once it has risen above ``version``, or as it is when the wait is over."""
        await self.until(lambda: self.version > version, wait_s)
        return self.version

    async def until(self, holds: Callable[[], bool], wait_s: float) -> bool:
        """Whether it came to hold within the wait."""
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                while not (self.stopped or holds()):
                    await self._rung.wait()
        return holds()
