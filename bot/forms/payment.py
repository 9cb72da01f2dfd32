"""Money that came in, as somebody of the house tells it."""

from datetime import date, timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, PlainSerializer, PlainValidator, ValidationInfo

from bot.domain.errors import Unreadable
from bot.domain.ids import ClientId
from bot.domain.payment import Method
from bot.forms.fields import Day, Price

_LONGEST_AGO = timedelta(days=366)  # an older day is a slip of the year


def _not_to_come(day: date, info: ValidationInfo) -> date:
    today: date | None = (info.context or {}).get("today")
    if today and day > today:
        raise Unreadable("errors.payment.in_future", day=today)
    if today and day < today - _LONGEST_AGO:
        raise Unreadable("errors.payment.too_old")
    return day


def _method(value: object) -> Method:
    return value if isinstance(value, Method) else Method.read(str(value))


PaidOn = Annotated[Day, AfterValidator(_not_to_come)]
MethodField = Annotated[
    Method,
    PlainValidator(_method),
    PlainSerializer(lambda method: method.value, return_type=str),
]


class PaymentReceived(BaseModel, frozen=True):
    """Who paid, how much, when and how; ``client`` comes with the button."""

    client: ClientId
    amount: Price
    paid_on: PaidOn
    method: MethodField
