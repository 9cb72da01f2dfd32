"""When people may be written to: not at night, not on Sundays, not on holidays."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from bot.domain.calendar import Calendar, Hours
from tests.support.calendars import MOMENTS, SAO_PAULO, calendars


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/Sao_Paulo"))


@pytest.mark.parametrize("moment", ["2026-11-25T09:00", "2026-11-25T18:59:59", "2026-11-28T12:59"])
def test_people_are_written_to_in_the_hours_of_the_business(moment: str) -> None:
    assert SAO_PAULO.allows(local(moment))


@pytest.mark.parametrize(
    "moment",
    [
        "2026-11-25T08:59:59",
        "2026-11-25T19:00",
        "2026-11-28T13:00",  # a Saturday
        "2026-11-29T10:00",  # a Sunday
        "2026-11-20T10:00",  # a holiday
    ],
)
def test_people_are_left_alone_at_other_times(moment: str) -> None:
    assert not SAO_PAULO.allows(local(moment))


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-11-25T10:00", "2026-11-25T10:00"),
        ("2026-11-25T03:00", "2026-11-25T09:00"),
        ("2026-11-25T22:00", "2026-11-26T09:00"),
        ("2026-11-28T15:00", "2026-11-30T09:00"),
        ("2026-11-19T20:00", "2026-11-21T09:00"),
    ],
)
def test_what_is_not_allowed_waits_for_the_next_opening(moment: str, opening: str) -> None:
    assert SAO_PAULO.next_allowed(local(moment)) == local(opening)


@given(calendars(), MOMENTS)
def test_the_next_allowed_moment_is_allowed_and_never_earlier(
    calendar: Calendar, moment: datetime
) -> None:
    found = calendar.next_allowed(moment)
    assert found >= moment
    assert found.tzinfo is UTC
    assert calendar.allows(found) or found == moment + timedelta(days=60)


@given(calendars(), MOMENTS)
def test_nothing_allowed_is_passed_over(calendar: Calendar, moment: datetime) -> None:
    found = calendar.next_allowed(moment)
    before = [moment + timedelta(hours=1) * ahead for ahead in range(48)]
    assert not any(calendar.allows(earlier) for earlier in before if earlier < found)


def test_where_nothing_ever_opens_it_is_asked_again_in_sixty_days() -> None:
    shut = Calendar(ZoneInfo("UTC"), {}, lambda day: False)
    moment = datetime(2026, 11, 25, 10, tzinfo=UTC)
    assert shut.next_allowed(moment) == moment + timedelta(days=60)


def test_a_business_may_be_open_until_midnight() -> None:
    late = Calendar(ZoneInfo("UTC"), {2: Hours(time(20), time(0))}, lambda day: False)
    assert late.allows(datetime(2026, 11, 25, 23, 59, tzinfo=UTC))
    assert not late.allows(datetime(2026, 11, 26, 0, 0, tzinfo=UTC))


def test_today_is_the_date_of_the_zone() -> None:
    assert SAO_PAULO.today(datetime(2026, 12, 1, 1, 30, tzinfo=UTC)) == date(2026, 11, 30)


def test_a_local_time_is_kept_in_utc() -> None:
    assert SAO_PAULO.at(date(2026, 11, 25), time(9)) == datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_a_time_that_the_clocks_jump_over_moves_forward() -> None:
    santiago = Calendar(ZoneInfo("America/Santiago"), {}, lambda day: False)
    midnight = santiago.at(date(2026, 9, 6), time(0))
    assert midnight.astimezone(santiago.zone).isoformat() == "2026-09-06T01:00:00-03:00"
