"""Pauses between attempts: longer each time, never together, and asking again only where told."""

import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.resilience.backoff import MOST_ATTEMPTS, PATIENCE, is_spent, pause
from bot.resilience.retry import retrying

SECOND = timedelta(seconds=1)


class Highest(random.Random):
    """Dice that always fall on the most."""

    def uniform(self, a: float, b: float) -> float:
        return b


def test_the_longest_pause_doubles_up_to_four_minutes() -> None:
    dice = Highest()
    pauses = [pause(attempt, dice=dice) / SECOND for attempt in range(1, 11)]
    assert pauses == [2, 4, 8, 16, 32, 64, 128, 240, 240, 240]


def test_first_and_most_may_be_chosen() -> None:
    first, most = timedelta(milliseconds=100), timedelta(milliseconds=300)
    pauses = [pause(attempt, first=first, most=most, dice=Highest()) for attempt in (1, 2, 3)]
    assert [one / SECOND for one in pauses] == [0.1, 0.2, 0.3]


@given(attempt=st.integers(-3, 10_000), seed=st.integers())
def test_no_pause_is_negative_or_longer_than_the_most(attempt: int, seed: int) -> None:
    assert timedelta() <= pause(attempt, dice=random.Random(seed)) <= timedelta(minutes=4)  # noqa: S311 - no secret


def test_messages_that_failed_together_do_not_come_back_together() -> None:
    dice = random.Random(7)  # noqa: S311 - no secret
    pauses = [pause(6, dice=dice) / SECOND for _ in range(1_000)]
    eighths = [sum(place * 8 <= one < place * 8 + 8 for one in pauses) for place in range(8)]
    assert min(eighths) > 80


def test_many_attempts_use_a_message_up_only_after_half_a_day() -> None:
    hours = timedelta(hours=1)
    assert not is_spent(MOST_ATTEMPTS * 50, PATIENCE - hours)
    assert not is_spent(MOST_ATTEMPTS - 1, PATIENCE + hours)
    assert is_spent(MOST_ATTEMPTS, PATIENCE)


class Shaky:
    """A call that fails a few times before it answers."""

    def __init__(self, *failures: Exception) -> None:
        self._failures = list(failures)
        self.calls = 0

    async def fetch(self, what: str) -> str:
        self.calls += 1
        if self._failures:
            raise self._failures.pop(0)
        return what


async def test_a_call_is_repeated_until_it_answers() -> None:
    shaky = Shaky(ConnectionError(), TimeoutError())
    again = retrying(3, (ConnectionError, TimeoutError), first_s=0)(shaky.fetch)
    assert await again("recibo.png") == "recibo.png"
    assert shaky.calls == 3


async def test_the_last_failure_is_passed_on_as_it_is() -> None:
    last = ConnectionError("the third")
    shaky = Shaky(ConnectionError(), ConnectionError(), last, ConnectionError())
    again = retrying(3, (ConnectionError,), first_s=0)(shaky.fetch)
    with pytest.raises(ConnectionError) as failed:
        await again("recibo.png")
    assert failed.value is last
    assert shaky.calls == 3


async def test_what_it_was_not_told_to_repeat_fails_at_once() -> None:
    shaky = Shaky(ValueError("no such file"))
    with pytest.raises(ValueError, match="no such file"):
        await retrying(3, (ConnectionError,), first_s=0)(shaky.fetch)("recibo.png")
    assert shaky.calls == 1
