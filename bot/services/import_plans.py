"""Plans that a list names and nobody has yet: what each is called, how often, at which price."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.money import Money
from bot.domain.names import tidy
from bot.domain.plan import Period, plan_key
from bot.domain.text import t
from bot.services.list_reading import BadRow, GoodRow, Problem
from bot.services.ports.plans import PlanRecord, PlanView


@dataclass(frozen=True, slots=True)
class PlannedPlan:
    """A plan to be made, and how many of the list would be on it."""

    record: PlanRecord
    clients: int


def planned(rows: Sequence[GoodRow], known: Mapping[str, PlanView]) -> tuple[PlannedPlan, ...]:
    """One for each name that is not known, the most used first.

    Its price is the commonest in the list; its period is what its name says, else a month.
    """
    by_key: dict[str, list[GoodRow]] = {}
    for row in rows:
        if (key := plan_key(row.plan)) not in known:
            by_key.setdefault(key, []).append(row)
    plans = [
        PlannedPlan(PlanRecord(name, key, price, Period.read(name) or Period.MONTHLY), len(those))
        for key, those in by_key.items()
        if (price := _commonest(those)) and (name := _best_name(those))
    ]
    return tuple(sorted(plans, key=lambda plan: -plan.clients))


def priced(
    rows: Sequence[GoodRow], known: Mapping[str, PlanView], new: Sequence[PlannedPlan]
) -> tuple[list[tuple[GoodRow, Money]], list[BadRow]]:
    """Each row with what it costs: its own price, else its plan's; some have neither."""
    prices = {key: plan.price for key, plan in known.items()}
    prices |= {plan.record.key: plan.record.price for plan in new}
    with_price: list[tuple[GoodRow, Money]] = []
    without: list[BadRow] = []
    for row in rows:
        if price := row.price or prices.get(plan_key(row.plan)):
            with_price.append((row, price))
        else:
            missing = Problem("price", t("errors.money.missing"))
            without.append(BadRow(row.number, (missing,), row.cells))
    return with_price, without


def _commonest(rows: Sequence[GoodRow]) -> Money | None:
    counted = Counter(row.price for row in rows if row.price)
    return counted.most_common(1)[0][0] if counted else None


def _best_name(rows: Sequence[GoodRow]) -> str:
    """The commonest spelling, one with capitals and small letters before shouting and mumbling."""
    counted = Counter(tidy(row.plan) for row in rows)
    return max(
        counted, key=lambda name: (name != name.lower() and name != name.upper(), counted[name])
    )
