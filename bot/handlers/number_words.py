"""Our WhatsApp number in words: how it stands, how well it arrives, what it costs."""

from collections.abc import Iterator

from bot.domain.message_cost import CATEGORIES, BillLine, total
from bot.domain.own_number import Arrived, NumberFacts
from bot.domain.phone import readable
from bot.domain.text import Text, plain, t
from bot.services.own_number import OwnNumberView

_KNOWN_STATUS = frozenset(
    {"CONNECTED", "DISCONNECTED", "UNVERIFIED", "PENDING", "FLAGGED", "RESTRICTED"}
)
_QUALITIES = frozenset({"GREEN", "YELLOW", "RED"})
_REASONS_SHOWN = 5


def lines_of(view: OwnNumberView, *, prices: bool) -> Iterator[Text]:
    """A line for each thing there is to say; ``prices``: whether the reader may say prices."""
    if view.facts and view.told_at:
        yield from _standing(view.facts)
    yield from _limit(view)
    yield from _arrivals(view.arrived)
    yield from _bill(view.bill)
    if unpriced := sum(line.unpriced for line in view.bill):
        yield t("number.unpriced" if prices else "number.unpriced_ask", count=unpriced)


def _standing(facts: NumberFacts) -> Iterator[Text]:
    yield t("number.is", phone=plain(readable(facts.phone)), name=plain(facts.name))
    known = facts.status in _KNOWN_STATUS
    status = t(f"number.status.{facts.status.lower()}") if known else plain(facts.status)
    if facts.status:
        yield t("number.status", status=status)
    if facts.name_status not in {"", "APPROVED"}:
        yield t("number.name_not_approved")
    if facts.quality in _QUALITIES:
        yield t(f"number.quality.{facts.quality.lower()}")
    if facts.throughput:
        yield t("number.throughput.high" if facts.throughput == "HIGH" else "number.throughput")


def _limit(view: OwnNumberView) -> Iterator[Text]:
    if view.people_a_day is None:
        yield t("number.people_free", count=view.people)
    else:
        yield t("number.people", count=view.people, most=view.people_a_day)


def _arrivals(arrived: Arrived) -> Iterator[Text]:
    if arrived.delivered_share is not None and arrived.read_share is not None:
        yield t(
            "number.arrived",
            count=arrived.taken,
            delivered=arrived.delivered_share,
            read=arrived.read_share,
        )
    most = sorted(arrived.failed.items(), key=lambda each: (-each[1], each[0]))
    for reason, count in most[:_REASONS_SHOWN]:
        why = t(f"reason.{reason}") if reason else t("queue.unknown_trouble")
        yield t("number.failed", count=count, why=why)


def _bill(lines: tuple[BillLine, ...]) -> Iterator[Text]:
    """What the month has cost so far, by kind."""
    for line in lines:
        known = line.category in CATEGORIES
        kind = t(f"prices.kind.{line.category}") if known else plain(line.category)
        yield t("number.billed", kind=kind, count=line.messages, charged=line.charged)
    for cost in total(lines):
        yield t("number.cost", cost=cost)
