"""Payments: how money came in, what it settles, and how long it may be taken back."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, timedelta
from enum import Enum
from typing import Self

from bot.domain.errors import Unreadable
from bot.domain.names import fold
from bot.domain.text import Text, t

UNDO_WITHIN = timedelta(hours=24)

# How many cycles one payment may settle before their time: a year by the month.
MOST_AHEAD = 12


class Method(Enum):
    """How it was paid; the value is stored."""

    PIX = "pix"
    CASH = "cash"
    CARD = "card"
    TRANSFER = "transfer"

    @property
    def shown(self) -> Text:
        """As people read it."""
        return t(f"method.{self.value}")

    @classmethod
    def read(cls, text: str) -> Self:
        """The method that a word names, in any of the languages we speak."""
        if method := _NAMED.get(fold(text)):
            return cls(method)
        raise Unreadable("errors.payment.method")


_NAMES = {
    Method.PIX: ("pix", "no pix", "por pix", "via pix"),
    Method.CASH: ("cash", "dinheiro", "em dinheiro", "efectivo", "en efectivo", "especie"),
    Method.CARD: (
        *("card", "cartao", "tarjeta", "credito", "debito", "credit", "debit"),
        *("cartao de credito", "cartao de debito", "tarjeta de credito", "tarjeta de debito"),
        *("credit card", "debit card", "maquininha"),
    ),
    Method.TRANSFER: (
        *("transfer", "transferencia", "ted", "doc", "deposito", "deposit", "bank transfer"),
        *("transferencia bancaria", "boleto"),
    ),
}
_NAMED = {name: method for method, names in _NAMES.items() for name in names}


def spread(amount: int, owed: Sequence[int]) -> list[int]:
    """How much of an amount goes to each debt, in their order: the first is paid first.

    What is left over when all are paid is the amount less the sum of the parts.
    """
    parts = []
    for debt in owed:
        part = min(amount, debt)
        parts.append(part)
        amount -= part
    return parts


def payable(due_dates: Sequence[date], today: date) -> int:
    """How many of somebody's open charges they are asked for now; the dates are in order.

    All that has fallen due, today's among them; where nothing has, what falls due first.
    """
    fallen = bisect_right(due_dates, today)
    return fallen or (bisect_right(due_dates, due_dates[0]) if due_dates else 0)
