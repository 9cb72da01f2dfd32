"""Charges and payments as programs send and read them."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from bot.domain.charge import ChargeState
from bot.services.payments import Recorded
from bot.services.ports.charge_list import ChargeRow
from bot.web.api.shapes import (
    USUAL_ROWS,
    Amount,
    Asking,
    Cursor,
    IsoDay,
    MoneyOut,
    Number,
    QueryNumber,
    Rows,
    Told,
    money,
)


class ChargeQuery(Asking):
    """Which charges. All that is given must hold."""

    state: ChargeState | None = None
    client: QueryNumber | None = None
    due_from: IsoDay | None = None
    due_to: IsoDay | None = None
    limit: Rows = USUAL_ROWS
    cursor: Cursor = None


class ChargeOut(Told):
    """One charge as it stands today."""

    id: int
    client: int
    client_name: str
    due_on: date
    amount: MoneyOut
    paid: MoneyOut
    left: MoneyOut
    state: ChargeState


class ChargePage(Told):
    """A page, by due date."""

    items: list[ChargeOut]
    next: Annotated[str | None, Field(description="The `cursor` of the next page; none at the end")]


class PaymentIn(Asking):
    """Money that came in. It settles the oldest debt first; what is over pays what comes next."""

    client: Number
    amount: Amount
    paid_on: Annotated[IsoDay | None, Field(description="Left out, today.")] = None
    method: Literal["pix", "cash", "card", "transfer"] = "pix"


class SettledPart(Told):
    """What it gave to one charge, and what is then left of that."""

    charge: int | None
    due_on: date
    amount: MoneyOut
    left: MoneyOut


class PaymentOut(Told):
    """A payment, and how its client stands after it. `late`: still overdue or due today."""

    id: int
    client: int
    amount: MoneyOut
    paid_on: date
    method: str
    parts: list[SettledPart]
    late: MoneyOut
    next_due: date | None


def charge_of(row: ChargeRow) -> ChargeOut:
    """A charge as it is told."""
    return ChargeOut(
        id=row.id,
        client=row.client_id,
        client_name=row.client_name,
        due_on=row.due_on,
        amount=money(row.amount),
        paid=money(row.paid),
        left=money(row.left),
        state=row.state,
    )


def payment_of(recorded: Recorded) -> PaymentOut:
    """A payment as it is told."""
    payment, after = recorded.payment, recorded.settlement
    return PaymentOut(
        id=payment.id,
        client=payment.client_id,
        amount=money(payment.amount),
        paid_on=payment.paid_on,
        method=payment.method.value,
        parts=[
            SettledPart(
                charge=part.charge_id,
                due_on=part.due_on,
                amount=money(part.amount),
                left=money(part.left),
            )
            for part in after.parts
        ],
        late=money(after.late),
        next_due=after.next_due,
    )
