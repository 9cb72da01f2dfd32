"""Our receipt: what came in, what it settled, what comes next."""

from collections.abc import Sequence

from bot.domain.message import TemplateUse
from bot.domain.text import Param, Text, t
from bot.services.ports.billing import Part, PaymentView
from bot.services.ports.post import Notice
from bot.services.settlements import Settlement

_NAMED = 3  # charges told of one by one; a year paid ahead is told by its end


def what_it_settles(settlement: Settlement) -> tuple[Text, ...]:
    """A line for each charge, and one for what is left or comes next."""
    return (*_charges(settlement.parts), *_after(settlement))


def receipt(payment: PaymentView, settlement: Settlement, business: str) -> Notice:
    """The notice that thanks the client."""
    told: dict[str, Param] = {
        "name": payment.client_name,
        "business": business,
        "amount": payment.amount,
        "day": payment.paid_on,
    }
    return Notice(
        "receipt",
        (Text("receipt.thanks", told), *what_it_settles(settlement)),
        template=TemplateUse("receipt", told),
    )


def _charges(parts: Sequence[Part]) -> list[Text]:
    whole = [part for part in parts if part.left.is_zero]
    lines = []
    if len(whole) > _NAMED:
        lines.append(
            t("receipt.many", count=len(whole), first=whole[0].due_on, last=whole[-1].due_on)
        )
    else:
        lines += [t("receipt.charge", due=part.due_on, amount=part.amount) for part in whole]
    lines += [
        t("receipt.part", due=part.due_on, amount=part.amount, left=part.left)
        for part in parts
        if not part.left.is_zero
    ]
    return lines


def _after(settlement: Settlement) -> list[Text]:
    if settlement.late:
        return [t("receipt.still_open", owed=settlement.late)]
    return [t("receipt.next", due=settlement.next_due)] if settlement.next_due else []
