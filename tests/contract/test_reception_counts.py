"""What people do is counted once it is settled: answered, refused, or seen before."""

from dataclasses import replace

import pytest

from bot.composition.entrance import new_reception
from bot.domain.errors import Refusal
from bot.domain.message import ChannelName, Incoming
from bot.storage.engine import Engines
from bot.storage.unit_of_work import Units
from bot.telemetry.metrics import INBOX_HANDLED
from tests.support.books import NOON, Books, premises_of

RESULTS = ("answered", "refused", "seen")


@pytest.fixture
async def books(engines: Engines) -> Books:
    made = Books(engines)
    await made.begin()
    return made


def counted() -> dict[str, float]:
    samples = (sample for metric in INBOX_HANDLED.collect() for sample in metric.samples)
    telegram = [
        s for s in samples if s.name.endswith("_total") and s.labels["channel"] == "telegram"
    ]
    return {sample.labels["result"]: sample.value for sample in telegram}


async def test_each_thing_counts_by_what_became_of_it(books: Books) -> None:
    reception = new_reception(Units(books.engines, books.clock), premises_of(books))
    hello = Incoming(ChannelName.TELEGRAM, "7001", "m1", NOON, text="oi")
    lost = replace(hello, message_id="m2")
    before = counted()
    await reception.answer(hello)
    await reception.answer(hello)
    await reception.answer(lost, Refusal("errors.file.unfetched"))
    after = counted()
    assert [after[result] - before.get(result, 0) for result in RESULTS] == [1, 1, 1]
