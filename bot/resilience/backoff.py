"""How long to leave a provider alone before the next attempt."""

import random
from datetime import timedelta

MOST_ATTEMPTS = 8
PATIENCE = timedelta(hours=12)  # an outage of hours must not use a message up
# No longer, so that what waited through an outage leaves soon after it; while a provider fails,
# its breaker keeps nearly all of it away from it anyway.
_FIRST, _MOST = timedelta(seconds=2), timedelta(minutes=4)
_DOUBLINGS = 40  # beyond any longest pause, and far from what a float cannot hold


def is_spent(attempts: int, failing_for: timedelta) -> bool:
    """Whether enough was tried, for long enough, to leave it at that."""
    return attempts >= MOST_ATTEMPTS and failing_for >= PATIENCE


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
