"""The versions of the rules over one transaction; they change things by the shop's own deeds."""

from bot.composition.premises import Premises
from bot.domain.clock import Clock
from bot.services.business import Businesses
from bot.services.ladder import Ladders
from bot.services.plans import Plans
from bot.services.ports.house import BusinessView
from bot.services.ports.post import Post
from bot.services.rule_changes import RuleChanges
from bot.services.rule_pushes import RulePushes
from bot.services.texts import Texts
from bot.services.versions import Versions
from bot.storage.unit_of_work import Unit


def versions_over(
    unit: Unit,
    business: Businesses,
    ladder: Ladders,
    plans: Plans,
    texts: Texts,
    house: BusinessView,
    clock: Clock,
) -> Versions:
    """What is changed in this transaction is kept with its commit."""
    return Versions(
        store=unit.versions,
        business=unit.business,
        ladder=unit.ladder,
        plans=unit.plans,
        texts=unit.texts,
        changes=RuleChanges(business, ladder, plans, texts, unit.savepoint, house.currency),
        audit=unit.audit,
        clock=clock,
    )


def rule_pushes_over(
    unit: Unit, versions: Versions, post: Post, house: BusinessView, premises: Premises
) -> RulePushes:
    """What goes out is told in the language of the business."""
    return RulePushes(
        store=unit.rule_pushes,
        versions=versions,
        kept=unit.versions,
        post=post,
        told=unit.outbox,
        words=premises.words,
        language=house.language,
        audit=unit.audit,
        clock=premises.clock,
    )
