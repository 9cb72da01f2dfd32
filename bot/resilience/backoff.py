"""How long to leave a provider alone before the next attempt."""

import random
from datetime import timedelta

MOST_ATTEMPTS = 8
_FIRST, _MOST = timedelta(seconds=2), timedelta(hours=1)
_DOUBLINGS = 40  # beyond any longest pause, and far from what a float cannot hold


def pause(
    attempt: int, *, first: timedelta = _FIRST, most: timedelta = _MOST, dice: random.Random
) -> timedelta:
    """The pause after the ``attempt``-th failure, counted from 1: anything up to twice the last.

    Drawn from nothing up to the whole (full jitter): a thousand messages that failed together
    must not come back together.
    """
    doublings = min(max(attempt - 1, 0), _DOUBLINGS)
    longest = min(first.total_seconds() * 2**doublings, most.total_seconds())
    return timedelta(seconds=dice.uniform(0, longest))
