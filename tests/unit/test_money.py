"""Money: read as people write it, kept whole, split without loss."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.amounts import read_money
from bot.domain.errors import Unreadable
from bot.domain.money import Money, decimals

CURRENCIES = st.sampled_from(["BRL", "USD", "EUR", "CLP", "PYG", "JPY", "KWD", "MXN", "XYZ"])
AMOUNTS = st.builds(Money, st.integers(1, 10**10 - 1), CURRENCIES)


def refusal(text: str, currency: str = "BRL") -> str:
    with pytest.raises(Unreadable) as refused:
        read_money(text, currency)
    return refused.value.key


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("R$ 1.250,00", 125000),
        ("R$1.250,00", 125000),
        ("1250", 125000),
        ("1.250", 125000),
        ("1,250.00", 125000),
        ("1.250,5", 125050),
        ("1 250,00", 125000),
        ("1'250.00", 125000),
        ("R$\u00a01.250,00", 125000),
        ("1.250.000", 125000000),
        ("1,250,000.50", 125000050),
        ("R$49,90", 4990),
        ("49.90", 4990),
        ("49,9", 4990),
        ("129,9", 12990),
        ("0,05", 5),
        ("50 reais", 5000),
        ("50 REAIS", 5000),
        ("BRL 50", 5000),
        ("$50", 5000),
        ("+50", 5000),
        ("00012", 1200),
        (" 49,90\n", 4990),
        ("４９,９０", 4990),  # noqa: RUF001 - wide digits, as some phones' keyboards write them
        ("99.999.999,99", 9999999999),
    ],
)
def test_amounts_are_read_as_people_write_them(typed: str, minor: int) -> None:
    assert read_money(typed) == Money(minor)


@pytest.mark.parametrize(
    "typed",
    [
        "quarenta", "", "R$", "49,", ",90", "10,999", "49,900", "1,250", "0.250", "1.2.3", "10..5",
        "1.25.0", "1.250.00", "12.50.000", "(10)", "R$ R$ 5", "R$ 50 reais", "50 por mês", "1e3",
        "49,90 49,90", "US$ 50", "50 €", "٤٩", "0x10", "=1+1", "1" * 41, "27 dias",
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused(typed: str) -> None:
    assert refusal(typed) == "errors.money.unreadable"


@pytest.mark.parametrize("typed", ["0", "0,00", "-10,00", "R$ -10,00", "-R$ 10,00", "\u221210"])
def test_nothing_and_less_is_refused(typed: str) -> None:
    assert refusal(typed) == "errors.money.not_positive"


@pytest.mark.parametrize("typed", ["100.000.000,00", "11987654321", "9.999.999.999"])
def test_a_phone_in_the_wrong_column_is_too_large(typed: str) -> None:
    assert refusal(typed) == "errors.money.too_large"


def test_a_comma_groups_where_people_write_so() -> None:
    assert read_money("1,250", "USD") == Money(125000, "USD")


def test_a_currency_without_decimals_takes_none() -> None:
    assert read_money("$ 12.500", "CLP") == Money(12500, "CLP")
    assert read_money("12500,00", "CLP") == Money(12500, "CLP")
    assert refusal("12,5", "CLP") == "errors.money.unreadable"


def test_a_currency_with_three_decimals_has_them_after_a_dot() -> None:
    assert read_money("1.250", "KWD") == Money(1250, "KWD")


@pytest.mark.parametrize(
    ("typed", "currency"), [("US$ 5", "USD"), ("5 €", "EUR"), ("S/. 5", "PEN"), ("Bs 5", "BOB")]
)
def test_each_currency_has_its_own_marks(typed: str, currency: str) -> None:
    assert read_money(typed, currency) == Money(500, currency)


@given(AMOUNTS)
def test_what_money_writes_it_reads(money: Money) -> None:
    assert read_money(str(money), money.currency) == money


@given(st.integers(1, 10**10 - 1))
def test_the_way_of_brazil_and_the_way_of_england_read_alike(minor: int) -> None:
    english = f"{minor // 100:,}.{minor % 100:02}"
    brazilian = english.translate(str.maketrans(",.", ".,"))
    assert read_money(brazilian) == read_money(english) == Money(minor)


@given(st.text("0123456789., -+R$'", max_size=45) | st.text(max_size=45))
def test_anything_else_is_refused_and_never_breaks(text: str) -> None:
    try:
        money = read_money(text)
    except Unreadable:
        return
    assert 0 < money.minor < 10**10


@given(st.integers(-(10**12), 10**12), st.integers(1, 60))
def test_splitting_loses_nothing(minor: int, parts: int) -> None:
    shares = Money(minor).split(parts)
    assert Money.total(shares) == Money(minor)
    assert max(shares).minor - min(shares).minor <= 1


def test_the_first_parts_carry_what_does_not_divide() -> None:
    assert Money(100).split(3) == [Money(34), Money(33), Money(33)]


def test_money_is_not_split_into_nothing() -> None:
    with pytest.raises(ValueError, match="one part"):
        Money(100).split(0)


def test_the_sum_of_nothing_is_nothing_of_that_currency() -> None:
    assert Money.total([], "USD") == Money(0, "USD")


def test_currencies_do_not_add_up() -> None:
    with pytest.raises(ValueError, match="BRL and USD"):
        Money(1) + Money(1, "USD")
    with pytest.raises(ValueError, match="BRL and USD"):
        Money(1) - Money(1, "USD")


def test_what_is_left_may_be_nothing() -> None:
    left = Money(4990) - Money(4990)
    assert left.is_zero
    assert not left


def test_a_debt_is_written_with_its_sign() -> None:
    assert str(Money(-5)) == "-0.05"
    assert str(Money(-5, "CLP")) == "-5"


def test_currencies_have_the_decimals_of_the_standard() -> None:
    assert [decimals(code) for code in ("BRL", "CLP", "KWD")] == [2, 0, 3]
