"""How fast a number may begin chats, and what slows it down: on paper."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.delivery import State
from bot.domain.ids import OutboxId, PersonId
from bot.domain.number_pace import (
    DAYS,
    DEAD_AFTER,
    LEAST_GAP_S,
    PENDING_FOR,
    RAMP,
    SLOW_FOR,
    UNSEEN_FOR,
    WIDEST_GAP_S,
    Level,
    Start,
    allowed,
    gap,
    level_after,
    ramp,
)
from bot.domain.pace_state import NO_NEW_FOR, NumberPace, is_dead
from bot.domain.pace_weighing import weighed
from bot.domain.reasons import Reason

NOW = datetime(2026, 11, 25, 15, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)
levels = st.sampled_from(Level)
states = st.sampled_from(
    [State.SENDING, State.ACCEPTED, State.SENT, State.DELIVERED, State.READ, State.FAILED]
)


def a_start(state: State, ago: timedelta = timedelta(hours=1), reason: str = "") -> Start:
    return Start(OutboxId(1), PersonId(1), NOW - ago, state, reason)


def arrived(answered: int, silent: int, lost: int = 0) -> list[Start]:
    """Starts of three days ago."""
    long_ago = a_start(State.READ, timedelta(days=3))
    heard = [replace(long_ago, answered=True)] * answered
    return [*[replace(long_ago, state=State.FAILED)] * lost, *heard, *[long_ago] * silent]


def starts(*groups: tuple[int, State]) -> list[Start]:
    return [a_start(state) for number, state in groups for _ in range(number)]


def test_the_first_day_is_small_and_the_last_one_is_the_cap() -> None:
    assert (ramp(1), ramp(DAYS)) == (RAMP[0], RAMP[-1])
    assert RAMP[0] <= 20, "what others were banned for"


@given(st.integers(-5, 1000))
def test_the_ramp_only_rises_and_never_above_the_cap(day: int) -> None:
    assert RAMP[0] <= ramp(day) <= ramp(day + 1) <= RAMP[-1]
    assert ramp(day + 1) <= ramp(day) * 1.25 + 1, "slowly"


@given(st.integers(1, 60), levels, st.none() | st.integers(1, 5000))
def test_the_owner_may_wish_for_fewer_and_never_for_more(
    day: int, level: Level, wished: int | None
) -> None:
    most = allowed(day, level, wished)
    assert 0 <= most <= ramp(day)
    assert wished is None or most <= wished
    assert (most == 0) is (level is Level.STOP)


@given(st.integers(1, 60))
def test_every_level_is_slower_than_the_one_before(day: int) -> None:
    figures = [allowed(day, level) for level in Level]
    assert figures == sorted(figures, reverse=True)
    assert len(set(figures)) == len(figures)


@given(st.integers(0, 2**63))
def test_a_gap_stays_within_its_bounds_and_is_always_the_same(seed: int) -> None:
    assert timedelta(seconds=LEAST_GAP_S) <= gap(seed) <= timedelta(seconds=WIDEST_GAP_S)
    assert gap(seed) == gap(seed)


def test_gaps_differ_from_one_to_the_next() -> None:
    drawn = [gap(seed) for seed in range(1000)]
    assert len(set(drawn)) > 900
    average = sum(each.total_seconds() for each in drawn) / len(drawn)
    assert abs(average - (LEAST_GAP_S + WIDEST_GAP_S) / 2) < 2


@pytest.mark.parametrize(
    ("state", "ago", "lost"),
    [
        (State.ACCEPTED, PENDING_FOR - A_SECOND, False),
        (State.ACCEPTED, PENDING_FOR, True),
        (State.SENT, UNSEEN_FOR - A_SECOND, False),
        (State.SENT, UNSEEN_FOR, True),
        (State.FAILED, A_SECOND, True),
        (State.GIVEN_UP, A_SECOND, True),
        (State.DELIVERED, UNSEEN_FOR * 9, False),
        (State.READ, UNSEEN_FOR * 9, False),
    ],
)
def test_what_counts_as_lost(state: State, ago: timedelta, lost: object) -> None:
    assert a_start(state, ago).is_lost(NOW) is bool(lost)


@pytest.mark.parametrize(
    ("groups", "level"),
    [
        (((20, State.DELIVERED),), Level.FULL),
        (((18, State.DELIVERED), (2, State.FAILED)), Level.FULL),
        (((17, State.DELIVERED), (3, State.FAILED)), Level.HALF),
        (((14, State.DELIVERED), (6, State.ACCEPTED)), Level.HALF),
        (((13, State.DELIVERED), (7, State.ACCEPTED)), Level.STOP),
        (((4, State.FAILED),), Level.STOP),
        (((2, State.FAILED),), Level.FULL),  # two wrong numbers say nothing of ours
    ],
)
def test_a_few_lost_ones_slow_and_many_stop(
    groups: tuple[tuple[int, State], ...], level: Level
) -> None:
    assert level_after(Level.FULL, starts(*groups), NOW) is level


@given(levels, st.lists(states, max_size=20))
def test_a_look_never_makes_it_faster_by_itself(level: Level, seen: list[State]) -> None:
    assert level_after(level, [a_start(state) for state in seen], NOW) >= level


def test_the_same_lost_ones_slow_it_once() -> None:
    lost = starts((17, State.DELIVERED), (3, State.FAILED))
    once = weighed(NumberPace(), lost, NOW)
    assert (once.level, once.lost, once.out_of, once.why) == (Level.HALF, 3, 20, Reason.PACE_LOST)
    assert weighed(once, lost, NOW + A_SECOND) == once


@pytest.mark.parametrize(
    ("aged", "level"),
    [
        (arrived(1, 39), Level.HALF),
        (arrived(0, 80), Level.HALF),
        (arrived(2, 38), Level.FULL),  # one in twenty: most people just pay
        (arrived(0, 39), Level.FULL),  # too few to tell
        (arrived(0, 39, lost=20), Level.FULL),  # who got nothing cannot answer
    ],
)
def test_hardly_any_answer_slows_it_by_a_level(aged: list[Start], level: Level) -> None:
    assert weighed(NumberPace(), [], NOW, aged=aged).level is level


def test_a_silence_slows_once_and_never_stops() -> None:
    aged = arrived(1, 39)
    once = weighed(NumberPace(), [], NOW, aged=aged)
    assert (once.lost, once.out_of, once.why) == (39, 40, Reason.PACE_SILENT)
    assert weighed(once, [], NOW + A_SECOND, aged=aged) == once
    assert weighed(once, [], NOW + SLOW_FOR, aged=aged).level is Level.FULL
    quarter = NumberPace(level=Level.QUARTER, why=Reason.PACE_LOST, since=NOW - timedelta(days=9))
    assert weighed(quarter, [], NOW, aged=aged).level is Level.HALF, "it goes on recovering"


def test_it_speeds_up_a_level_a_day() -> None:
    pace = NumberPace(level=Level.STOP, why=Reason.PACE_LOST, since=NOW)
    seen = []
    for hours in range(0, 24 * 4, 12):
        pace = weighed(pace, [], NOW + timedelta(hours=hours))
        seen.append(pace.level)
    stop, quarter, half, full = Level.STOP, Level.QUARTER, Level.HALF, Level.FULL
    assert seen == [stop, stop, quarter, quarter, half, half, full, full]
    assert not pace.why


@pytest.mark.parametrize(
    ("trouble", "level"),
    [
        ("evolution.banned", Level.STOP),
        ("evolution.logged_out", Level.QUARTER),
        ("evolution.replaced", Level.HALF),
        ("evolution.disconnected", Level.FULL),
        ("", Level.FULL),
    ],
)
def test_what_stops_the_chat_slows_it_afterwards(trouble: str, level: Level) -> None:
    stopped = weighed(NumberPace(), [], NOW, trouble)
    assert stopped.level is level
    later = NOW + timedelta(days=9)
    if level is not Level.FULL:
        assert weighed(stopped, [], later, trouble).since == later, "its day begins afterwards"
        assert weighed(stopped, [], NOW + SLOW_FOR / 2).level is level


def test_new_chats_are_locked_for_a_day_and_the_same_refusal_counts_once() -> None:
    refused = a_start(State.WAITING, A_SECOND, "evolution.time_lock")
    locked = weighed(NumberPace(), [refused], NOW)
    assert locked.no_new_until == NOW + NO_NEW_FOR
    later = NOW + timedelta(hours=3)
    assert weighed(locked, [refused], later).no_new_until == locked.no_new_until
    assert locked.no_new(later)
    assert not locked.no_new(NOW + NO_NEW_FOR)
    after = NOW + 3 * NO_NEW_FOR
    assert weighed(locked, [refused], after).level is Level.FULL


@pytest.mark.parametrize(
    ("state", "ago", "heard", "dead"),
    [
        (State.ACCEPTED, DEAD_AFTER, None, True),
        (State.ACCEPTED, DEAD_AFTER - A_SECOND, None, False),
        (State.ACCEPTED, DEAD_AFTER, A_SECOND, False),  # others are heard of: only that one hangs
        (State.ACCEPTED, DEAD_AFTER, 2 * DEAD_AFTER, True),
        (State.SENT, DEAD_AFTER, None, False),
        (State.FAILED, DEAD_AFTER, None, False),
    ],
)
def test_a_session_is_dead_when_nothing_is_heard_of_what_left(
    state: State, ago: timedelta, heard: timedelta | None, dead: object
) -> None:
    heard_at = NOW - heard if heard else None
    assert is_dead(NumberPace(), a_start(state, ago), heard_at, NOW) is bool(dead)


def test_somebody_who_looked_at_the_phone_is_believed() -> None:
    looked = NumberPace(proved_at=NOW)
    assert not is_dead(looked, a_start(State.ACCEPTED), None, NOW)
    assert not is_dead(NumberPace(), None, None, NOW)


def test_the_days_of_warming_up_are_days_on_which_it_began_chats() -> None:
    pace, day = NumberPace(), NOW.date()
    assert pace.day(day) == 1
    pace = pace.started(day, NOW).started(day, NOW)
    assert (pace.day(day), pace.warmed) == (1, 1)
    holiday = day + timedelta(days=10)
    assert pace.day(holiday) == 2
    assert pace.started(holiday, NOW).allowed(holiday) == RAMP[1]
