"""The rules of contact, as a person would count them: a gap, a week's worth, a minute each."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import Calendar, Hours
from bot.domain.contact import (
    FIRST_LIMIT,
    MINUTE,
    NO_LIMIT,
    WEEK,
    ContactRules,
    allowed_by,
    slots,
)
from bot.domain.reasons import Reason

NOON = datetime(2026, 11, 25, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
RULES = ContactRules(gap_hours=20, per_week=3)


def test_somebody_who_was_never_written_to_may_hear_from_us() -> None:
    assert RULES.held([], NOON) is None


def test_between_two_reminders_lies_the_gap() -> None:
    held = RULES.held([NOON - 19 * HOUR], NOON)
    assert held
    assert held.reason is Reason.GAP
    assert held.until == NOON + HOUR
    assert RULES.held([NOON - 20 * HOUR], NOON) is None


def test_a_week_holds_so_many_and_frees_a_place_when_the_first_is_a_week_old() -> None:
    starts = [NOON - timedelta(days=days) for days in (6, 4, 2)]
    held = RULES.held(starts, NOON)
    assert held
    assert held.reason is Reason.WEEK
    assert held.until == NOON + timedelta(days=1)
    assert RULES.held(starts, held.until) is None


def test_of_two_rules_the_one_that_lasts_longer_is_named() -> None:
    starts = [NOON - timedelta(days=6, hours=23), NOON - timedelta(days=2), NOON - HOUR]
    held = RULES.held(starts, NOON)
    assert held
    assert held.reason is Reason.GAP


def test_a_shorter_gap_and_a_fuller_week_may_be_chosen() -> None:
    rules = ContactRules(gap_hours=0, per_week=21)
    assert rules.held([NOON, NOON - HOUR, NOON - 2 * HOUR], NOON) is None


@given(
    st.lists(st.integers(0, 24 * 12), max_size=20),
    st.integers(0, 100),
    st.integers(1, 8),
)
def test_whoever_waits_as_long_as_told_breaks_no_rule(
    ago: list[int], gap: int, per_week: int
) -> None:
    rules = ContactRules(gap_hours=gap, per_week=per_week)
    starts = [NOON - hours * HOUR for hours in ago]
    now = NOON
    while held := rules.held(starts, now):
        assert held.until > now
        now = held.until
    assert all(now - start >= rules.gap for start in starts)
    assert sum(start > now - WEEK for start in starts) < per_week


@pytest.mark.parametrize(
    ("chosen", "allowed", "limit"),
    [
        (None, None, FIRST_LIMIT),
        (None, 2000, 2000),
        (100, None, 100),
        (500, 250, 250),
        (100, 2000, 100),
    ],
)
def test_a_day_has_as_many_people_as_both_allow(
    chosen: int | None, allowed: int | None, limit: int
) -> None:
    assert ContactRules(people_a_day=chosen).day_limit(allowed) == limit


@pytest.mark.parametrize(
    ("tier", "people"),
    [
        ("TIER_250", 250),
        ("TIER_2K", 2000),
        ("tier_100k", 100_000),
        ("TIER_UNLIMITED", NO_LIMIT),
        ("-1", NO_LIMIT),
        ("", None),
        ("TIER_NOT_SET", None),
    ],
)
def test_a_tier_is_read_as_a_number_of_people(tier: str, people: int | None) -> None:
    assert allowed_by(tier) == people


def test_without_a_pace_all_leave_at_once() -> None:
    (slot,) = slots(NOON, NOON + HOUR, 0, (), 2000)
    assert (slot.at, slot.room) == (NOON, 2000)


def test_what_does_not_fit_before_closing_time_is_left_for_another_day() -> None:
    found = slots(NOON, NOON + 3 * MINUTE, 10, (), 1000)
    assert [(slot.at - NOON, slot.room) for slot in found] == [(n * MINUTE, 10) for n in range(3)]


def test_a_full_minute_is_waited_out() -> None:
    found = slots(NOON, NOON + HOUR, 10, [(NOON - timedelta(seconds=20), 10)], 5)
    assert [slot.at for slot in found] == [NOON + MINUTE]


def test_whoever_comes_late_queues_up_behind_the_others() -> None:
    taken = [(NOON + n * MINUTE, 10) for n in range(3)] + [(NOON + 3 * MINUTE, 4)]
    found = slots(NOON, NOON + HOUR, 10, taken, 8)
    assert [(slot.at - NOON, slot.room) for slot in found] == [(3 * MINUTE, 6), (4 * MINUTE, 2)]


@given(
    st.lists(st.tuples(st.integers(0, 200), st.integers(1, 90)), min_size=1, max_size=8),
    st.integers(1, 40),
)
def test_no_minute_is_ever_too_full(batches: list[tuple[int, int]], per_minute: int) -> None:
    planned: list[tuple[datetime, int]] = []
    now = NOON
    for wait, wanted in batches:
        now += timedelta(seconds=wait)
        recent = [(at, number) for at, number in planned if at > now - MINUTE]
        found = slots(now, now + 50 * HOUR, per_minute, recent, wanted)
        assert sum(slot.room for slot in found) == wanted
        planned += [(slot.at, slot.room) for slot in found]
    for at, _ in planned:
        within = sum(number for when, number in planned if at - MINUTE < when <= at)
        assert within <= per_minute
    assert all(one <= other for (one, _), (other, _) in pairwise(planned))


def test_the_calendar_knows_when_it_closes() -> None:
    hours = {2: Hours(time(9), time(19)), 3: Hours(time(9), time.min)}
    calendar = Calendar(ZoneInfo("America/Sao_Paulo"), hours, lambda _day: False)
    assert calendar.closes(NOON) == datetime(2026, 11, 25, 22, tzinfo=UTC)
    thursday = NOON + timedelta(days=1)
    assert calendar.closes(thursday) == datetime(2026, 11, 27, 3, tzinfo=UTC)
    night = datetime(2026, 11, 26, 3, tzinfo=UTC)
    assert calendar.closes(night) == night
    assert calendar.never_shut.allows(night)
