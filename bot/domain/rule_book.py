"""The book of rules: all that an owner decides about reminding, as one value to compare."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Self

from bot.domain.contact import ContactRules
from bot.domain.ids import PlanId
from bot.domain.ladder import Step
from bot.domain.money import Money
from bot.domain.own_text import TextKey
from bot.domain.plan import Period

NEW = 0  # the number of a step or a plan that was written by hand and is not ours yet


@dataclass(frozen=True, slots=True)
class HouseRules:
    """What the owner says about the house. ``hours``: weekday (0 is Monday) -> (opens, closes).

    The Pix key is the one that stands in every code a client gets: it is no secret.
    """

    name: str
    city: str
    pix_key: str | None
    evening_digest: bool = True
    hours: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    closed_days: frozenset[date] = frozenset()
    rules: ContactRules = field(default_factory=ContactRules)


@dataclass(frozen=True, slots=True)
class PlanRule:
    """A plan as it is sold."""

    id: PlanId
    name: str
    price: Money
    period: Period
    on_sale: bool = True


@dataclass(frozen=True, slots=True)
class TextRule:
    """A form of words as the owner put it, where it is not EmDia's."""

    key: TextKey
    words: str


@dataclass(frozen=True, slots=True)
class RuleBook:
    """Everything, each thing in an order that does not depend on where it was read from.

    ``texts`` none: it was written down before there were any, and says nothing about them.
    """

    house: HouseRules
    steps: tuple[Step, ...]
    plans: tuple[PlanRule, ...]
    texts: tuple[TextRule, ...] | None = ()

    @classmethod
    def of(
        cls,
        house: HouseRules,
        steps: Iterable[Step],
        plans: Iterable[PlanRule],
        texts: Iterable[TextRule] | None = (),
    ) -> Self:
        """Put it in order."""
        return cls(
            house,
            tuple(sorted(steps, key=lambda s: (s.offset_days, s.at, s.plan_id or 0, s.id))),
            tuple(sorted(plans, key=lambda plan: (plan.id == NEW, plan.id, plan.name))),
            None if texts is None else tuple(sorted(texts, key=lambda text: _place(text.key))),
        )

    @property
    def plan_names(self) -> Mapping[PlanId, str]:
        """What each plan is called."""
        return {plan.id: plan.name for plan in self.plans}


def _place(key: TextKey) -> tuple[str, str, int]:
    return key.form, key.language, key.plan_id or 0
