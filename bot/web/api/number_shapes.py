"""Our WhatsApp number as it is told: how it stands, how well it arrives, what it costs."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from bot.domain.message_cost import BillLine, total
from bot.domain.own_number import Arrived, NumberFacts
from bot.web.api.shapes import MoneyOut, Told, money


class NumberOut(Told):
    """The number in the network's own words; what it did not say is empty."""

    well: bool
    phone: str
    name: str
    status: str
    quality: str
    name_status: str
    limit: str
    throughput: str


class FactsOut(NumberOut):
    """As it was told then."""

    told_at: datetime


class PeopleOut(Told):
    """How many were written to first within 24 hours, and how many may be; none: no limit."""

    written_to: int
    allowed: int | None


class ArrivedOut(Told):
    """What became of what we started in the last 24 hours; `failed` by reason."""

    taken: int
    delivered: int
    read: int
    failed: dict[str, int]


class BilledOut(Told):
    """One kind of message this month; of those that are charged, `unpriced` have no price."""

    category: str
    delivered: int
    charged: int
    unpriced: int


class CostOut(Told):
    """What the month has cost so far: an estimate by the owner's prices, a sum a currency."""

    billed: list[BilledOut]
    estimated: list[MoneyOut]


def facts_out(facts: NumberFacts, told_at: datetime) -> FactsOut:
    """What the network told of the number, and when."""
    at = told_at.replace(microsecond=0)
    return FactsOut(told_at=at, well=facts.is_well, **asdict(facts))


def arrived_out(arrived: Arrived) -> ArrivedOut:
    """What became of what we started."""
    return ArrivedOut(
        taken=arrived.taken,
        delivered=arrived.delivered,
        read=arrived.read,
        failed=dict(arrived.failed),
    )


def cost_out(lines: Sequence[BillLine]) -> CostOut:
    """What the month has cost so far."""
    billed = [
        BilledOut(
            category=line.category,
            delivered=line.messages,
            charged=line.charged,
            unpriced=line.unpriced,
        )
        for line in lines
    ]
    return CostOut(billed=billed, estimated=[money(cost) for cost in total(lines)])
