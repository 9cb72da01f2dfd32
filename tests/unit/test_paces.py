"""Turns for many at once: what may go now, what in a moment, what not for a while."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.clock import FrozenClock
from bot.resilience.paces import Answer, Limits, OwnPaces

START = datetime(2026, 11, 25, 12, tzinfo=UTC)
ANA, BIA, CAIO = "+5527998142173", "+5527998142174", "+5527998142175"
WIDE = Limits(per_second=1000, burst=1000, every_s=6, personal_burst=1)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(START)


def said(turns: object) -> list[Answer]:
    return [turn.answer for turn in turns]  # type: ignore[attr-defined]


async def test_whoever_has_just_heard_from_us_does_not_hold_up_the_next(clock: FrozenClock) -> None:
    paces = OwnPaces(clock, WIDE)
    await paces.ask([ANA], 9)
    assert said(await paces.ask([ANA, BIA], 9)) == [Answer.STAY, Answer.GO]


async def test_who_must_wait_long_goes_back_with_the_time(clock: FrozenClock) -> None:
    paces = OwnPaces(clock, WIDE)
    await paces.leave_alone(ANA, timedelta(minutes=1))
    ((answer, wait),) = await paces.ask([ANA], 9)
    assert (answer, wait) == (Answer.BACK, timedelta(minutes=1))


async def test_it_ends_where_the_channels_own_pace_ends(clock: FrozenClock) -> None:
    paces = OwnPaces(clock, Limits(per_second=1, burst=2, every_s=1, personal_burst=9))
    assert said(await paces.ask([ANA, BIA, CAIO], 9)) == [Answer.GO, Answer.GO]
    clock.advance(seconds=1)
    assert said(await paces.ask([CAIO], 9)) == [Answer.GO]


async def test_no_more_is_reserved_than_is_wanted(clock: FrozenClock) -> None:
    paces = OwnPaces(clock, WIDE)
    assert said(await paces.ask([ANA, BIA], 1)) == [Answer.GO]
    assert said(await paces.ask([BIA], 1)) == [Answer.GO]


async def test_a_silence_holds_everybody_back(clock: FrozenClock) -> None:
    paces = OwnPaces(clock, WIDE)
    await paces.hold(timedelta(seconds=20))
    assert await paces.ask([ANA], 9) == []
    assert paces.earliest() == START + timedelta(seconds=20)


async def test_each_of_several_who_do_not_hear_of_each_other_takes_its_share(
    clock: FrozenClock,
) -> None:
    crew = [1]
    limits = Limits(per_second=40, burst=40, every_s=6, personal_burst=30)
    paces = OwnPaces(clock, limits, lambda: crew[0])
    crew[0] = 4
    clock.advance(hours=1)
    people = [str(n) for n in range(100)]
    assert len(await paces.ask(people, 100)) == 10 + 5  # the burst, and what goes in half a second
    assert limits.shared(4) == Limits(10, 10, 24, 7)


@given(
    among=st.integers(1, 5),
    waits=st.lists(st.integers(0, 3000), min_size=1, max_size=30),
)
async def test_several_together_are_never_faster_than_one_may_be(
    among: int, waits: list[int]
) -> None:
    clock = FrozenClock(START)
    limits = Limits(per_second=10, burst=20, every_s=2, personal_burst=5)
    each = [OwnPaces(clock, limits, lambda: among) for _ in range(among)]
    left: list[datetime] = []
    for wait in waits:
        clock.set(clock.now() + timedelta(milliseconds=wait))
        for paces in each:
            turns = await paces.ask([f"{len(left)} {n}" for n in range(8)], 8)
            left += [clock.now() + turn.wait for turn in turns if turn.answer is Answer.GO]
    left.sort()
    for first in range(len(left)):
        for last in range(first, len(left)):
            earned = (left[last] - left[first]).total_seconds() * limits.per_second
            assert last - first + 1 <= limits.burst + earned + among
