"""Keep what must go on going: a loop that fails is started again, and its failure is logged."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger(__name__)

REST_S = 1.0  # a store that is away comes back by itself; asking without pause helps nobody


class Loops:
    """The tasks of a house. One that returns has ended by design; one that raises goes on."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, name: str, loop: Callable[[], Awaitable[None]]) -> None:
        """Run it until it returns, or until ``stop``."""
        task = asyncio.create_task(_keep_going(name, loop), name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Cancel them all and wait until they are gone."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _keep_going(name: str, loop: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await loop()
        except Exception:
            # Nobody else would begin it again: a loop that ended is a house that is half asleep.
            log.exception("loop.failed", loop=name)
            if _is_told_to_stop():
                return
            await asyncio.sleep(REST_S)
        else:
            log.info("loop.ended", loop=name)
            return


def _is_told_to_stop() -> bool:
    """Whether the loop was cancelled, and failed while it brought itself to an end."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
