"""Ask everything we lean on whether it is there, how long that takes, and what time it has there.

Each is asked beside the others, with a time-out, and no more often than every ten seconds however
many want to know.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime

import aiohttp

from bot.config import Settings
from bot.domain.clock import SystemClock
from bot.storage.soundness import AWAY
from bot.storage.unit_of_work import Units
from bot.telemetry.machine import disk_free, memory_left
from bot.telemetry.metrics import (
    CLOCK_APART_SECONDS,
    DEPENDENCY_SECONDS,
    DEPENDENCY_UP,
    DISK_FREE_BYTES,
    MEMORY_LEFT_RATIO,
)

PATIENCE_S = 3.0
FRESH_S = 10.0
_TIMEOUT = aiohttp.ClientTimeout(total=PATIENCE_S)
_FAILURE = 500
_HALF_S = 0.5  # a Date header has whole seconds

# A database, a Redis or a network that is not there.
_UNANSWERED: tuple[type[Exception], ...] = (*AWAY, TimeoutError, aiohttp.ClientError)

Probe = Callable[[], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Readings:
    """One look. ``took_s``: each part that we lean on, and none if it did not answer."""

    took_s: Mapping[str, float | None] = field(default_factory=dict)
    apart_s: float | None = None
    disk_free: int | None = None
    memory_left: float | None = None

    def figures(self) -> dict[str, float]:
        """By the names that ``domain/watch.py`` knows."""
        found = {f"away.{name}": float(took is None) for name, took in self.took_s.items()}
        found |= {f"took_s.{name}": took for name, took in self.took_s.items() if took is not None}
        for name, value in (
            ("clock.apart_s", self.apart_s),
            ("disk.free_bytes", self.disk_free),
            ("memory.left_share", self.memory_left),
        ):
            if value is not None:
                found[name] = float(value)
        return found


class Probes:
    """Everything outside of this process. ``inside`` are the store's own parts, by name."""

    def __init__(self, settings: Settings, inside: Mapping[str, Probe]) -> None:
        self._settings = settings
        self._inside = inside
        self._outside = _addresses(settings)
        self._asking = asyncio.Lock()
        self._asked_at = float("-inf")
        self._last = Readings()

    async def look(self) -> Readings:
        """How everything is, or was a moment ago."""
        async with self._asking:
            if time.monotonic() - self._asked_at > FRESH_S:
                self._last = await self._ask()
                self._asked_at = time.monotonic()
        return self._last

    async def _ask(self) -> Readings:
        apart: list[float] = []
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:

            def asking(url: str) -> Probe:
                return lambda: _reached(session, url, apart)

            probes = dict(self._inside) | {name: asking(url) for name, url in self._outside.items()}
            took = await asyncio.gather(*(_timed(probe) for probe in probes.values()))
        readings = Readings(
            took_s=dict(zip(probes, took, strict=True)),
            apart_s=min(apart, default=None),  # a single provider may be wrong
            disk_free=disk_free(self._settings.data_dir),
            memory_left=memory_left(),
        )
        _publish(readings)
        return readings


def new_probes(settings: Settings, units: Units, redis: Probe | None) -> Probes:
    """``redis`` says whether it answers, where there is to be one."""

    async def database() -> bool:
        async with units.read() as unit:
            return await unit.business.get() is not None

    return Probes(settings, {"database": database} | ({"redis": redis} if redis else {}))


def _addresses(settings: Settings) -> dict[str, str]:
    """The networks that are in use here."""
    found = {}
    if settings.telegram_on:
        found["telegram"] = settings.telegram_api_url
    if settings.whatsapp_on and settings.whatsapp_gateway == "cloud":
        found["whatsapp"] = settings.whatsapp_api_url
    if settings.whatsapp_gateway == "evolution" and settings.evolution_url:
        found["whatsapp"] = settings.evolution_url
    if settings.github_token and settings.github_repository:
        found["github"] = settings.github_api_url
    return found


async def _timed(probe: Probe) -> float | None:
    begun = time.perf_counter()
    try:
        async with asyncio.timeout(PATIENCE_S):
            there = await probe()
    except _UNANSWERED:
        return None
    return time.perf_counter() - begun if there else None


async def _reached(session: aiohttp.ClientSession, url: str, apart: list[float]) -> bool:
    """Whether it answers at all: without a token it has nothing else to say to us."""
    async with session.get(url, allow_redirects=False) as answer:
        theirs = _date_of(answer)
        if theirs is not None:
            ours = SystemClock().now()
            apart.append(max(abs((ours - theirs).total_seconds()) - _HALF_S, 0))
        return answer.status < _FAILURE


def _date_of(answer: aiohttp.ClientResponse) -> datetime | None:
    try:
        return parsedate_to_datetime(answer.headers["Date"])
    except (KeyError, ValueError):
        return None


def _publish(readings: Readings) -> None:
    for name, took in readings.took_s.items():
        DEPENDENCY_UP.labels(name).set(took is not None)
        if took is not None:
            DEPENDENCY_SECONDS.labels(name).set(took)
    if readings.apart_s is not None:
        CLOCK_APART_SECONDS.set(readings.apart_s)
    if readings.disk_free is not None:
        DISK_FREE_BYTES.set(readings.disk_free)
    if readings.memory_left is not None:
        MEMORY_LEFT_RATIO.set(readings.memory_left)
