"""The breaker: who keeps failing is left alone, and one message finds out whether it is back."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.clock import FrozenClock
from bot.resilience.breaker import Breaker, State
from bot.telemetry import metrics

START = datetime(2026, 11, 25, 12, tzinfo=UTC)
REST = timedelta(seconds=30)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(START)


@pytest.fixture
def breaker(clock: FrozenClock) -> Breaker:
    return Breaker("whatsapp", clock, failures=3, rest=REST)


@pytest.fixture
def opened(breaker: Breaker) -> Breaker:
    for _ in range(3):
        breaker.failed()
    return breaker


def test_all_is_let_through_while_all_is_well(breaker: Breaker) -> None:
    assert all(breaker.allows() for _ in range(100))
    assert breaker.until() is None


def test_it_opens_at_the_last_of_too_many_failures(breaker: Breaker) -> None:
    breaker.failed()
    breaker.failed()
    assert breaker.allows()
    breaker.failed()
    assert not breaker.allows()
    assert breaker.until() == START + REST


def test_failures_count_only_in_a_row(breaker: Breaker) -> None:
    for _ in range(10):
        breaker.failed()
        breaker.failed()
        breaker.succeeded()
    assert breaker.allows()


def test_after_its_rest_it_lets_one_through_of_a_crowd(opened: Breaker, clock: FrozenClock) -> None:
    clock.advance(seconds=30)
    assert opened.until() is None
    assert [opened.allows() for _ in range(50)] == [True] + [False] * 49


def test_a_good_probe_opens_the_way_for_everybody(opened: Breaker, clock: FrozenClock) -> None:
    clock.advance(seconds=30)
    opened.allows()
    opened.succeeded()
    assert all(opened.allows() for _ in range(10))
    assert opened.state is State.CLOSED


def test_a_failed_probe_means_another_rest(opened: Breaker, clock: FrozenClock) -> None:
    clock.advance(seconds=40)
    opened.allows()
    clock.advance(seconds=5)
    opened.failed()
    assert opened.until() == clock.now() + REST
    assert not opened.allows()


def test_after_a_good_probe_failures_count_from_nothing(
    opened: Breaker, clock: FrozenClock
) -> None:
    clock.advance(seconds=30)
    opened.allows()
    opened.succeeded()
    opened.failed()
    opened.failed()
    assert opened.allows()


def test_a_probe_that_never_reports_does_not_close_the_way_for_ever(
    opened: Breaker, clock: FrozenClock
) -> None:
    clock.advance(seconds=30)
    assert opened.allows()
    assert opened.until() == clock.now() + REST
    clock.advance(seconds=30)
    assert [opened.allows(), opened.allows()] == [True, False]


def test_a_clock_that_is_set_back_does_not_make_the_rest_longer(
    opened: Breaker, clock: FrozenClock
) -> None:
    clock.advance(hours=-3)
    assert opened.until() == clock.now() + REST
    clock.advance(seconds=30)
    assert opened.allows()


@pytest.mark.parametrize("report", ["succeeded", "failed"])
def test_what_left_before_it_opened_says_nothing_about_now(
    report: str, opened: Breaker, clock: FrozenClock
) -> None:
    clock.advance(seconds=10)
    getattr(opened, report)()
    assert opened.state is State.OPEN
    assert opened.until() == START + REST


def test_every_change_is_told_once(clock: FrozenClock) -> None:
    told: list[tuple[str, State]] = []
    breaker = Breaker(
        "telegram", clock, failures=1, rest=REST, on_change=lambda *it: told.append(it)
    )
    breaker.succeeded()
    breaker.failed()
    breaker.failed()
    clock.advance(seconds=30)
    breaker.allows()
    breaker.allows()
    breaker.succeeded()
    breaker.succeeded()
    assert told == [
        ("telegram", State.OPEN),
        ("telegram", State.HALF_OPEN),
        ("telegram", State.CLOSED),
    ]


def test_how_it_stands_can_be_published_as_a_figure(clock: FrozenClock) -> None:
    Breaker("boleto", clock, failures=1, on_change=metrics.breaker_turned).failed()
    assert b'emdia_breaker_state{name="boleto"} 2.0' in metrics.exposition()
