"""Clients as programs read them."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from bot.domain.charge import ChargeState, Standing
from bot.domain.plan import Period
from bot.services.ports.clients import ClientCard, ClientRow
from bot.services.ports.paging import Found
from bot.web.api.reading import cursor_of
from bot.web.api.shapes import MoneyOut, Told, TotalOut, moment, money


class ClientLine(Told):
    """One line of the list."""

    id: int
    name: str
    status: Standing
    plan: str
    price: MoneyOut
    owed: MoneyOut
    next_due: date | None
    days_late: int


class ClientPage(Told):
    """A page, by name."""

    items: list[ClientLine]
    next: Annotated[str | None, Field(description="The `cursor` of the next page; none at the end")]
    total: TotalOut | None


class OpenCharge(Told):
    """Something they owe."""

    id: int
    due_on: date
    amount: MoneyOut
    paid: MoneyOut
    state: ChargeState


class LastPayment(Told):
    """What they paid last."""

    id: int
    amount: MoneyOut
    paid_on: date


class LastMessage(Told):
    """What we sent them last, why, and what became of it."""

    at: datetime
    purpose: str
    state: str


class ClientOut(Told):
    """All that the card in the chat shows. `price` counts from the next charge on."""

    id: int
    name: str
    phone: str
    status: Standing
    standing: Literal["active", "paused", "cancelled"]
    plan: str
    period: Period
    price: MoneyOut
    next_due: date | None
    owed: MoneyOut
    charges: list[OpenCharge]
    note: str
    tags: list[str]
    opted_out: bool
    unreachable: bool
    claimed: bool
    promised_on: date | None
    not_before: date | None
    last_payment: LastPayment | None
    last_message: LastMessage | None


def page_of(found: Found[ClientRow]) -> ClientPage:
    """A page as it is told."""
    total = found.total
    return ClientPage(
        items=[_line(row) for row in found.items],
        next=cursor_of(found.next),
        total=TotalOut(number=total.number, more=total.more) if total else None,
    )


def client_of(card: ClientCard) -> ClientOut:
    """A card as it is told."""
    paid, told = card.last_payment, card.last_message
    return ClientOut.model_validate(
        {
            "id": card.id,
            "name": card.name,
            "phone": card.phone.e164,
            "status": card.standing,
            "standing": card.subscription.standing,
            "plan": card.subscription.plan,
            "period": card.subscription.period,
            "price": money(card.price),
            "next_due": card.next_due,
            "owed": money(card.owed),
            "charges": [
                OpenCharge(
                    id=charge.id,
                    due_on=charge.due_on,
                    amount=money(charge.amount),
                    paid=money(charge.paid),
                    state=charge.state,
                )
                for charge in card.charges
            ],
            "note": card.note,
            "tags": list(card.tags),
            "opted_out": card.opted_out,
            "unreachable": card.unreachable,
            "claimed": card.claimed,
            "promised_on": card.promised_on,
            "not_before": card.not_before,
            "last_payment": paid
            and LastPayment(id=paid.id, amount=money(paid.amount), paid_on=paid.paid_on),
            "last_message": told
            and LastMessage(at=moment(told.at), purpose=told.purpose, state=told.state),
        }
    )


def _line(row: ClientRow) -> ClientLine:
    return ClientLine(
        id=row.id,
        name=row.name,
        status=row.standing,
        plan=row.plan,
        price=money(row.price),
        owed=money(row.owed),
        next_due=row.next_due,
        days_late=row.days_late,
    )
