"""Take the house's pulse every minute, write it down, and tell the owner what it means."""

import asyncio
import os
import socket
from collections.abc import Callable
from dataclasses import replace

import structlog

from bot.composition.desks import open_shop
from bot.composition.premises import Premises
from bot.composition.probes import Probes
from bot.composition.verdict import silent_for
from bot.config import Settings
from bot.domain.clock import SystemClock
from bot.domain.watch import Sample, minute_of
from bot.jobs.punctual import Punctuality
from bot.jobs.ticks import Ticks
from bot.storage.soundness import AWAY
from bot.storage.unit_of_work import Units
from bot.telemetry.meter import Meter, breakers, cache_looks

log = structlog.get_logger(__name__)

_SETTLE_S = 2.0  # what is only just starting is not what is measured
_MINUTE_S = 60
_LOST: tuple[type[Exception], ...] = (*AWAY, TimeoutError)
_FORGET_EVERY = 360  # samples


class Sampler:
    """One process's pulse. ``judging``: whether trouble is looked for in it."""

    def __init__(
        self,
        units: Units,
        premises: Premises,
        probes: Probes,
        punctuality: Punctuality,
        *,
        judging: Callable[[], bool] = lambda: True,
    ) -> None:
        self._units = units
        self._premises = premises
        self._probes = probes
        self._punctuality = punctuality
        self._judging = judging
        self._meter = Meter()
        self._taken = 0
        self.process = f"{socket.gethostname()}:{os.getpid()}"

    async def run(self) -> None:
        """Once at the start, and then at every full minute."""
        await asyncio.sleep(_SETTLE_S)
        while True:
            await self.take()
            seconds = self._premises.clock.now().timestamp() % _MINUTE_S
            await asyncio.sleep(_MINUTE_S - seconds + 0.1)

    async def take(self) -> int:
        """One sample; how many notices it led to. A store that is away leaves a gap."""
        readings = await self._probes.look()
        counts = self._meter.take()
        looks, found = cache_looks()
        figures = readings.figures() | {
            "cache.looks": float(looks),
            "cache.found": float(found),
            "work.late_s": self._punctuality.late_s(),
            **{f"breaker.{name}": state for name, state in breakers().items()},
            **{f"tried.{name}": float(count) for name, count in counts.tried.items()},
            **{f"failed.{name}": float(count) for name, count in counts.failed.items()},
        }
        sample = Sample(
            minute=minute_of(self._premises.clock.now()),
            process=self.process,
            figures=figures,
            answers=counts.answers,
            errors=counts.errors,
            tried=sum(counts.tried.values()),
            failed=sum(counts.failed.values()),
        )
        try:
            return await self._write(sample)
        except _LOST as error:
            log.warning("sample.not_kept", why=type(error).__name__)
            return 0

    async def _write(self, sample: Sample) -> int:
        made = 0
        async with self._units.write() as unit:
            shop = await open_shop(unit, self._premises)
            queue = await shop.delivery.queue()
            now = self._premises.clock.now()
            waited = (now - queue.oldest_at).total_seconds() if queue.oldest_at else 0.0
            figures = {**sample.figures, "queue.oldest_s": max(waited, 0.0)}
            made_at = await unit.watching.backup_at()
            if made_at is not None:
                figures["backup.age_s"] = max((now - made_at).total_seconds(), 0.0)
            silent = silent_for(await unit.watching.silent_since(), now)
            figures |= {f"silent.{channel}": seconds for channel, seconds in silent.items()}
            watch = shop.watch
            judging = self._judging()
            if judging:
                await watch.was_away()
            await watch.keep(replace(sample, figures=figures))
            if judging:
                await watch.look()
                made = await watch.tell()
            if self._taken % _FORGET_EVERY == 0:
                await watch.forget()
        self._taken += 1
        if made:
            log.info("watch.told", notices=made)
        return made


def new_sampler(
    units: Units,
    premises: Premises,
    probes: Probes,
    ticks: Ticks,
    settings: Settings,
) -> Sampler:
    """Where the clock is moved by hand, a day is none that passed: nothing is made of it."""
    clock = premises.clock

    def judging() -> bool:
        moved = isinstance(clock, SystemClock) and bool(clock.offset)
        return settings.clock_url is None and not moved

    return Sampler(units, premises, probes, ticks.punctuality, judging=judging)
