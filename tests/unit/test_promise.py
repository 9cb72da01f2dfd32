"""A client says when they will pay: only what is plain is understood."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.promise import promised_day

TODAY = date(2026, 11, 25)  # a Wednesday


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("pago dia 10", date(2026, 12, 10)),
        ("Pago amanhã!", date(2026, 11, 26)),
        ("vou pagar amanhã", date(2026, 11, 26)),
        ("pago depois de amanhã", date(2026, 11, 27)),
        ("te pago sexta", date(2026, 11, 27)),
        ("Pago na segunda-feira 🙏", date(2026, 11, 30)),
        ("pago quarta", TODAY),
        ("pago até dia 30", date(2026, 11, 30)),
        ("pago 10/12", date(2026, 12, 10)),
        ("Pago dia 10 de dezembro", date(2026, 12, 10)),
        ("oi, vou pagar dia 5 sem falta", date(2026, 12, 5)),
        ("I'll pay on Friday", date(2026, 11, 27)),
        ("I will pay tomorrow", date(2026, 11, 26)),
        ("I'll pay on the 10th", date(2026, 12, 10)),
        ("pagaré el 10", date(2026, 12, 10)),
        ("te pago mañana", date(2026, 11, 26)),
        ("voy a pagar el lunes", date(2026, 11, 30)),
    ],
)
def test_a_day_is_understood_in_three_languages(said: str, day: date) -> None:
    assert promised_day(said, TODAY) == day


@pytest.mark.parametrize(
    "said",
    [
        "pago 50",
        "pago 10",
        "paguei dia 10",
        "não pago dia 10",
        "pago quando puder",
        "pago em dinheiro",
        "pago sexta que vem",
        "pago dia 40",
        "vence dia 10",
        "quando vence? pago dia 10 ou 15",
        "",
    ],
)
def test_what_is_unclear_is_left_to_a_person(said: str) -> None:
    assert promised_day(said, TODAY) is None


@given(st.text(max_size=80))
def test_nothing_typed_breaks_it(said: str) -> None:
    promised_day(f"pago {said}", TODAY)


@given(st.dates(TODAY, TODAY + timedelta(days=27)))
def test_a_day_of_the_month_is_the_next_one(day: date) -> None:
    assert promised_day(f"pago dia {day.day}", TODAY) == day
