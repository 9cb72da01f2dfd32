"""The rules of paying, on paper."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Unreadable
from bot.domain.payment import Method, payable, spread

AMOUNTS = st.integers(1, 10**10)


@given(AMOUNTS, st.lists(AMOUNTS))
def test_spreading_neither_loses_nor_makes_a_centavo(amount: int, owed: list[int]) -> None:
    parts = spread(amount, owed)
    assert sum(parts) == min(amount, sum(owed))
    assert all(0 <= part <= debt for part, debt in zip(parts, owed, strict=True))


@given(AMOUNTS, st.lists(AMOUNTS))
def test_no_debt_is_touched_before_the_one_ahead_of_it_is_paid(
    amount: int, owed: list[int]
) -> None:
    parts = spread(amount, owed)
    short = [part < debt for part, debt in zip(parts, owed, strict=True)]
    first_short = short.index(True) if True in short else len(short)
    assert not any(parts[first_short + 1 :])


@given(st.lists(st.integers(-60, 60)).map(sorted))
def test_what_has_fallen_due_is_asked_for_else_what_falls_due_first(days: list[int]) -> None:
    today = date(2026, 11, 25)
    dues = [today + timedelta(days=day) for day in days]
    asked = dues[: payable(dues, today)]
    fallen = [due for due in dues if due <= today]
    assert asked == (fallen or [due for due in dues if due == dues[0]])


@pytest.mark.parametrize(
    ("said", "method"),
    [
        ("Pix", Method.PIX),
        ("DINHEIRO", Method.CASH),
        ("cartão", Method.CARD),
        ("tarjeta de crédito", Method.CARD),
        ("bank transfer", Method.TRANSFER),
    ],
)
def test_methods_are_read_in_three_languages(said: str, method: Method) -> None:
    assert Method.read(said) is method


@given(st.sampled_from(Method))
def test_a_method_reads_back_from_what_is_kept(method: Method) -> None:
    assert Method.read(method.value) is method


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(Unreadable, match=r"errors\.payment\.method"):
        Method.read("fiado")
