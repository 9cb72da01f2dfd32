"""Reports about a message: in any order, any number of times, they end the same."""

from functools import reduce
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.delivery import UNFINISHED, State, after_status

REPORTED = st.sampled_from((State.SENT, State.DELIVERED, State.READ, State.FAILED))
BEGUN = st.sampled_from((*UNFINISHED, State.ACCEPTED))
WALK = (State.ACCEPTED, State.SENT, State.DELIVERED, State.READ)


@given(BEGUN, st.lists(REPORTED, min_size=1, max_size=6), st.randoms())
def test_the_order_of_reports_does_not_matter(
    begun: State, reports: list[State], dice: Random
) -> None:
    shuffled = [*reports, *reports[:2]]
    dice.shuffle(shuffled)
    assert reduce(after_status, shuffled, begun) is reduce(after_status, reports, begun)


@given(st.sampled_from(WALK), REPORTED)
def test_no_report_takes_back_what_has_arrived(arrived: State, report: State) -> None:
    after = after_status(arrived, report)
    if after is State.FAILED:
        assert arrived in {State.ACCEPTED, State.SENT}
    else:
        assert WALK.index(after) >= WALK.index(arrived)


@given(BEGUN, REPORTED)
def test_any_report_is_proof_that_it_left(begun: State, report: State) -> None:
    assert after_status(begun, report) not in UNFINISHED
