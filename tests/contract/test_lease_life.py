"""Leases under any interleaving: workers that claim, send, die and come back, in every order."""

import asyncio
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.domain.delivery import (
    ARRIVED,
    Accepted,
    Outcome,
    Report,
    Snooze,
    State,
    TryLater,
    Uncertain,
)
from bot.domain.evidence import LEASE, grace
from bot.services.ports.outbox import Claimed
from bot.storage.engine import make_engines
from bot.storage.tables import outbox
from tests.support.databases import SqliteFiles
from tests.support.engine_room import WHATSAPP, EngineRoom

WORKERS = ("ana", "bia", "caio")
PEOPLE = 3
LEASE_OVER = LEASE + timedelta(seconds=1)
GRACE_OVER = grace(WHATSAPP) + timedelta(seconds=1)
NAMES = st.sampled_from(WORKERS)


class Lives(RuleBasedStateMachine):
    """What each worker holds, as it believes itself, beside what the store says.

    ``left`` counts how often the network took each row.
    """

    files: SqliteFiles

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.held: dict[str, list[Claimed]] = {name: [] for name in WORKERS}
        self.marked: dict[str, list[tuple[Claimed, datetime]]] = {name: [] for name in WORKERS}
        self.left: dict[int, int] = {}
        self.settled: set[int] = set()

    def do(self, deed: Any) -> Any:
        return self.runner.run(deed)

    @initialize()
    def opens(self) -> None:
        url = self.do(self.stack.enter_async_context(self.files.fresh()))
        engines = make_engines(url)
        self.stack.push_async_callback(engines.dispose)
        self.room = EngineRoom(engines)
        self.do(self.room.begin())
        self.people = [self.do(self.room.person(channel=WHATSAPP)) for _ in range(PEOPLE)]

    def teardown(self) -> None:
        self.do(self.stack.aclose())
        self.runner.close()

    @rule(who=st.integers(0, PEOPLE - 1), kind=st.sampled_from(("screen", "notice")))
    def falls_due(self, who: int, kind: str) -> None:
        self.do(self.room.queue(self.people[who], channel=WHATSAPP, kind=kind))

    @rule(worker=NAMES, most=st.integers(1, 3))
    def claims(self, worker: str, most: int) -> None:
        self.held[worker] += self.do(self.room.claim(worker, WHATSAPP, most))

    @rule(worker=NAMES)
    def marks(self, worker: str) -> None:
        """What is about to leave is written down; only what still is theirs may leave."""
        rows, self.held[worker] = self.held[worker], []
        ours = self.do(self.room.mark(rows))
        self.marked[worker] += [(row, self.room.now) for row in rows if row.id in ours]

    @precondition(lambda self: any(self.marked.values()))
    @rule(
        worker=NAMES,
        taken=st.booleans(),
        said=st.sampled_from((None, "accepted", "later", "snooze", "unsure")),
    )
    def sends(self, worker: str, taken: bool, said: str | None) -> None:  # noqa: FBT001 - Hypothesis names it
        """The network takes it or not; the worker hears so, or not, or dies before it can tell."""
        if not self.marked[worker]:
            return
        row, since = self.marked[worker].pop(0)
        if self.room.now - since >= LEASE:
            return  # no request lives as long as a lease
        if taken:
            self.left[row.id] = self.left.get(row.id, 0) + 1
        ending = self._heard(row, taken=taken, said=said)
        if ending is not None:
            self.do(self.room.record(row, ending))

    def _heard(self, row: Claimed, *, taken: bool, said: str | None) -> Outcome | None:
        if said == "unsure":
            return Uncertain("whatsapp.unanswered")
        if taken:
            return Accepted(f"wamid.{row.id}") if said == "accepted" else None
        if said == "later":
            return TryLater("whatsapp.unavailable")
        return Snooze(self.room.now, "outbox.resting") if said == "snooze" else None

    @rule()
    def reports(self) -> None:
        """Whatever the network took, it now reports."""
        rows = self.do(self.room.rows())
        news = [
            Report(f"wamid.{row.id}", State.SENT, self.room.now, opaque=row.opaque)
            for row in rows
            if row.id in self.left
        ]
        self.do(self.room.report(*news))
        self.do(self.room.heard())

    @rule(wait=st.sampled_from((timedelta(seconds=5), LEASE_OVER)))
    def time_passes(self, wait: timedelta) -> None:
        self.room.clock.set(self.room.now + wait)
        self.do(self.room.sweep())

    @rule()
    def a_doubt_grows_old(self) -> None:
        """Reports reach us before a grace is over: what the network took is known by then."""
        self.reports()
        self.room.clock.set(self.room.now + GRACE_OVER)
        self.do(self.room.heard())
        self.do(self.room.sweep())

    @rule(worker=NAMES)
    def dies(self, worker: str) -> None:
        self.held[worker], self.marked[worker] = [], []

    @invariant()
    def all_is_well(self) -> None:
        if not hasattr(self, "people"):
            return
        rows = self.do(self.room.rows(sa.select(outbox)))
        on_the_way = [r.person_id for r in rows if r.state in {State.CLAIMED, State.SENDING}]
        assert len(on_the_way) == len(set(on_the_way)), "two to one person at once"
        assert all(count == 1 for count in self.left.values()), "sent twice"
        arrived = {row.id for row in rows if row.state in ARRIVED}
        assert self.settled <= arrived, "taken back after it had arrived"
        self.settled = arrived
        assert arrived <= self.left.keys(), "nobody took it, and yet it arrived"
        for row in rows:
            leased = row.state in {State.CLAIMED, State.SENDING}
            assert bool(row.lease_until) == (leased or row.state == State.UNCERTAIN)


def test_no_interleaving_sends_twice_or_loses_a_lease(sqlite_files: SqliteFiles) -> None:
    class Here(Lives):
        files = sqlite_files

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=20,
            stateful_step_count=30,
            deadline=None,
            # Without shrinking: a failure is to be seen, not looked for till the time is over.
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )
