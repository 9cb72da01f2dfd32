"""Plans: due dates are counted from the anchor, and never drift."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.plan import Period, cycle_from, due, plan_key

ANCHORS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
PERIODS = st.sampled_from(Period)
DAYS = st.none() | st.integers(1, 31)


def dues(anchor: str, period: Period, count: int, day: int | None = None) -> list[str]:
    first = date.fromisoformat(anchor)
    return [due(first, period, cycle, day).isoformat()[2:] for cycle in range(1, count + 1)]


@pytest.mark.parametrize(
    ("anchor", "period", "expected"),
    [
        ("2026-01-31", Period.MONTHLY, "26-02-28 26-03-31 26-04-30 26-05-31 26-06-30 26-07-31"),
        ("2026-01-30", Period.MONTHLY, "26-02-28 26-03-30 26-04-30"),
        ("2028-01-31", Period.MONTHLY, "28-02-29 28-03-31 28-04-30"),
        ("2026-10-31", Period.MONTHLY, "26-11-30 26-12-31 27-01-31 27-02-28 27-03-31"),
        ("2026-08-31", Period.QUARTERLY, "26-11-30 27-02-28 27-05-31 27-08-31 27-11-30"),
        ("2026-08-31", Period.SEMIANNUAL, "27-02-28 27-08-31 28-02-29"),
        ("2024-02-29", Period.ANNUAL, "25-02-28 26-02-28 27-02-28 28-02-29"),
        ("2026-11-30", Period.BIMONTHLY, "27-01-30 27-03-30 27-05-30"),
        ("2026-12-28", Period.WEEKLY, "27-01-04 27-01-11"),
        ("2026-12-28", Period.BIWEEKLY, "27-01-11 27-01-25"),
    ],
)
def test_due_dates_keep_their_day(anchor: str, period: Period, expected: str) -> None:
    assert dues(anchor, period, len(expected.split())) == expected.split()


def test_a_day_that_the_first_month_lacks_is_kept_for_the_others() -> None:
    assert dues("2026-11-30", Period.MONTHLY, 3, day=31) == ["26-12-31", "27-01-31", "27-02-28"]


def test_weeks_know_no_day_of_the_month() -> None:
    assert dues("2026-11-30", Period.WEEKLY, 1, day=15) == ["26-12-07"]


@given(ANCHORS, PERIODS, DAYS)
def test_the_first_due_date_is_the_anchor(anchor: date, period: Period, day: int | None) -> None:
    assert due(anchor, period, 0, day) == anchor


@given(ANCHORS, st.sampled_from([p for p in Period if p.months]), st.integers(0, 120), DAYS)
def test_no_month_is_skipped_or_repeated(
    anchor: date, period: Period, cycle: int, day: int | None
) -> None:
    dates = [due(anchor, period, k, day) for k in (cycle, cycle + 1)]
    before, after = (on.year * 12 + on.month for on in dates)
    assert after - before == period.months


@given(ANCHORS, PERIODS, DAYS, st.integers(-400, 4000))
def test_the_next_cycle_is_the_first_not_before_the_day(
    anchor: date, period: Period, day: int | None, later: int
) -> None:
    on = anchor + timedelta(days=later)
    cycle = cycle_from(anchor, period, on, day)
    assert cycle >= 0
    assert due(anchor, period, cycle, day) >= on
    assert cycle == 0 or due(anchor, period, cycle - 1, day) < on


@given(ANCHORS, PERIODS, DAYS)
def test_due_dates_only_move_forward(anchor: date, period: Period, day: int | None) -> None:
    dates = [due(anchor, period, cycle, day) for cycle in range(30)]
    assert all(before < after for before, after in pairwise(dates))


@pytest.mark.parametrize(
    ("words", "period"),
    [
        ("mensal", Period.MONTHLY), ("MENSAL ", Period.MONTHLY), ("Plano Mensal", Period.MONTHLY),
        ("mensalidade", Period.MONTHLY), ("monthly", Period.MONTHLY), ("mês", Period.MONTHLY),
        ("por mês", Period.MONTHLY), ("30 dias", Period.MONTHLY), ("Plan mensual", Period.MONTHLY),
        ("trimestral", Period.QUARTERLY), ("3 meses", Period.QUARTERLY),
        ("every 3 months", Period.QUARTERLY), ("a cada três meses", Period.QUARTERLY),
        ("bimestral", Period.BIMONTHLY), ("2 meses", Period.BIMONTHLY),
        ("semestral", Period.SEMIANNUAL), ("6 months", Period.SEMIANNUAL),
        ("1 ano", Period.ANNUAL), ("anual", Period.ANNUAL), ("un año", Period.ANNUAL),
        ("yearly", Period.ANNUAL), ("12 meses", Period.ANNUAL), ("Anual Premium", Period.ANNUAL),
        ("semanal", Period.WEEKLY), ("7 dias", Period.WEEKLY), ("every week", Period.WEEKLY),
        ("quinzenal", Period.BIWEEKLY), ("15 dias", Period.BIWEEKLY), ("2 weeks", Period.BIWEEKLY),
        ("quincenal", Period.BIWEEKLY), ("biweekly", Period.BIWEEKLY),
    ],
)  # fmt: skip
def test_a_period_is_read_in_three_languages(words: str, period: Period) -> None:
    assert Period.read(words) is period


@pytest.mark.parametrize(
    "words",
    ["Ouro", "", "5 meses", "0 meses", "mensal ou anual", "muitos meses", "10 dias", "plano"],
)
def test_words_that_name_no_period_give_none(words: str) -> None:
    assert Period.read(words) is None


@given(PERIODS)
def test_every_period_reads_itself(period: Period) -> None:
    assert Period.read(period.value) is period


@given(st.text(max_size=40))
def test_any_words_can_be_asked(words: str) -> None:
    assert Period.read(words) in {None, *Period}


@pytest.mark.parametrize("name", ["Plano Ouro", "ouro", "OURO ", "plan ouro", "plano  Ouro"])
def test_spellings_of_one_plan_share_a_key(name: str) -> None:
    assert plan_key(name) == "ouro"


def test_a_plan_may_be_called_plan() -> None:
    assert plan_key("Plano") == "plano"
    assert plan_key("Planos de aula") == "planos de aula"


@pytest.mark.parametrize("name", ["Trimestral", "3 meses", "plano trimestral", "TRIMESTRAL "])
def test_names_that_say_only_how_often_are_one_plan(name: str) -> None:
    assert plan_key(name) == "quarterly"
    assert plan_key(plan_key(name)) == "quarterly"


def test_a_period_beside_another_word_is_a_plan_of_its_own() -> None:
    assert plan_key("Ouro trimestral") == "ouro trimestral"
