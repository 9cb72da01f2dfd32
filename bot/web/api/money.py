"""What is owed, and what was paid."""

from datetime import date

from bot.domain.ids import ClientId
from bot.domain.scope import Scope
from bot.forms.payment import PaymentReceived
from bot.services.ports.charge_list import ChargeFilter
from bot.web.api.desk import ApiDesk
from bot.web.api.money_shapes import (
    ChargePage,
    ChargeQuery,
    PaymentIn,
    PaymentOut,
    charge_of,
    payment_of,
)
from bot.web.api.reading import by_form, cursor_of, exact, key_of
from bot.web.api.routing import Routes

routes = Routes()


@routes.add("GET", "/api/charges", Scope.READ)
async def list_charges(desk: ApiDesk, query: ChargeQuery) -> ChargePage:
    """Charges by due date, the oldest first, a page at a time."""
    client = ClientId(query.client) if query.client else None
    wanted = ChargeFilter(query.state, client, query.due_from, query.due_to)
    after = key_of(query.cursor, due=date, id=int)
    found = await desk.charge_list.listed(wanted, after=after)
    return ChargePage(items=[charge_of(row) for row in found.items], next=cursor_of(found.next))


@routes.add("POST", "/api/payments", Scope.WRITE, status=201)
async def record_payment(desk: ApiDesk, body: PaymentIn) -> PaymentOut:
    """Record money once; the client gets a receipt, as from the chat."""
    about = {
        "client": body.client,
        "amount": exact(body.amount, desk.house.currency, "amount"),
        "paid_on": (body.paid_on or desk.today).isoformat(),
        "method": body.method,
    }
    answers = by_form(PaymentReceived, about, desk.reading)
    recorded = await desk.payments.record(answers, by=desk.me, once=desk.once)
    return payment_of(recorded)
