"""What an owner says about the house: four questions at first, each one again later."""

import re
from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import BaseModel, PlainSerializer, PlainValidator, TypeAdapter, ValidationInfo

from bot.domain.errors import Unreadable
from bot.domain.money import Money
from bot.domain.text import Text, plain, t
from bot.forms.fields import BusinessName, City, PixKeyField, PlanName, Price

_NAME_THEN_PRICE = re.compile(
    r"(?P<name>.*?)[\s;:,=-]*(?P<price>(?:[^\W\d]{0,3}\$)?\s*\d[\d.,]*)\s*"
)
_NAME: TypeAdapter[str] = TypeAdapter(PlanName)
_PRICE: TypeAdapter[Money] = TypeAdapter(Price)


@dataclass(frozen=True, slots=True)
class FirstPlan:
    """The first thing sold, said in one breath: ``Mensal 49,90``."""

    name: str
    price: Money

    @classmethod
    def read(cls, typed: object, info: ValidationInfo) -> Self:
        """A name and a price behind it."""
        if isinstance(typed, cls):
            return typed
        found = _NAME_THEN_PRICE.fullmatch(str(typed).strip())
        if found is None or not found["name"].strip():
            raise Unreadable("errors.first_plan.unreadable")
        name = _NAME.validate_python(found["name"], context=info.context)
        return cls(name, _PRICE.validate_python(found["price"], context=info.context))

    def __str__(self) -> str:
        return f"{self.name}; {self.price}"

    @property
    def shown(self) -> Text:
        """How it reads on the read-back."""
        return t("plan.named_and_costs", name=plain(self.name), price=self.price)


FirstPlanField = Annotated[
    FirstPlan, PlainValidator(FirstPlan.read), PlainSerializer(str, return_type=str)
]


class SetUp(BaseModel):
    """The first four questions. A key may be given later: then there is no Pix code yet."""

    name: BusinessName
    city: City
    pix_key: PixKeyField | None = None
    plan: FirstPlanField


class Named(BaseModel):
    """The business's name, by which messages are signed."""

    name: BusinessName


class Located(BaseModel):
    """The city that stands in Pix codes."""

    city: City


class PaidAt(BaseModel):
    """Where the money goes; skipped, no Pix code is offered."""

    pix_key: PixKeyField | None = None
