"""The ladder: the newest step goes out once, in its window, and the rest is overtaken."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import Calendar
from bot.domain.ids import StepId
from bot.domain.ladder import DEFAULT_STEPS, LAST_STEP_DAYS, Step, due_now, newest_open, openings
from tests.support.calendars import MOMENTS, SAO_PAULO, calendars

STEPS = tuple(Step(StepId(n), *step) for n, step in enumerate(DEFAULT_STEPS, 1))


@st.composite
def ladders(draw: st.DrawFn) -> tuple[Step, ...]:
    offsets = draw(st.lists(st.integers(-12, 25), max_size=6, unique=True))
    return tuple(
        Step(StepId(n), offset, time(draw(st.integers(0, 23))), "reminder_late")
        for n, offset in enumerate(offsets, 1)
    )


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/Sao_Paulo"))


def offset_open(due_on: str, now: str) -> int | None:
    opening = newest_open(date.fromisoformat(due_on), STEPS, local(now), SAO_PAULO)
    return opening.step.offset_days if opening else None


@pytest.mark.parametrize(
    ("now", "offset"),
    [
        ("2026-12-06T18:00", None),  # a Sunday; due on Wednesday the 9th
        ("2026-12-07T09:00", -3),  # its day was the Sunday
        ("2026-12-08T18:59", -3),
        ("2026-12-09T08:59", None),  # the next step's day has begun, its hour has not
        ("2026-12-09T09:00", 0),
        ("2026-12-10T09:00", 1),
        ("2026-12-11T12:00", 1),
        ("2026-12-12T09:00", 3),  # a Saturday
        ("2026-12-15T09:00", 3),
        ("2026-12-16T09:00", 7),
        ("2026-12-24T09:00", 15),
        ("2026-12-30T18:00", 15),
        ("2026-12-31T09:00", None),
    ],
)
def test_a_charge_climbs_the_ladder(now: str, offset: int | None) -> None:
    assert offset_open("2026-12-09", now) == offset


def test_a_step_whose_whole_window_is_closed_is_never_sent() -> None:
    # Due on a Sunday, the next step on Monday: nothing is allowed in between.
    sunday = openings(date(2026, 12, 6), STEPS, SAO_PAULO)[1]
    assert sunday.step.offset_days == 0
    assert sunday.opens_at >= sunday.closes_at


def test_after_a_long_sleep_only_the_newest_goes_out() -> None:
    now = local("2026-12-17T10:00")
    due = next(due for due in due_now(STEPS, now, SAO_PAULO) if due.due_on == date(2026, 12, 9))
    assert due.step.offset_days == 7
    assert [step.offset_days for step in due.overtaken] == [-3, 0, 1, 3]
    assert due.closes_at == local("2026-12-24T00:00")


def test_the_last_step_is_open_for_a_week() -> None:
    last = openings(date(2026, 12, 9), STEPS, SAO_PAULO)[-1]
    assert last.closes_at == local("2026-12-31T00:00")


def test_an_empty_ladder_reminds_nobody() -> None:
    now = local("2026-12-09T10:00")
    assert due_now((), now, SAO_PAULO) == ()
    assert newest_open(date(2026, 12, 9), (), now, SAO_PAULO) is None


def test_nothing_is_open_at_night() -> None:
    shut = Calendar(ZoneInfo("UTC"), {}, lambda day: False)
    assert due_now(STEPS, datetime(2026, 12, 9, 12, tzinfo=UTC), shut) == ()


@given(ladders(), calendars(), MOMENTS)
def test_planning_in_bulk_is_asking_for_every_date(
    steps: tuple[Step, ...], calendar: Calendar, now: datetime
) -> None:
    planned = {due.due_on: due for due in due_now(steps, now, calendar)}
    for back in range(-45, 75):
        due_on = calendar.today(now) - timedelta(days=back)
        opening = newest_open(due_on, steps, now, calendar)
        due = planned.pop(due_on, None)
        assert (due and (due.step, due.closes_at)) == (
            opening and (opening.step, opening.closes_at)
        )
    assert planned == {}


@given(ladders(), calendars(), MOMENTS)
def test_what_goes_out_overtakes_every_step_before_it(
    steps: tuple[Step, ...], calendar: Calendar, now: datetime
) -> None:
    for due in due_now(steps, now, calendar):
        before = {step for step in steps if step.offset_days < due.step.offset_days}
        assert set(due.overtaken) == before


@given(ladders(), calendars(), st.dates(date(2025, 1, 1), date(2029, 1, 1)))
def test_no_two_steps_are_open_at_once(
    steps: tuple[Step, ...], calendar: Calendar, due_on: date
) -> None:
    found = openings(due_on, steps, calendar)
    assert [opening.step for opening in found] == sorted(steps, key=lambda s: s.offset_days)
    assert all(one.closes_at <= other.opens_at for one, other in pairwise(found))


@given(ladders(), calendars(), st.dates(date(2025, 1, 1), date(2029, 1, 1)))
def test_a_step_opens_in_allowed_hours_on_its_day_or_later(
    steps: tuple[Step, ...], calendar: Calendar, due_on: date
) -> None:
    for opening in openings(due_on, steps, calendar):
        if opening.opens_at < opening.closes_at:
            day = due_on + timedelta(days=opening.step.offset_days)
            assert calendar.allows(opening.opens_at)
            assert calendar.today(opening.opens_at) >= day


@given(ladders(), calendars(), st.dates(date(2025, 1, 1), date(2029, 1, 1)), st.data())
def test_asked_day_after_day_the_ladder_takes_no_step_twice_or_back(
    steps: tuple[Step, ...], calendar: Calendar, due_on: date, data: st.DataObject
) -> None:
    start = calendar.at(due_on, time(0)) - timedelta(days=14)
    hours = data.draw(st.integers(1, 30))
    taken: list[int] = []
    for tick in range(0, (14 + 26 + LAST_STEP_DAYS) * 24, hours):
        opening = newest_open(due_on, steps, start + timedelta(hours=tick), calendar)
        if opening and opening.step.offset_days not in taken[-1:]:
            taken.append(opening.step.offset_days)
    assert taken == sorted(set(taken))
