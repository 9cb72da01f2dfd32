"""Where a charge and a client stand."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.charge import (
    AGES,
    ChargeState,
    Standing,
    age_bucket,
    days_late,
    standing_of,
    state_of,
)

TODAY = date(2026, 11, 25)
YESTERDAY = TODAY - timedelta(days=1)
TOMORROW = TODAY + timedelta(days=1)


def state(
    paid: int = 0, due_on: date = TOMORROW, *, cancelled: bool = False, claimed: bool = False
) -> ChargeState:
    return state_of(
        amount=4990, paid=paid, due_on=due_on, today=TODAY, cancelled=cancelled, claimed=claimed
    )


def test_a_charge_is_open_until_something_happens() -> None:
    assert state() is ChargeState.OPEN


def test_a_charge_of_today_is_due_and_not_late() -> None:
    assert state(due_on=TODAY) is ChargeState.DUE_TODAY
    assert days_late(TODAY, TODAY) == 0


def test_a_charge_of_yesterday_is_overdue_even_when_partly_paid() -> None:
    assert state(100, YESTERDAY) is ChargeState.OVERDUE
    assert days_late(YESTERDAY, TODAY) == 1


def test_a_charge_of_tomorrow_is_not_late() -> None:
    assert days_late(TOMORROW, TODAY) == 0


def test_a_part_paid_before_the_day_is_told() -> None:
    assert state(100) is ChargeState.PARTLY_PAID


def test_a_claim_goes_before_lateness() -> None:
    assert state(due_on=YESTERDAY, claimed=True) is ChargeState.CLAIMED


def test_money_settles_a_claim() -> None:
    assert state(4990, YESTERDAY, claimed=True) is ChargeState.SETTLED


def test_what_is_cancelled_is_nothing_else() -> None:
    assert state(4990, YESTERDAY, cancelled=True, claimed=True) is ChargeState.CANCELLED


@pytest.mark.parametrize(
    ("days", "bucket"),
    [(1, 0), (7, 0), (8, 1), (30, 1), (31, 2), (60, 2), (61, 3), (4000, 3)],
)
def test_debts_age_by_week_and_month(days: int, bucket: int) -> None:
    assert age_bucket(days) == bucket


@given(st.integers(1, 10**6))
def test_every_late_day_has_one_age(days: int) -> None:
    fitting = [place for place, (first, last) in enumerate(AGES) if first <= days <= (last or days)]
    assert fitting == [age_bucket(days)]


def test_what_is_not_late_has_no_age() -> None:
    with pytest.raises(ValueError, match="not late"):
        age_bucket(0)


def standing(
    subscription: str = "active",
    *,
    overdue: bool = False,
    claimed: bool = False,
    open_: bool = False,
) -> Standing:
    return standing_of(subscription=subscription, overdue=overdue, claimed=claimed, open_=open_)


@pytest.mark.parametrize("subscription", ["active", "paused", "cancelled"])
def test_a_debt_outlives_a_pause(subscription: str) -> None:
    assert standing(subscription, overdue=True, claimed=True, open_=True) is Standing.LATE


@pytest.mark.parametrize("subscription", ["paused", "cancelled"])
def test_a_pause_goes_before_what_is_not_late(subscription: str) -> None:
    assert standing(subscription, claimed=True, open_=True) == subscription


def test_a_claim_goes_before_what_is_open() -> None:
    assert standing(claimed=True, open_=True) is Standing.CLAIMED


def test_something_open_is_due() -> None:
    assert standing(open_=True) is Standing.DUE


def test_nothing_open_is_up_to_date() -> None:
    assert standing() is Standing.UP_TO_DATE
