"""The loops of a house go on after a failure, and end when they are told to."""

import asyncio

from structlog.testing import capture_logs

from bot.composition.loops import Loops
from tests.support.waiting import until


async def test_a_loop_that_fails_goes_on() -> None:
    runs: list[int] = []

    async def fails_once() -> None:
        runs.append(1)
        if len(runs) == 1:
            raise OSError("the store is away")
        await asyncio.sleep(60)

    loops = Loops()
    with capture_logs() as logged:
        loops.start("poll", fails_once)
        await until(lambda: len(runs) == 2)
        await loops.stop()
    assert [event["event"] for event in logged] == ["loop.failed"]


async def test_a_loop_that_fails_while_it_ends_is_not_begun_again() -> None:
    runs: list[int] = []

    async def fails_at_the_end() -> None:
        runs.append(1)
        try:
            await asyncio.sleep(60)
        finally:
            raise OSError("the store is away")

    loops = Loops()
    loops.start("worker", fails_at_the_end)
    await until(lambda: runs)
    with capture_logs():
        async with asyncio.timeout(5):
            await loops.stop()
    assert len(runs) == 1
