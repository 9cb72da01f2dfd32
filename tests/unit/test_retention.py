"""Of many backups the newest of each day, week and month stay, and no more than that."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.retention import DAILY, MONTHLY, WEEKLY, kept

NOW = datetime(2026, 11, 25, 6, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def test_of_two_years_of_nights_the_last_week_four_weeks_and_twelve_months_stay() -> None:
    nights = [NOW - DAY * number for number in range(730)]
    stay = sorted(kept(nights), reverse=True)
    assert stay[:7] == nights[:7]
    assert datetime(2026, 10, 31, 6, 30, tzinfo=UTC) in stay
    assert stay[-1] == datetime(2025, 12, 31, 6, 30, tzinfo=UTC)
    assert len(stay) <= DAILY + WEEKLY + MONTHLY


def test_days_without_one_use_no_place_up() -> None:
    rare = [NOW - timedelta(days=100 * number) for number in range(5)]
    assert kept(rare) == set(rare)


@given(st.lists(st.datetimes(timezones=st.just(UTC), min_value=datetime(1990, 1, 1))))  # noqa: DTZ001 - a bound
def test_the_newest_always_stays_and_thinning_again_changes_nothing(
    moments: list[datetime],
) -> None:
    stay = kept(moments)
    assert stay <= set(moments)
    assert len(stay) <= DAILY + WEEKLY + MONTHLY
    assert kept(stay) == stay
    if moments:
        assert max(moments) in stay
