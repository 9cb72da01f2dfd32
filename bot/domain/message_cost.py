"""What messages cost: the network bills those that arrive, by their kind and their country.

Its prices change, and are said by the owner, never here. What a month costs is an estimate: the
network's own bill counts.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from operator import attrgetter
from typing import Self

from bot.domain.errors import Unreadable
from bot.domain.money import Money, decimals

ELSEWHERE = ""  # every country that has no price of its own
CATEGORIES = ("utility", "marketing", "service", "authentication")
_PRICE = rf"({'|'.join(CATEGORIES)})( +[1-9]\d{{0,2}})? +\d{{1,3}}(\.\d{{1,6}})?"
PRICE_LIST = rf"^(\s*(free +\d{{1,7}}|{_PRICE}) *(,|$))*$"
_MICROS = 1_000_000
_DEAREST = 1000 * _MICROS  # of one message, in whole units of any currency: more is a slip
_TYPED = re.compile(
    r"(?P<mark>[a-z]{3}\b|r\$|us\$|u\$s|[$€£])? ?(?P<number>[0-9]{1,7}(?:[.,][0-9]{1,6})?)"
)
# What a mark means, whatever the house's own currency is; a bare ``$`` means that one.
_MARKS = {"r$": "BRL", "us$": "USD", "u$s": "USD", "€": "EUR", "£": "GBP"}


@dataclass(frozen=True, slots=True)
class Pricing:
    """How the network bills one message, in its own words; ``kind`` says why it may be free."""

    category: str
    kind: str = "regular"
    billable: bool = True


@dataclass(frozen=True, slots=True, order=True)
class Rate:
    """The price of one message in millionths of a currency's unit: few are whole cents."""

    micros: int
    currency: str = "BRL"

    @classmethod
    def read(cls, text: str, currency: str = "BRL") -> Self:
        """Read what people type: ``0,045``, ``R$ 0.35``, ``USD 0.0068``; zero is free."""
        said = _TYPED.fullmatch(text.strip().lower())
        if said is None:
            raise Unreadable("errors.rate.unreadable")
        micros = int(Decimal(said["number"].replace(",", ".")) * _MICROS)
        if micros > _DEAREST:
            raise Unreadable("errors.rate.too_large")
        mark = said["mark"]
        own = mark is None or mark == "$"
        return cls(micros, currency if own else _MARKS.get(mark, mark.upper()))

    @property
    def amount(self) -> Decimal:
        """In whole units."""
        return Decimal(self.micros) / _MICROS

    def __str__(self) -> str:
        """Neutral and exact, for machines: ``BRL 0.045``."""
        return f"{self.currency} {self.amount:f}"


@dataclass(frozen=True, slots=True)
class Counted:
    """Messages of one category to one country that arrived; ``billable`` of them, the network says.

    Those that an advertisement made free are not among them.
    """

    category: str
    calling_code: str
    messages: int
    billable: int


@dataclass(frozen=True, slots=True)
class Prices:
    """What the owner says. ``rates`` by category and calling code, ``free`` so many a month."""

    rates: Mapping[tuple[str, str], Rate] = field(default_factory=dict)
    free: Mapping[str, int] = field(default_factory=dict)

    def rate(self, category: str, calling_code: str) -> Rate | None:
        """Of one message; none if nobody has said it."""
        return self.rates.get((category, calling_code)) or self.rates.get((category, ELSEWHERE))

    def over(self, others: "Prices") -> "Prices":
        """These, and the others' where these say nothing."""
        return Prices({**others.rates, **self.rates}, {**others.free, **self.free})


def read_prices(text: str, currency: str) -> Prices:
    """As an operator writes them: ``free 1000, utility 55 0.04, marketing 0.35``.

    So many answers are free each month; a price without a calling code is for everywhere else.
    The text is one that ``PRICE_LIST`` matches.
    """
    rates: dict[tuple[str, str], Rate] = {}
    free: dict[str, int] = {}
    for said in filter(None, (part.split() for part in text.split(","))):
        kind, *code, number = said
        if kind == "free":
            free["service"] = int(number)
        else:
            rates[kind, code[0] if code else ELSEWHERE] = Rate.read(number, currency)
    return Prices(rates, free)


@dataclass(frozen=True, slots=True)
class BillLine:
    """One category: how many arrived, how many cost something, and of those how many have no price.

    ``costs``: what the others cost, by currency.
    """

    category: str
    messages: int
    charged: int
    unpriced: int
    costs: tuple[Money, ...]


def bill(counted: Iterable[Counted], prices: Prices) -> tuple[BillLine, ...]:
    """What a month's messages cost, a line a category.

    Which ones the network lets go free it does not say: they are taken off the cheapest first, so
    that the estimate may be too high and never too low.
    """
    ordered = sorted(counted, key=attrgetter("category"))
    return tuple(
        _line(category, list(group), prices)
        for category, group in groupby(ordered, attrgetter("category"))
    )


def total(lines: Sequence[BillLine]) -> tuple[Money, ...]:
    """All of it, a sum a currency."""
    every = [cost for line in lines for cost in line.costs]
    return tuple(
        Money.total((cost for cost in every if cost.currency == currency), currency)
        for currency in sorted({cost.currency for cost in every})
    )


def _line(category: str, groups: Sequence[Counted], prices: Prices) -> BillLine:
    rated = [(prices.rate(category, group.calling_code), group) for group in groups]
    # What has no price counts as the dearest.
    rated.sort(key=lambda each: (each[0] is None, each[0] or Rate(0)))
    left, charged, unpriced, micros = prices.free.get(category, 0), 0, 0, dict[str, int]()
    for rate, group in rated:
        free = min(left, group.messages)
        left -= free
        billed = min(group.billable, group.messages - free)
        charged += billed
        if rate is None:
            unpriced += billed
        else:
            micros[rate.currency] = micros.get(rate.currency, 0) + billed * rate.micros
    costs = tuple(_money(sum_, currency) for currency, sum_ in sorted(micros.items()))
    messages = sum(group.messages for group in groups)
    return BillLine(category, messages, charged, unpriced, costs)


def _money(micros: int, currency: str) -> Money:
    exact = (Decimal(micros) / _MICROS).scaleb(decimals(currency))
    return Money(int(exact.quantize(Decimal(1), ROUND_HALF_UP)), currency)
