"""Follow the clock of a sandbox: the demo and the fault tests move time for every process."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import aiohttp
import structlog

from bot.domain.clock import SystemClock

log = structlog.get_logger(__name__)

ASK_EVERY_S = 0.5
_TIMEOUT = aiohttp.ClientTimeout(total=2)


async def follow(clock: SystemClock, url: str, moved: Callable[[], None]) -> None:
    """Ask again and again how far time was moved; until cancelled."""
    async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
        while True:
            try:
                offset = await _offset(session, url)
            except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError) as error:
                # The sandbox restarts or is gone: time goes on from where it was.
                log.debug("clock.unanswered", why=type(error).__name__)
            else:
                if offset != clock.offset:
                    clock.offset = offset
                    moved()
            await asyncio.sleep(ASK_EVERY_S)


async def first_offset(clock: SystemClock, url: str) -> None:
    """Take the offset over before anything is done by the wrong time."""
    async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
        try:
            clock.offset = await _offset(session, url)
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError):
            log.warning("clock.unanswered", url=url)


async def _offset(session: aiohttp.ClientSession, url: str) -> timedelta:
    async with session.get(url) as answer:
        answer.raise_for_status()
        told = await answer.json()
        return timedelta(seconds=float(told["offset_seconds"]))
