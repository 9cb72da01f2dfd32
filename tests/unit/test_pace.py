"""The pace: never more than what the provider grants, and never slower than need be."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.clock import FrozenClock
from bot.resilience.pace import Pace, PersonalPace

START = datetime(2026, 11, 25, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SIX = timedelta(seconds=6)
ANA, BIA = "+5527998142173", "+5527998142174"


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(START)


def seconds(moments: list[datetime]) -> list[float]:
    return [(moment - START).total_seconds() for moment in moments]


def test_a_channel_sends_so_many_a_second(clock: FrozenClock) -> None:
    pace = Pace(clock, per_second=4)
    assert seconds([pace.take() for _ in range(5)]) == [0, 0.25, 0.5, 0.75, 1]


def test_what_is_granted_at_once_leaves_at_once(clock: FrozenClock) -> None:
    pace = Pace(clock, per_second=1, burst=3)
    assert seconds([pace.take() for _ in range(5)]) == [0, 0, 0, 1, 2]


def test_a_burst_is_earned_again_by_silence(clock: FrozenClock) -> None:
    pace = Pace(clock, per_second=1, burst=3)
    for _ in range(3):
        pace.take()
    clock.advance(seconds=2)
    assert seconds([pace.take() for _ in range(3)]) == [2, 2, 3]


def test_silence_earns_no_more_than_the_burst(clock: FrozenClock) -> None:
    pace = Pace(clock, per_second=1, burst=3)
    clock.advance(hours=1)
    assert seconds([pace.take() for _ in range(4)]) == [3600, 3600, 3600, 3601]


def test_asking_reserves_nothing(clock: FrozenClock) -> None:
    pace = Pace(clock, per_second=1)
    pace.take()
    assert seconds([pace.earliest() for _ in range(3)]) == [1, 1, 1]
    assert seconds([pace.take()]) == [1]


def test_a_provider_that_asks_for_silence_gets_it(clock: FrozenClock) -> None:
    pace = Pace(clock, per_second=2, burst=10)
    pace.hold(START + timedelta(seconds=30))
    assert seconds([pace.take() for _ in range(3)]) == [30, 30.5, 31]


def test_a_shorter_silence_does_not_end_a_longer_one(clock: FrozenClock) -> None:
    pace = Pace(clock, per_second=1)
    pace.hold(START + timedelta(seconds=30))
    pace.hold(START + timedelta(seconds=5))
    assert seconds([pace.earliest()]) == [30]


def test_one_person_is_written_to_every_six_seconds(clock: FrozenClock) -> None:
    pace = PersonalPace(clock, every=SIX)
    assert seconds([pace.take(ANA) for _ in range(3)]) == [0, 6, 12]


def test_nobody_waits_for_somebody_else(clock: FrozenClock) -> None:
    pace = PersonalPace(clock, every=SIX)
    pace.take(ANA)
    assert seconds([pace.earliest(ANA), pace.earliest(BIA), pace.take(BIA)]) == [6, 0, 0]


def test_a_person_can_be_held_back_alone(clock: FrozenClock) -> None:
    pace = PersonalPace(clock, every=SIX, burst=3)
    pace.hold(ANA, START + timedelta(minutes=1))
    assert seconds([pace.take(ANA), pace.take(ANA), pace.take(BIA)]) == [60, 66, 0]


def test_a_clock_set_back_silences_nobody(clock: FrozenClock) -> None:
    pace = PersonalPace(clock, every=SIX)
    clock.advance(hours=1)
    pace.take(ANA)
    clock.set(START)
    assert pace.earliest(ANA) == START


def test_people_long_ago_take_no_memory(clock: FrozenClock) -> None:
    pace = PersonalPace(clock, every=SIX)
    for person in range(20_000):
        pace.take(f"+55279{person:08}")
        clock.advance(seconds=1)
    assert len(pace._even) < 2_000  # noqa: SLF001 - memory is seen nowhere else


def test_whoever_must_still_wait_is_not_forgotten(clock: FrozenClock) -> None:
    pace = PersonalPace(clock, every=timedelta(hours=1))
    people = [f"+55279{person:08}" for person in range(3_000)]
    for person in people:
        pace.take(person)
    assert {pace.earliest(person) for person in people} == {START + timedelta(hours=1)}


@given(
    per_second=st.sampled_from([0.3, 1.0, 3.0, 7.0, 30.0, 80.0]),
    burst=st.integers(1, 20),
    waits=st.lists(st.integers(0, 3_000), min_size=2, max_size=60),
)
def test_no_stretch_of_time_holds_more_than_burst_and_rate(
    per_second: float, burst: int, waits: list[int]
) -> None:
    clock = FrozenClock(START)
    pace = Pace(clock, per_second, burst)
    sent = []
    for wait in waits:
        clock.set(clock.now() + timedelta(milliseconds=wait))
        sent.append(pace.take())
    assert sent == sorted(sent)
    for first, begin in enumerate(sent):
        for last in range(first, len(sent)):
            stretch = (sent[last] - begin) / SECOND
            assert last - first + 1 <= burst + per_second * stretch + 1e-9


@given(waits=st.lists(st.integers(0, 20), min_size=1, max_size=60), burst=st.integers(1, 5))
def test_nobody_waits_longer_than_the_pace_demands(waits: list[int], burst: int) -> None:
    clock = FrozenClock(START)
    pace = PersonalPace(clock, SIX, burst)
    sent: list[datetime] = []
    for wait in waits:
        clock.advance(seconds=wait)
        at = pace.take(ANA)
        # A message waits only because it would be one too many in the stretch that ends with it.
        if at > clock.now():
            sooner = at - timedelta(microseconds=1)
            assert any(
                len(sent) - place + 1 > burst + (sooner - begin) / SIX
                for place, begin in enumerate(sent)
            )
        sent.append(at)
