"""Calendars of every kind, for the properties that must hold in all of them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from bot.domain.calendar import DEFAULT_HOURS, Calendar, Hours

# Santiago puts its clocks forward over midnight, Havana back over it, Lord Howe by half an hour.
_ZONES = ("America/Sao_Paulo", "America/Santiago", "America/Havana", "Australia/Lord_Howe", "UTC")


@st.composite
def _hours(draw: st.DrawFn) -> Hours:
    opens = draw(st.integers(0, 22))
    closes = draw(st.integers(opens + 1, 24))
    return Hours(time(opens, draw(st.sampled_from((0, 30)))), time(closes % 24))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """A zone, hours of some weekdays, and a rule for holidays that leaves most days open."""
    zone = ZoneInfo(draw(st.sampled_from(_ZONES)))
    days = st.dictionaries(st.integers(0, 6), _hours(), min_size=1)
    hours = draw(st.just(DEFAULT_HOURS) | days)
    every = draw(st.integers(2, 40))
    return Calendar(zone, hours, lambda day: day.toordinal() % every == 0)


_START = datetime(2024, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 6 * 366 * 86400).map(lambda seconds: _START + timedelta(seconds=seconds))
SAO_PAULO = Calendar(
    ZoneInfo("America/Sao_Paulo"), DEFAULT_HOURS, lambda day: day == date(2026, 11, 20)
)
