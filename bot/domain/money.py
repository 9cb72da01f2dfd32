"""Money as we keep it: whole minor units of one currency, never a float."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

# ISO 4217 gives every other currency that we may meet two decimals.
_WITHOUT_DECIMALS = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND"}
    | {"VUV", "XAF", "XOF", "XPF"}
)
_WITH_THREE = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})


def decimals(currency: str) -> int:
    """How many decimals a currency has; one minor unit is one step of the last."""
    if currency in _WITHOUT_DECIMALS:
        return 0
    return 3 if currency in _WITH_THREE else 2


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in minor units (centavos) of a currency.

    Read from what people type by ``bot.domain.amounts.read_money``.
    """

    minor: int
    currency: str = "BRL"

    @classmethod
    def total(cls, amounts: Iterable[Self], currency: str = "BRL") -> Self:
        """The sum of amounts of one currency; of none, nothing."""
        whole = cls(0, currency)
        for amount in amounts:
            whole += amount
        return whole

    @property
    def is_zero(self) -> bool:
        """Whether it is nothing at all."""
        return self.minor == 0

    def split(self, parts: int) -> list[Self]:
        """Equal parts that lose nothing; the first ones carry what does not divide."""
        if parts < 1:
            msg = "money is split into one part or more"
            raise ValueError(msg)
        each, left = divmod(self.minor, parts)
        return [type(self)(each + (part < left), self.currency) for part in range(parts)]

    def __add__(self, other: Self) -> Self:
        return type(self)(self.minor + self._alike(other), self.currency)

    def __sub__(self, other: Self) -> Self:
        return type(self)(self.minor - self._alike(other), self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        """Neutral and exact, for machines: ``1250.00``; what ``read_money`` reads back equal."""
        places = decimals(self.currency)
        digits = str(abs(self.minor)).rjust(places + 1, "0")
        sign = "-" if self.minor < 0 else ""
        if not places:
            return sign + digits
        return f"{sign}{digits[:-places]}.{digits[-places:]}"

    def _alike(self, other: Self) -> int:
        if other.currency != self.currency:
            msg = f"{self.currency} and {other.currency} do not add up"
            raise ValueError(msg)
        return other.minor
