"""The versions of the rules over one transaction; they change things by the shop's own deeds."""

from bot.domain.clock import Clock
from bot.services.business import Businesses
from bot.services.ladder import Ladders
from bot.services.plans import Plans
from bot.services.rule_changes import RuleChanges
from bot.services.versions import Versions
from bot.storage.unit_of_work import Unit


def versions_over(
    unit: Unit, business: Businesses, ladder: Ladders, plans: Plans, clock: Clock
) -> Versions:
    """What is changed in this transaction is kept with its commit."""
    return Versions(
        store=unit.versions,
        business=unit.business,
        ladder=unit.ladder,
        plans=unit.plans,
        changes=RuleChanges(business, ladder, plans, unit.savepoint),
        audit=unit.audit,
        clock=clock,
    )
