"""How long wrong codes make somebody wait: longer each time, and never for good."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.knocks import FREE, FREE_UNDER_ATTACK, Knocked, wait_of

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
NONE, HOUR = timedelta(), timedelta(hours=1)


def wait(times: int, *, pressed: bool = False, ago: timedelta = NONE) -> timedelta:
    return wait_of(Knocked(times, NOW - ago if times else None), NOW, pressed=pressed)


def test_the_first_wrong_codes_cost_nothing() -> None:
    assert [wait(times) for times in range(FREE)] == [NONE] * FREE


def test_each_further_one_costs_twice_as_much_up_to_an_hour() -> None:
    minutes = [wait(FREE + over) // timedelta(minutes=1) for over in range(9)]
    assert minutes == [1, 2, 4, 8, 16, 32, 60, 60, 60]


@given(times=st.integers(0, 10**9), pressed=st.booleans(), seconds=st.integers(-(10**6), 10**6))
def test_nobody_is_shut_out_for_longer_than_an_hour(
    *, times: int, pressed: bool, seconds: int
) -> None:
    left = wait(times, pressed=pressed, ago=timedelta(seconds=seconds))
    assert NONE <= left <= HOUR
    assert wait(times, pressed=pressed, ago=HOUR) == NONE


@given(st.integers(0, 50))
def test_under_attack_everybody_waits_no_less(times: int) -> None:
    assert wait(times, pressed=True) >= wait(times)


def test_under_attack_whoever_comes_for_the_first_time_is_heard_at_once() -> None:
    assert wait(0, pressed=True) == wait(FREE_UNDER_ATTACK - 1, pressed=True) == NONE
    assert wait(FREE_UNDER_ATTACK, pressed=True) == timedelta(minutes=1)
