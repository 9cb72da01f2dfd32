"""Whether what is done every so often is done: how long it took, and how late it is."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from bot.telemetry.metrics import TICK_LATE_SECONDS, TICK_SECONDS


class Punctuality:
    """By the machine's own seconds; nothing is late before it was to be done for the first time."""

    def __init__(self, every: Mapping[str, timedelta]) -> None:
        self._every = {name: often.total_seconds() for name, often in every.items()}
        self._done: dict[str, float] = {}

    def begin(self) -> None:
        """From now on it is expected."""
        self._done = dict.fromkeys(self._every, time.monotonic())

    def end(self) -> None:
        """It is expected no more."""
        self._done = {}

    def done(self, name: str) -> None:
        """By us, or by another process at this very moment."""
        if name in self._done:
            self._done[name] = time.monotonic()

    @contextmanager
    def timing(self, name: str) -> Iterator[None]:
        """Do it in here; what fails is not done."""
        begun = time.perf_counter()
        result = "failed"
        try:
            yield
            result = "done"
            self.done(name)
        finally:
            TICK_SECONDS.labels(name, result).observe(time.perf_counter() - begun)

    def late_s(self) -> float:
        """How late the latest is."""
        now = time.monotonic()
        late = {name: max(now - at - self._every[name], 0.0) for name, at in self._done.items()}
        for name, seconds in late.items():
            TICK_LATE_SECONDS.labels(name).set(seconds)
        return max(late.values(), default=0.0)
