"""What messages cost, as an owner says it."""

from typing import Annotated, Literal

from pydantic import BaseModel, PlainSerializer, PlainValidator, ValidationInfo

from bot.domain.errors import Unreadable
from bot.domain.message_cost import Rate

_LONGEST_CODE = 3
_MOST_FREE = 1_000_000


def _rate(value: object, info: ValidationInfo) -> Rate:
    if isinstance(value, Rate):
        return value
    return Rate.read(str(value), (info.context or {}).get("currency", "BRL"))


def _code(value: object) -> str:
    said = str(value).strip().removeprefix("+")
    if not said.isdecimal() or not said.isascii() or len(said) > _LONGEST_CODE:
        raise Unreadable("errors.calling_code.unreadable")
    return said.lstrip("0")


def _free(value: object) -> int:
    said = str(value).strip().replace(".", "").replace(",", "")
    if not said.isdecimal() or int(said) > _MOST_FREE:
        raise Unreadable("errors.number.outside", least=0, most=_MOST_FREE)
    return int(said)


RateField = Annotated[Rate, PlainValidator(_rate), PlainSerializer(str, return_type=str)]
CallingCode = Annotated[str, PlainValidator(_code)]
Category = Literal["utility", "marketing", "service", "authentication"]


class MessagePrice(BaseModel, frozen=True):
    """What a message of a category costs; skipped, the country is every other one."""

    category: Category
    calling_code: CallingCode | None = None
    rate: RateField


class FreeAnswers(BaseModel, frozen=True):
    """How many answers cost nothing each month."""

    free: Annotated[int, PlainValidator(_free)]
