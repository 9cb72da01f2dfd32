"""What became of messages is written down at last, whatever the store is like meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.domain.clock import FrozenClock
from bot.domain.delivery import Accepted
from bot.domain.ids import OutboxId, PersonId
from bot.domain.message import Address, ChannelName
from bot.jobs.recorder import Recorder
from bot.services.ports.outbox import Claimed, Finished
from tests.support.engine_room import NOON

MANY = 10


@dataclass
class Store:
    """Writes a batch whole or not at all; some results it can never write."""

    away: bool = False
    slow: bool = False
    never: frozenset[int] = frozenset()
    written: list[int] = field(default_factory=list)
    asked: int = 0

    @asynccontextmanager
    async def rooms(self) -> AsyncIterator[Any]:
        yield SimpleNamespace(outcomes=self)

    async def record(self, finished: Sequence[Finished], now: datetime) -> None:
        self.asked += 1
        if self.slow:
            await asyncio.sleep(60)
        ids = [done.row.id for done in finished]
        if self.away or self.never.intersection(ids):
            raise OSError("the store is away")
        self.written += ids


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def recorder(store: Store) -> Recorder:
    recorder = Recorder(store.rooms, FrozenClock(NOON), lambda: None)
    for number in range(MANY):
        recorder.put(a_result(number))
    return recorder


def a_result(number: int) -> Finished:
    row = Claimed(
        id=OutboxId(number),
        opaque=str(number),
        person_id=PersonId(number),
        address=Address(ChannelName.TELEGRAM, str(number)),
        kind="screen",
        purpose="answer",
        outgoing=None,
        language="en",
        attempts=0,
        due_at=NOON,
        created_at=NOON,
        leased_until=NOON,
        lease="w/1",
    )
    return Finished(row, Accepted(str(number)), NOON)


async def flushed(recorder: Recorder) -> bool:
    with capture_logs():
        return await recorder.flush()


async def test_a_store_that_is_away_is_not_asked_for_each_result(
    store: Store, recorder: Recorder
) -> None:
    store.away = True
    assert not await flushed(recorder)
    assert store.asked == 3
    store.away = False
    assert await flushed(recorder)
    assert sorted(store.written) == list(range(MANY))


async def test_results_that_can_never_be_written_keep_nobody_back(
    store: Store, recorder: Recorder
) -> None:
    store.never = frozenset({0, 1, 2, 5})
    for _ in range(3):
        assert not await flushed(recorder)
    assert sorted(store.written) == [3, 4, 6, 7, 8, 9]


async def test_who_is_cut_off_while_writing_still_knows_everything(
    store: Store, recorder: Recorder
) -> None:
    store.slow = True
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await recorder.flush()
    store.slow = False
    assert await flushed(recorder)
    assert sorted(store.written) == list(range(MANY))


async def test_two_who_write_at_once_write_everything_once(
    store: Store, recorder: Recorder
) -> None:
    await asyncio.gather(recorder.flush(), recorder.flush())
    assert sorted(store.written) == list(range(MANY))
