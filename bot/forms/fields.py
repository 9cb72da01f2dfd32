"""Domain values as fields of forms: typed words become a value, or a refusal that says why.

Read with a context of ``today``, ``country`` and ``currency``. A value that was read already, or
what it looks like as plain JSON, reads back as the same value: a half-filled form is kept so.
"""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator, ValidationInfo

from bot.domain.amounts import read_money
from bot.domain.charge import Standing
from bot.domain.days import DueDay, read_date
from bot.domain.errors import Unreadable
from bot.domain.money import Money
from bot.domain.names import fold, mixed, tidy, tidy_lines
from bot.domain.phone import Phone
from bot.domain.pix import PixKey
from bot.domain.plan import Period, plan_key
from bot.domain.text import plain

NAME, NOTE, PLAN, WORDS = 80, 500, 40, 60  # letters; a card must fit a small screen

# How a person names a standing, besides its own value; compared folded, in every language.
_STANDINGS = {
    Standing.LATE: ("atrasado", "atrasada", "vencido", "vencida", "late", "overdue", "atraso"),
    Standing.CLAIMED: ("avisou", "avisou que pagou", "claimed", "aviso", "a conferir"),
    Standing.DUE: ("a vencer", "em aberto", "aberto", "due", "open", "por vencer", "pendiente"),
    Standing.UP_TO_DATE: ("em dia", "up to date", "al dia", "ok"),
    Standing.PAUSED: ("pausado", "pausada", "paused", "en pausa"),
    Standing.CANCELLED: ("cancelado", "cancelada", "cancelled", "canceled"),
}
_STANDING_BY_WORD = {
    fold(word): standing
    for standing, words in _STANDINGS.items()
    for word in (*words, standing.value, standing.value.replace("_", " "))
}


def _context(info: ValidationInfo) -> dict[str, Any]:
    return info.context or {}


def _line(value: object, most: int, missing: str) -> str:
    words = tidy(str(value))
    if not words:
        raise Unreadable(missing)
    if len(words) > most:
        raise Unreadable("errors.text.too_long", most=most)
    return words


def _with_a_letter(value: object, most: int, missing: str, bare: str) -> str:
    """A name holds a letter: digits alone are a phone or a choice's number gone astray."""
    words = _line(value, most, missing)
    if not any(letter.isalpha() for letter in words):
        raise Unreadable(bare)
    if word := mixed(words):
        raise Unreadable("errors.text.mixed_alphabets", word=plain(word))
    return words


def _person(value: object) -> str:
    return _with_a_letter(value, NAME, "errors.name.missing", "errors.name.no_letters")


def _plan(value: object) -> str:
    name = _with_a_letter(value, PLAN, "errors.plan.missing", "errors.plan.no_letters")
    if not plan_key(name):
        raise Unreadable("errors.plan.missing")
    return name


def _business(value: object) -> str:
    return _with_a_letter(value, WORDS, "errors.business.missing", "errors.business.no_letters")


def _city(value: object) -> str:
    return _with_a_letter(value, WORDS, "errors.city.missing", "errors.city.no_letters")


def _words(value: object) -> str:
    return _line(value, WORDS, "errors.text.missing")


def _note(value: object) -> str:
    note = tidy_lines(str(value))
    if len(note) > NOTE:
        raise Unreadable("errors.text.too_long", most=NOTE)
    return note


def _phone(value: object, info: ValidationInfo) -> Phone:
    if isinstance(value, Phone):
        return value
    if not tidy(str(value)):
        raise Unreadable("errors.phone.missing")
    return Phone.read(str(value), _context(info).get("country", "BR"))


def _price(value: object, info: ValidationInfo) -> Money:
    if isinstance(value, Money):
        return value
    if not tidy(str(value)):
        raise Unreadable("errors.money.missing")
    return read_money(str(value), _context(info).get("currency", "BRL"))


def _due_day(value: object, info: ValidationInfo) -> DueDay:
    if isinstance(value, DueDay):
        return value
    if not tidy(str(value)):
        raise Unreadable("errors.day.missing")
    return DueDay.read(str(value), _context(info)["today"])


def _day(value: object, info: ValidationInfo) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if not tidy(str(value)):
        raise Unreadable("errors.day.missing")
    return read_date(str(value), _context(info)["today"])


def _period(value: object) -> Period:
    period = value if isinstance(value, Period) else Period.read(str(value))
    if period is None:
        raise Unreadable("errors.period.unreadable")
    return period


def _pix_key(value: object) -> PixKey:
    return value if isinstance(value, PixKey) else PixKey.read(str(value))


def _standing(value: object) -> Standing:
    if standing := _STANDING_BY_WORD.get(fold(str(value))):
        return standing
    raise Unreadable("errors.standing.unreadable")


PersonName = Annotated[str, PlainValidator(_person)]
PlanName = Annotated[str, PlainValidator(_plan)]
BusinessName = Annotated[str, PlainValidator(_business)]
City = Annotated[str, PlainValidator(_city)]
SearchWords = Annotated[str, PlainValidator(_words)]
Note = Annotated[str, PlainValidator(_note)]
PhoneNumber = Annotated[
    Phone, PlainValidator(_phone), PlainSerializer(lambda phone: phone.e164, return_type=str)
]
Price = Annotated[Money, PlainValidator(_price), PlainSerializer(str, return_type=str)]
FirstDue = Annotated[DueDay, PlainValidator(_due_day), PlainSerializer(str, return_type=str)]
Day = Annotated[date, PlainValidator(_day), PlainSerializer(date.isoformat, return_type=str)]
PeriodField = Annotated[
    Period, PlainValidator(_period), PlainSerializer(lambda period: period.value, return_type=str)
]
PixKeyField = Annotated[PixKey, PlainValidator(_pix_key), PlainSerializer(str, return_type=str)]
StandingField = Annotated[
    Standing,
    PlainValidator(_standing),
    PlainSerializer(lambda standing: standing.value, return_type=str),
]
