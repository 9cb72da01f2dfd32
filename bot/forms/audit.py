"""What narrows the record of deeds."""

from typing import Annotated

from pydantic import BaseModel, PlainSerializer, PlainValidator

from bot.domain.trail import Kind
from bot.forms.fields import Day, SearchWords

KindField = Annotated[
    Kind, PlainValidator(Kind.read), PlainSerializer(lambda kind: kind.value, return_type=str)
]


class DeedFilter(BaseModel, frozen=True):
    """What it was about, who did it, to which client, on which day."""

    kind: KindField | None = None
    who: SearchWords | None = None
    whom: SearchWords | None = None
    day: Day | None = None
