"""Amounts of money as people type them, in a chat or in a column of a spreadsheet."""

import re

from bot.domain.errors import Unreadable
from bot.domain.money import Money, decimals
from bot.domain.names import fold

# Ten digits with the decimals: R$ 99.999.999,99. More is a phone number in the wrong column.
_MOST = 10**10 - 1
_LONGEST = 40  # letters; what is longer is no amount

# What may stand before or after the number, without case and accents, besides the code itself.
_MARKS = {
    "BRL": {"r$", "real", "reais", "$"},
    "USD": {"us$", "u$s", "$", "dollar", "dollars", "dolar", "dolares"},
    "EUR": {"€", "euro", "euros"},
    "GBP": {"£", "pound", "pounds"},
    "MXN": {"mx$", "mex$", "$", "peso", "pesos"},
    "PEN": {"s/", "s/.", "sol", "soles"},
    "PYG": {"₲", "gs", "gs.", "guarani", "guaranies"},
    "BOB": {"bs", "bs.", "boliviano", "bolivianos"},
    "JPY": {"¥"},
}
_PESOS = {"$", "peso", "pesos"}
_DOLLARS = {"$", "dollar", "dollars"}
_OTHERS = dict.fromkeys(("ARS", "CLP", "COP", "DOP", "UYU"), _PESOS)
_OTHERS |= dict.fromkeys(("AUD", "CAD", "NZD"), _DOLLARS)

# Where a comma groups thousands. Elsewhere it is the decimal mark, and "49,900" a slip that must
# not become forty-nine thousand.
_COMMA_GROUPS = frozenset({"AUD", "CAD", "DOP", "GBP", "JPY", "MXN", "NZD", "PEN", "USD"})

_SHAPE = re.compile(
    r"(?P<sign>[-+]?) ?(?P<before>[^0-9+-]*?) ?(?P<inner>[-+]?) ?"
    r"(?P<number>[0-9](?:[0-9.,' ]*[0-9])?) ?(?P<after>[^0-9]*)"
)
_PLAIN = re.compile(r"(?P<whole>[0-9]+)(?:[.,](?P<cents>[0-9]{1,3}))?")
_GROUPED = re.compile(
    r"(?P<whole>[1-9][0-9]{0,2}(?P<mark>[., '])[0-9]{3}(?:(?P=mark)[0-9]{3})*)"
    r"(?:(?!(?P=mark))[.,](?P<cents>[0-9]{1,3}))?"
)


def read_money(text: str, currency: str = "BRL") -> Money:
    """Read what people type: ``R$ 1.250,00``, ``49,9``, ``49.90`` and ``50 reais`` are amounts.

    A dot before exactly three digits groups thousands, so ``1.250`` is one thousand two hundred
    and fifty. More decimals than the currency has are a slip, and are refused rather than
    rounded; so is the mark of another currency.
    """
    said = fold(text).replace("\u2212", "-").replace("\u2013", "-").replace("\u2019", "'")
    shape = _SHAPE.fullmatch(said) if len(said) <= _LONGEST else None
    if shape is None or not _belongs(shape["before"], shape["after"], currency):
        raise Unreadable("errors.money.unreadable")
    minor = _minor(shape["number"], currency)
    if minor == 0 or "-" in shape["sign"] + shape["inner"]:
        raise Unreadable("errors.money.not_positive")
    if minor > _MOST:
        raise Unreadable("errors.money.too_large", most=Money(_MOST, currency))
    return Money(minor, currency)


def _belongs(before: str, after: str, currency: str) -> bool:
    """Whether at most one mark stands beside the number, and it is of this currency."""
    marks = [mark for mark in (before.strip(), after.strip()) if mark]
    known = _MARKS.get(currency) or _OTHERS.get(currency) or set()
    return len(marks) <= 1 and all(mark == currency.lower() or mark in known for mark in marks)


def _minor(number: str, currency: str) -> int:
    whole, cents = _parts(number, currency)
    places = decimals(currency)
    if cents[places:].strip("0"):
        raise Unreadable("errors.money.unreadable")
    return int(whole + cents[:places].ljust(places, "0"))


def _parts(number: str, currency: str) -> tuple[str, str]:
    """The digits before and after the decimal mark."""
    plain = _PLAIN.fullmatch(number)
    # Three digits after the only mark are decimals where the currency has three, else a group.
    if plain and len(plain["cents"] or "") <= max(decimals(currency), 2):
        return plain["whole"], plain["cents"] or ""
    grouped = _GROUPED.fullmatch(number)
    if grouped is None or len(grouped["cents"] or "") > max(decimals(currency), 2):
        raise Unreadable("errors.money.unreadable")
    whole = re.sub(r"\D", "", grouped["whole"])
    lone_comma = number.count(",") == 1 and not grouped["cents"] and grouped["mark"] == ","
    if lone_comma and currency not in _COMMA_GROUPS:
        raise Unreadable("errors.money.unreadable")
    return whole, grouped["cents"] or ""
