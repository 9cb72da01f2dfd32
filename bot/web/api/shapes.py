"""The shapes that several routes share: amounts, days, pages, errors."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from bot.domain.money import Money
from bot.forms.fields import NAME, NOTE, PLAN

_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile("[0-9]{1,18}")
MOST_ROWS, USUAL_ROWS = 100, 50


def _day(value: object) -> date:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("a day is written 2026-12-31")
    return date.fromisoformat(value)


def _number(value: object) -> int:
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        raise ValueError("a number is written in digits")
    return int(value)


IsoDay = Annotated[date, BeforeValidator(_day)]
Amount = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{1,8}(\.[0-9]{1,3})?$",
        examples=["49.90"],
        description="In the house's currency, with a dot and no more decimals than it has.",
    ),
]
Name = Annotated[str, Field(min_length=1, max_length=NAME, examples=["Ana Souza"])]
PhoneWords = Annotated[str, Field(min_length=1, max_length=40, examples=["+5511987654321"])]
PlanWords = Annotated[
    str, Field(min_length=1, max_length=PLAN, description="The name of a plan of the house.")
]
NoteWords = Annotated[str, Field(max_length=NOTE)]
Number = Annotated[int, Field(ge=1, le=2**53)]
QueryNumber = Annotated[int, Field(ge=1, le=2**53), BeforeValidator(_number)]
Cursor = Annotated[
    str | None,
    Field(max_length=600, description="`next` of the page before; left out, the first page."),
]
Rows = Annotated[int, Field(ge=1, le=MOST_ROWS), BeforeValidator(_number)]


class Asking(BaseModel):
    """What is sent to us: nothing but what is known, each of its own kind."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Told(BaseModel):
    """What we answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class MoneyOut(Told):
    """An exact amount."""

    amount: Annotated[str, Field(pattern=r"^-?[0-9]+(\.[0-9]+)?$", examples=["49.90"])]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$", examples=["BRL"])]


class TotalOut(Told):
    """How many there are in all, counted only as far as it matters."""

    number: int
    more: Annotated[bool, Field(description="There are more than `number`.")]


class ErrorBody(Told):
    """Why not. `code` is for programs, `message` for people, in the language asked for."""

    code: str
    message: str
    field: str | None = None
    params: Mapping[str, Any] | None = None
    request_id: Annotated[str, Field(description="Names this request in our log.")]


class ErrorOut(Told):
    """The one form of every error."""

    error: ErrorBody


class Nothing(Told):
    """It was done; there is nothing to tell."""

    done: Literal[True] = True


def money(value: Money) -> MoneyOut:
    """An amount as it is told."""
    return MoneyOut(amount=str(value), currency=value.currency)


def moment(value: datetime | None) -> datetime | None:
    """A moment as it is told: in UTC, to the second."""
    return value.replace(microsecond=0) if value else None
