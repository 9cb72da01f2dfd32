"""What is said of a step of the ladder: its day and its hour."""

from dataclasses import dataclass
from datetime import time
from typing import Annotated, Self

from pydantic import BaseModel, PlainSerializer, PlainValidator

from bot.domain.errors import Unreadable
from bot.domain.ladder_words import read_hour, read_offset, shown_offset
from bot.domain.names import tidy
from bot.domain.text import Text


@dataclass(frozen=True, slots=True)
class StepDay:
    """Days from the due date, as a person says and reads them."""

    offset: int

    @classmethod
    def read(cls, typed: object) -> Self:
        """Out of words, or out of a number that was kept."""
        if isinstance(typed, cls):
            return typed
        if not tidy(str(typed)):
            raise Unreadable("errors.ladder.days")
        return cls(read_offset(str(typed)))

    @property
    def shown(self) -> Text:
        """As it is read back."""
        return shown_offset(self.offset)


def _hour(typed: object) -> time:
    return typed if isinstance(typed, time) else read_hour(str(typed))


StepDayField = Annotated[
    StepDay,
    PlainValidator(StepDay.read),
    PlainSerializer(lambda day: str(day.offset), return_type=str),
]
HourField = Annotated[
    time,
    PlainValidator(_hour),
    PlainSerializer(lambda at: at.isoformat("minutes"), return_type=str),
]


class NewStep(BaseModel, frozen=True):
    """One more reminder."""

    days: StepDayField
    hour: HourField


class MoveStep(BaseModel, frozen=True):
    """A reminder on another day."""

    step: int
    days: StepDayField


class StepAt(BaseModel, frozen=True):
    """A reminder at another hour."""

    step: int
    hour: HourField
