"""How well the house serves: how often it is there, how fast it answers, how soon it recovers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate

# Up to how many seconds an answer took; what is slower than the last counts as beyond it.
ANSWER_S = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5)


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """A stretch of time in figures. ``minutes`` it lasted, ``served`` of them we were there.

    ``p95_s``: 95 of 100 answers over HTTP took no longer; none if nobody asked. ``recoveries``:
    how long each trouble lasted that is over.
    """

    minutes: int
    served: int
    p95_s: float | None
    tried: int
    failed: int
    recoveries: tuple[timedelta, ...]

    @property
    def availability(self) -> float | None:
        """The share of the minutes in which we were there; none before the first."""
        return min(self.served / self.minutes, 1.0) if self.minutes else None

    @property
    def success(self) -> float | None:
        """The share of the tries to send that were taken; none if there was none."""
        return 1 - self.failed / self.tried if self.tried else None

    @property
    def mean_recovery(self) -> timedelta | None:
        """How long a trouble lasted on average; none if there was none."""
        if not self.recoveries:
            return None
        return sum(self.recoveries, timedelta()) / len(self.recoveries)


def p95(counts: Sequence[int]) -> float | None:
    """The time that 95 of 100 answers did not exceed, evenly spread within each of ``ANSWER_S``.

    ``counts``: how many answers fell into each, and one more for what was slower.
    """
    wanted = sum(counts) * 0.95
    if not wanted:
        return None
    bounds = (0.0, *ANSWER_S)
    below = 0
    for place, reached in enumerate(accumulate(counts[:-1])):
        if reached >= wanted:
            share = (wanted - below) / (reached - below)
            return bounds[place] + (bounds[place + 1] - bounds[place]) * share
        below = reached
    return ANSWER_S[-1]
