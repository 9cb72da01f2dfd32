"""Values as they are written where the reader lives, and made harmless where they are shown."""

import html
import re
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal

from bot.domain.money import Money, decimals
from bot.services.ports.words import Marks

# With all four digits of the year, and never to be mistaken for each other: CLDR's short forms
# write 5 December as 12/5/26 in English, which half of its readers take for the twelfth of May.
_DAYS = {"pt_BR": "dd/MM/yyyy", "es": "dd/MM/yyyy", "en": "MMM d, yyyy"}
_HOUR = "HH:mm"

# Where CLDR knows no sign and writes the code, the sign that everybody there knows.
_HOME_SIGNS = {"BRL": "R$"}
_THOUSANDTH = Decimal("0.001")
_BLANKS = str.maketrans(dict.fromkeys("\xa0\u202f", " "))  # typed and searched as plain blanks

# Many owe the same, and on the same day: written once, and looked up for all others.
_REMEMBERED = 1024

_MARKS = re.compile(r"[*_~`]+")
_LIKE = str.maketrans("*_~`", "\u2217\u02cd\u223c\u02cb")
_PIX_BEGINS, _PIX_HOLDS = "000201", "br.gov.bcb.pix"


def shown(value: object, locale: Locale, zone: tzinfo) -> str:
    """A value in the reader's way; times as the business's clock shows them."""
    match value:
        case Money():
            return money(value, locale)
        case datetime():
            return _moment(value.astimezone(zone), locale)
        case date():
            return _day(value, locale)
        case Decimal() if value != value.quantize(_THOUSANDTH):
            # The price of a message: its last digits are half of it.
            written = format_decimal(value, locale=locale, decimal_quantization=False)
            return written.translate(_BLANKS)
        case int() | Decimal():
            return format_decimal(value, locale=locale).translate(_BLANKS)
    return str(value)


@lru_cache(maxsize=_REMEMBERED)
def money(amount: Money, locale: Locale) -> str:
    """``R$ 49,90``."""
    number = Decimal(amount.minor).scaleb(-decimals(amount.currency))
    written = format_currency(number, amount.currency, locale=locale)
    sign = _HOME_SIGNS.get(amount.currency, amount.currency)
    return written.replace(amount.currency, sign).translate(_BLANKS)


def _moment(at: datetime, locale: Locale) -> str:
    return f"{_day(at.date(), locale)} {format_time(at.time(), _HOUR, locale=locale)}"


@lru_cache(maxsize=_REMEMBERED)
def _day(day: date, locale: Locale) -> str:
    return format_date(day, _DAYS.get(str(locale), "medium"), locale=locale)


def harmless(words: str, style: Marks, *, verbatim: bool = False) -> str:
    """What somebody typed, so that it marks nothing; ``verbatim`` where only code would end."""
    if style == "html":
        return html.escape(words)
    if style in {"whatsapp", "numbered"}:
        if verbatim:
            return words.replace("`", "`".translate(_LIKE))
        return words if _is_pix(words) else _MARKS.sub(_unmarked, words)
    return words


def _is_pix(words: str) -> bool:
    """A code to copy pays nothing if one letter differs; better a stray bold than that."""
    return words.startswith(_PIX_BEGINS) and _PIX_HOLDS in words.lower()


def _unmarked(found: re.Match[str]) -> str:
    """A sign that looks the same; between two letters (``joao_silva``) WhatsApp sees no mark."""
    whole, start, end = found.string, found.start(), found.end()
    single = end - start == 1
    if single and whole[start - 1 : start].isalnum() and whole[end : end + 1].isalnum():
        return found[0]
    return found[0].translate(_LIKE)
