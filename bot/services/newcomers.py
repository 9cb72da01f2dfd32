"""A new client, from what was said of them to what is written down."""

from bot.domain.ids import PlanId
from bot.domain.names import fold
from bot.domain.plan import Period
from bot.domain.tags import tags_in
from bot.forms.client import NewClient
from bot.services.ports.client_store import ClientRecord
from bot.services.terms import Terms


def record_of(
    new: NewClient, plan: PlanId, period: Period, terms: Terms, standing: str = "active"
) -> ClientRecord:
    """A client to be written down on these terms."""
    note = new.note or ""
    return ClientRecord(
        name=new.name,
        name_key=fold(new.name),
        phone=new.phone,
        note=note,
        tags=tags_in(note),
        plan_id=plan,
        price=new.price,
        period=period,
        anchor=terms.anchor,
        day_of_month=terms.day_of_month,
        standing=standing,
        first_cycle=terms.next_cycle,
        next_due=terms.next_due,
    )
