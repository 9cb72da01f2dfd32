"""The rules of contact as an owner says them, and the days that are said of one client."""

import re
from datetime import time
from typing import Annotated

from pydantic import BaseModel, Field, PlainSerializer, PlainValidator

from bot.domain.calendar import Hours
from bot.domain.errors import Unreadable
from bot.domain.ladder_words import read_hour
from bot.domain.names import fold
from bot.forms.fields import FirstDue

_CLOSED = frozenset(
    {"fechado", "fechada", "nao abre", "closed", "no", "nao", "cerrado", "cerrada", "nunca"}
)
_FROM_TO = re.compile(
    r"(?:das? |from |de )?(?P<opens>[0-9:h]+)(?: ?(?:-|a|as|ate|to|until|hasta)(?: las| as)? ?| )"
    r"(?P<closes>[0-9:h]+)"
)
_COUNTED = re.compile(
    r"(?P<number>[0-9]{1,9}|[0-9]{1,3}(?:[.,][0-9]{3}){1,2}) ?"
    r"(?:h|hs|horas?|hours?|x|vez|vezes|veces|times|pessoas?|personas?|people)?"
)
CLOSED = "closed"


def _whole(least: int, most: int) -> PlainValidator:
    """A whole number within bounds: ``20``, ``20h``, ``3 vezes``, ``1.000``."""

    def read(value: object) -> int:
        found = _COUNTED.fullmatch(fold(str(value)))
        number = int(re.sub("[.,]", "", found["number"])) if found else least - 1
        if not least <= number <= most:
            raise Unreadable("errors.number.outside", least=least, most=most)
        return number

    return PlainValidator(read)


def _hours(value: object) -> Hours | None:
    """``9-19``, ``9h às 18h30``; a word for closed is none."""
    if isinstance(value, Hours):
        return value
    said = fold(str(value)).replace("\N{EN DASH}", "-")
    if said in _CLOSED:
        return None
    found = _FROM_TO.fullmatch(said)
    if found is None:
        raise Unreadable("errors.hours.unreadable")
    opens, closes = (_hour(found[name]) for name in ("opens", "closes"))
    if closes != time.min and closes <= opens:
        raise Unreadable("errors.hours.backwards")
    return Hours(opens, closes)


def _hour(said: str) -> time:
    try:
        return time.min if said in {"24", "24h", "24:00"} else read_hour(said)
    except Unreadable:
        raise Unreadable("errors.hours.unreadable") from None


def _kept(hours: Hours | None) -> str:
    if hours is None:
        return CLOSED
    return f"{hours.opens.isoformat('minutes')}-{hours.closes.isoformat('minutes')}"


OpenHours = Annotated[Hours | None, PlainValidator(_hours), PlainSerializer(_kept, return_type=str)]


class PromisedOn(BaseModel, frozen=True):
    """The day by which a client says they will pay."""

    client: int
    day: FirstDue


class RemindedFrom(BaseModel, frozen=True):
    """The day from which a client is reminded; skipped, always."""

    client: int
    day: FirstDue | None = None


class RestBetween(BaseModel, frozen=True):
    """Hours between two reminders to one person."""

    gap_hours: Annotated[int, _whole(0, 168)]


class InAWeek(BaseModel, frozen=True):
    """Reminders to one person within seven days."""

    per_week: Annotated[int, _whole(1, 21)]


class PeopleADay(BaseModel, frozen=True):
    """People written to first within a day; skipped, as many as WhatsApp allows."""

    people_a_day: Annotated[int, _whole(1, 1_000_000)] | None = None


class InAMinute(BaseModel, frozen=True):
    """Reminders that leave within a minute; skipped, as fast as the chat takes them."""

    per_minute: Annotated[int, _whole(1, 10_000)] | None = None


class UnheardAfter(BaseModel, frozen=True):
    """Hours without a word of its arrival, until a message is told of; zero: never."""

    unheard_hours: Annotated[int, _whole(0, 168)]


Weekdays = Annotated[str, Field(pattern=r"^[0-6]{1,7}$")]  # Monday is 0


class OpenOn(BaseModel, frozen=True):
    """When people may be written to; ``days`` are weekdays, Monday is 0: ``01234``."""

    days: Weekdays
    hours: OpenHours


class ClosedOn(BaseModel, frozen=True):
    """A day off of the business's own."""

    day: FirstDue
