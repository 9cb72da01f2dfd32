"""What messages cost: rates as people type them, and a month's bill by rule."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import Settings
from bot.domain.errors import Unreadable
from bot.domain.message_cost import (
    CATEGORIES,
    Counted,
    Prices,
    Rate,
    bill,
    read_prices,
    total,
)
from bot.domain.money import Money

BRAZIL, PORTUGAL = "55", "351"


@pytest.mark.parametrize(
    ("typed", "micros", "currency"),
    [
        ("0,045", 45_000, "BRL"),
        ("0.0068", 6_800, "BRL"),
        ("R$ 0,35", 350_000, "BRL"),
        ("r$0,35", 350_000, "BRL"),
        ("USD 0.0068", 6_800, "USD"),
        ("us$ 0.0068", 6_800, "USD"),
        ("U$S0,0068", 6_800, "USD"),
        ("€ 0,05", 50_000, "EUR"),
        ("$ 0.05", 50_000, "BRL"),
        ("eur 0,000001", 1, "EUR"),
        ("0", 0, "BRL"),
        ("1000", 1_000_000_000, "BRL"),
    ],
)
def test_a_rate_is_read_as_people_type_it(typed: str, micros: int, currency: str) -> None:
    assert Rate.read(typed) == Rate(micros, currency)


@pytest.mark.parametrize(
    "typed", ["", "abc", "-1", "0,0000001", "1.000,00", "quatro", "1 2", "¥ 5", "٣"]
)
def test_what_is_no_rate_is_refused(typed: str) -> None:
    with pytest.raises(Unreadable) as refused:
        Rate.read(typed)
    assert refused.value.key == "errors.rate.unreadable"


def test_a_slip_of_the_decimal_mark_is_refused() -> None:
    with pytest.raises(Unreadable) as refused:
        Rate.read("45000")
    assert refused.value.key == "errors.rate.too_large"


@given(st.integers(0, 10**9), st.sampled_from(["BRL", "USD", "CLP"]))
def test_a_rate_reads_back_what_it_writes(micros: int, currency: str) -> None:
    rate = Rate(micros, currency)
    assert Rate.read(str(rate)) == rate
    assert rate.amount == Decimal(micros).scaleb(-6)


def test_an_operator_s_list_is_read() -> None:
    text = "free 700, utility 55 0.04, marketing 0.35 ,service 351 0.1"
    assert Settings(_env_file=None, whatsapp_prices=text).whatsapp_prices == text
    rates = {
        ("utility", "55"): Rate(40_000, "EUR"),
        ("marketing", ""): Rate(350_000, "EUR"),
        ("service", "351"): Rate(100_000, "EUR"),
    }
    assert read_prices(text, "EUR") == Prices(rates, {"service": 700})


@pytest.mark.parametrize("text", ["utilty 55 0.04", "utility", "utility br 1", "free 1.5", "free"])
def test_a_list_that_cannot_be_read_is_refused_at_the_start(text: str) -> None:
    with pytest.raises(ValueError, match="whatsapp_prices"):
        Settings(_env_file=None, whatsapp_prices=text)


def test_the_owner_s_prices_stand_over_the_operator_s() -> None:
    first = Prices({("utility", ""): Rate(1), ("service", ""): Rate(2)}, {"service": 1000})
    said = Prices({("utility", ""): Rate(9)}, {"service": 5})
    assert said.over(first) == Prices(
        {("utility", ""): Rate(9), ("service", ""): Rate(2)}, {"service": 5}
    )


def test_a_country_without_a_price_costs_what_everywhere_else_does() -> None:
    prices = Prices({("utility", ""): Rate(1), ("utility", BRAZIL): Rate(2)})
    assert prices.rate("utility", BRAZIL) == Rate(2)
    assert prices.rate("utility", PORTUGAL) == Rate(1)
    assert prices.rate("marketing", BRAZIL) is None


def test_what_arrived_is_billed_in_exact_millionths_and_rounded_once() -> None:
    prices = Prices({("utility", ""): Rate(6_800, "USD")})
    (line,) = bill([Counted("utility", BRAZIL, 333, 333)], prices)
    assert (line.charged, line.costs) == (333, (Money(226, "USD"),))  # 2.2644


def test_what_the_network_lets_go_free_costs_nothing() -> None:
    prices = Prices({("utility", ""): Rate(1_000_000)})
    (line,) = bill([Counted("utility", BRAZIL, 10, 3)], prices)
    assert (line.messages, line.charged, line.costs) == (10, 3, (Money(300),))


def test_what_has_no_price_is_said() -> None:
    (line,) = bill([Counted("referral_conversion", BRAZIL, 4, 4)], Prices())
    assert (line.charged, line.unpriced, line.costs) == (4, 4, ())


def test_a_bill_of_two_currencies_has_two_sums() -> None:
    prices = Prices(
        {("utility", ""): Rate(1_000_000, "USD"), ("service", ""): Rate(1_000_000, "BRL")}
    )
    lines = bill([Counted("utility", BRAZIL, 1, 1), Counted("service", BRAZIL, 2, 2)], prices)
    assert total(lines) == (Money(200, "BRL"), Money(100, "USD"))


counts = st.builds(
    lambda category, code, messages, share: Counted(
        category, code, messages, messages * share // 100
    ),
    st.sampled_from(CATEGORIES),
    st.sampled_from([BRAZIL, PORTUGAL, "1", ""]),
    st.integers(0, 5000),
    st.integers(0, 100),
)
months = st.lists(counts, max_size=12, unique_by=lambda one: (one.category, one.calling_code))
allowances = st.dictionaries(st.sampled_from(CATEGORIES), st.integers(0, 3000))
tables = st.dictionaries(
    st.tuples(st.sampled_from(CATEGORIES), st.sampled_from([BRAZIL, "1", ""])),
    st.builds(Rate, st.integers(0, 10**7)),
)


@given(months, tables, allowances)
def test_never_more_is_charged_than_is_billable_nor_less_than_is_not_free(
    month: list[Counted], rates: dict[tuple[str, str], Rate], free: dict[str, int]
) -> None:
    for line in bill(month, Prices(rates, free)):
        of_it = [one for one in month if one.category == line.category]
        messages = sum(one.messages for one in of_it)
        billable = sum(one.billable for one in of_it)
        assert line.messages == messages
        allowed = free.get(line.category, 0)
        assert max(0, billable - allowed) <= line.charged
        assert line.charged <= min(billable, max(0, messages - allowed))
        assert 0 <= line.unpriced <= line.charged


@given(months, tables, allowances)
def test_the_estimate_is_at_least_what_any_choice_of_free_ones_would_leave(
    month: list[Counted], rates: dict[tuple[str, str], Rate], free: dict[str, int]
) -> None:
    """Against the dearest ones let go free, where every one is billable and has a price."""
    month = [Counted(one.category, one.calling_code, one.messages, one.messages) for one in month]
    rates = {**{(category, ""): Rate(1) for category in CATEGORIES}, **rates}
    prices = Prices(rates, free)
    estimate = sum(cost.minor for cost in total(bill(month, prices)))
    least = 0
    for category in CATEGORIES:
        left = free.get(category, 0)
        rated = [
            (prices.rate(category, one.calling_code) or Rate(0), one)
            for one in month
            if one.category == category
        ]
        for rate, one in sorted(rated, key=lambda each: each[0], reverse=True):
            gone = min(left, one.messages)
            left -= gone
            least += (one.messages - gone) * rate.micros
    assert estimate >= least // 10_000 - len(CATEGORIES)  # each category is rounded once


@given(months, tables, allowances)
def test_one_more_message_never_costs_less(
    month: list[Counted], rates: dict[tuple[str, str], Rate], free: dict[str, int]
) -> None:
    prices = Prices(rates, free)
    more = [
        Counted(one.category, one.calling_code, one.messages + 1, one.billable + 1) for one in month
    ]
    before = sum(cost.minor for cost in total(bill(month, prices)))
    assert sum(cost.minor for cost in total(bill(more, prices))) >= before


def test_a_mark_names_its_currency_whatever_the_house_counts_in() -> None:
    assert Rate.read("R$ 0,35", "USD") == Rate(350_000, "BRL")
    assert Rate.read("$ 0.35", "USD") == Rate(350_000, "USD")
