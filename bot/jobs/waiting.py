"""Waiting for something to happen, but not for ever."""

import asyncio


async def until(event: asyncio.Event, at_most_s: float) -> None:
    """Until it happens, or the time is over."""
    try:
        async with asyncio.timeout(at_most_s):
            await event.wait()
    except TimeoutError:
        return
