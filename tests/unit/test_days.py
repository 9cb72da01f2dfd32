"""Days: read as people name them, without losing the day they agreed on."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.days import DueDay, month_of, read_date
from bot.domain.errors import Unreadable
from bot.domain.plan import on_day

TODAY = date(2026, 11, 25)
TODAYS = st.dates(date(2020, 1, 1), date(2080, 12, 31))


def refusal(text: str, today: date = TODAY) -> str:
    with pytest.raises(Unreadable) as refused:
        DueDay.read(text, today)
    with pytest.raises(Unreadable) as refused_too:
        read_date(text, today)
    assert refused.value.key == refused_too.value.key
    return refused.value.key


@pytest.mark.parametrize(
    ("typed", "on"),
    [
        ("20/12/2026", "2026-12-20"),
        ("20/12/26", "2026-12-20"),
        ("20-12-2026", "2026-12-20"),
        ("20.12.2026", "2026-12-20"),
        ("2026-12-20", "2026-12-20"),
        ("2026/12/20", "2026-12-20"),
        ("2026-12-20T00:00:00", "2026-12-20"),
        ("2026-12-20 00:00:00", "2026-12-20"),
        ("2026-12-20T03:00:00.000Z", "2026-12-20"),
        ("20/12/2026 00:00", "2026-12-20"),
        ("46376", "2026-12-20"),
        ("46376.0", "2026-12-20"),
        ("20 de dezembro de 2026", "2026-12-20"),
        ("20 dez", "2026-12-20"),
        ("20 de diciembre", "2026-12-20"),
        ("December 20th, 2026", "2026-12-20"),
        ("dec 20", "2026-12-20"),
        ("17/11/26", "2026-11-17"),  # past, as in a list that is brought in
        ("hoje", "2026-11-25"),
        ("Today", "2026-11-25"),
        ("hoy", "2026-11-25"),
        ("amanhã", "2026-11-26"),
        ("tomorrow", "2026-11-26"),
        ("mañana", "2026-11-26"),
    ],
)
def test_a_day_said_in_full_is_that_day(typed: str, on: str) -> None:
    expected = date.fromisoformat(on)
    assert DueDay.read(typed, TODAY) == DueDay(expected, expected.day)
    assert read_date(typed, TODAY) == expected


@pytest.mark.parametrize(
    "typed", ["5", "05", "dia 5", "Dia 05", "day 5", "día 5", "5º", "5th", "5.0", "todo dia 5"]
)
def test_a_bare_day_is_the_next_one(typed: str) -> None:
    assert DueDay.read(typed, TODAY) == DueDay(date(2026, 12, 5), 5)


def test_a_bare_day_may_be_today() -> None:
    assert DueDay.read("25", TODAY) == DueDay(TODAY, 25)


def test_a_bare_day_after_december_is_in_january() -> None:
    assert DueDay.read("dia 5", date(2026, 12, 30)) == DueDay(date(2027, 1, 5), 5)


def test_day_31_is_the_last_of_a_shorter_month_and_stays_the_31st() -> None:
    assert DueDay.read("dia 31", TODAY) == DueDay(date(2026, 11, 30), 31)
    assert DueDay.read("30", date(2027, 2, 3)) == DueDay(date(2027, 2, 28), 30)


@pytest.mark.parametrize(("typed", "on"), [("25/11", "2026-11-25"), ("24/11", "2027-11-24")])
def test_a_due_day_without_its_year_is_the_next_one(typed: str, on: str) -> None:
    assert DueDay.read(typed, TODAY).on == date.fromisoformat(on)


def test_the_29th_of_february_is_the_next_that_exists() -> None:
    assert DueDay.read("29/2", TODAY).on == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("typed", "on"),
    [
        ("24", "2026-11-24"),
        ("27", "2026-11-27"),
        ("5", "2026-12-05"),
        ("12", "2026-11-12"),
        ("31", "2026-10-31"),
        ("20/11", "2026-11-20"),
        ("20/12", "2026-12-20"),
        ("20/1", "2027-01-20"),
        ("20/8", "2026-08-20"),
        ("29/2", "2028-02-29"),
    ],
)
def test_any_other_day_without_its_month_or_year_is_the_nearest(typed: str, on: str) -> None:
    assert read_date(typed, TODAY) == date.fromisoformat(on)


@pytest.mark.parametrize("typed", ["ontem", "yesterday", "ayer"])
def test_one_pays_but_does_not_fall_due_yesterday(typed: str) -> None:
    assert read_date(typed, TODAY) == date(2026, 11, 24)
    with pytest.raises(Unreadable):
        DueDay.read(typed, TODAY)


@pytest.mark.parametrize(
    "typed",
    [
        "32",
        "0",
        "31/02/2026",
        "30/2",
        "5/13",
        "0/5",
        "29/02/2027",
        "1/1/1999",
        "2126-01-01",
        "33000",
    ],
)
def test_a_day_that_no_calendar_has_is_named_as_such(typed: str) -> None:
    assert refusal(typed) == "errors.day.no_such_day"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "quarenta",
        "5 batatas",
        "12/2026",
        "5/12-2026",
        "5/12/202",
        "1234567",
        "-5",
        "\u0665",
        "dia",
    ],
)
def test_what_is_no_day_is_refused(typed: str) -> None:
    assert refusal(typed) == "errors.day.unreadable"


def test_a_kept_day_must_fit_its_date() -> None:
    with pytest.raises(Unreadable) as refused:
        DueDay.read("2026-11-30@29", TODAY)
    assert refused.value.key == "errors.day.no_such_day"


@given(TODAYS, TODAYS, st.integers(1, 31))
@example(TODAY, date(2027, 2, 1), 31)
def test_what_a_due_day_writes_it_reads_on_any_day(today: date, month: date, day: int) -> None:
    due_day = DueDay(on_day(month.year, month.month, day), day)
    assert DueDay.read(str(due_day), today) == due_day
    assert due_day.shown == due_day.on


@given(TODAYS, st.integers(1, 31))
def test_the_next_such_day_is_within_a_month_of_today(today: date, day: int) -> None:
    due_day = DueDay.read(str(day), today)
    assert today <= due_day.on <= today + timedelta(days=31)
    assert due_day.day_of_month == day


@given(TODAYS, TODAYS)
def test_the_nearest_such_day_is_at_most_half_a_year_away(today: date, day: date) -> None:
    found = read_date(f"{day.day}/{day.month}", today)
    assert (found.day, found.month) == (day.day, day.month)
    assert day.month == 2 or abs(found - today) <= timedelta(days=183)


@given(TODAYS, st.text("0123456789/-.@ dia", max_size=12) | st.text(max_size=20))
def test_anything_else_is_refused_and_never_breaks(today: date, text: str) -> None:
    for read in (DueDay.read, read_date):
        try:
            found = read(text, today)
        except Unreadable:
            continue
        assert isinstance(found, date | DueDay)


@pytest.mark.parametrize(
    ("day", "last"), [("2026-02-10", 28), ("2028-02-29", 29), ("2026-12-01", 31)]
)
def test_a_month_has_a_first_and_a_last_day(day: str, last: int) -> None:
    on = date.fromisoformat(day)
    assert month_of(on) == (on.replace(day=1), on.replace(day=last))
