"""A month in which the provider fails again and again: how long people wait, and how soon it ends.

The engine runs as composition puts it together, on a clock that is moved; the provider is played,
with its faults and with its reports, some of which come late. What is measured is ours: minutes
in which the provider would have taken a message, and how long after its fault the waiting ones
had all left.
"""

import random
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import mean
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from bot.channels.whatsapp.reasons import Reason
from bot.domain.delivery import (
    ARRIVED,
    Accepted,
    Outcome,
    Report,
    State,
    TryLater,
    Uncertain,
)
from bot.domain.ids import PersonId
from bot.domain.message import Address, Outgoing, Parcel
from bot.domain.reasons import Reason as Lost
from bot.domain.text import plain
from bot.services.ports.people import Caller
from bot.services.ports.post import NewRow
from bot.storage.engine import make_engines
from bot.storage.tables import attempts, outbox
from bot.storage.wire import pack
from tests.support.machine import WHATSAPP, Machine

BEGIN = datetime(2026, 11, 2, 9, tzinfo=ZoneInfo("America/Sao_Paulo"))
DAYS = 30
MINUTE, STEP = timedelta(minutes=1), timedelta(seconds=20)
FAULTS = 12
AT_LEAST_EVERY = timedelta(hours=2)  # while nothing is wrong, a message stands for so long
WITHIN = timedelta(minutes=2)  # in which a message that is due has to leave
AVAILABLE, RECOVERED_WITHIN = 0.999, timedelta(minutes=5)
ONLOOKERS = 40


class Kind(StrEnum):
    """How a provider fails."""

    OUTAGE = "outage"  # its own 5xx
    THROTTLED = "throttled"  # 429, and when to come back
    SILENT = "silent"  # takes it and does not say so; its reports still come
    CUT_OFF = "cut_off"  # connections lost: some were taken, some not
    FLAKY = "flaky"  # every third fails
    OUR_DEATH = "our_death"  # not the provider's fault: a worker of ours dies with what it held


@dataclass(frozen=True)
class Fault:
    """One stretch of trouble."""

    kind: Kind
    begins: datetime
    ends: datetime


class Provider:
    """The far side. ``taken`` are the messages it has, by our own id; ``reports`` what it says."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.machine: Machine | None = None
        self.fault: Fault | None = None
        self.taken: Counter[str] = Counter()
        self.left_at: dict[str, datetime] = {}
        self.reports: list[tuple[datetime, Report]] = []

    async def send(self, parcel: Parcel) -> Outcome:
        kind = self.fault.kind if self.fault else None
        match kind:
            case Kind.OUTAGE:
                return TryLater(Reason.UNAVAILABLE)
            case Kind.THROTTLED:
                return TryLater(Reason.THROTTLED, after=timedelta(seconds=30), slow_down=True)
            case Kind.SILENT:
                self._take(parcel)
                return Uncertain(Reason.UNANSWERED)
            case Kind.CUT_OFF:
                if self.dice.random() < 0.5:
                    self._take(parcel)
                return Uncertain(Reason.UNANSWERED)
            case Kind.FLAKY if self.dice.random() < 1 / 3:
                return TryLater(Reason.UNAVAILABLE)
        return Accepted(self._take(parcel))

    def _take(self, parcel: Parcel) -> str:
        assert self.machine
        now = self.machine.now
        self.taken[parcel.opaque] += 1
        self.left_at.setdefault(parcel.opaque, now)
        name = f"wamid.{parcel.opaque}.{self.taken[parcel.opaque]}"
        wait = timedelta(seconds=self.dice.choice((1, 2, 5, 20, 90)))
        for state, more in ((State.SENT, 0), (State.DELIVERED, 3)):
            at = now + wait + timedelta(seconds=more)
            self.reports.append((at, Report(name, state, at, opaque=parcel.opaque)))
        return name


@dataclass
class Message:
    """One that fell due, and the minutes that it stands for."""

    opaque: str
    due_at: datetime
    minutes: float


class Month:
    """The house's month: messages fall due, faults come and go."""

    def __init__(self, machine: Machine, provider: Provider) -> None:
        self.machine = machine
        self.provider = provider
        self.dice = random.Random(11)  # noqa: S311 - the same month every time
        self.faults = self._faults()
        self.messages: list[Message] = []
        self.people: list[PersonId] = []

    async def begin(self) -> None:
        machine = self.machine
        await machine.begin()
        async with machine.units.write() as unit:
            for number in range(ONLOOKERS):
                to = Address(WHATSAPP, f"+55279{90000000 + number}")
                person = await unit.people.calling(Caller(to, "Ana", "pt_BR"), machine.now)
                self.people.append(person.id)

    async def goes_by(self) -> None:
        end = BEGIN + timedelta(days=DAYS)
        moment = BEGIN
        while moment < end:
            busy = self._trouble_near(moment)
            await self._minute(moment, MINUTE if busy else AT_LEAST_EVERY)
            moment += MINUTE if busy else self._until_trouble(moment)
        await self._steps(end, timedelta(hours=1))

    async def _minute(self, moment: datetime, stands_for: timedelta) -> None:
        """A message falls due, and the minute passes."""
        self._set(moment)
        died = next((f for f in self.faults if f.kind is Kind.OUR_DEATH and f.begins == moment), 0)
        count = 6 if died else 1
        for _ in range(count):
            await self._falls_due(stands_for / MINUTE / count)
        if died:
            await self._die()
        await self._steps(moment, MINUTE)

    async def _steps(self, moment: datetime, length: timedelta) -> None:
        while self.machine.now < moment + length:
            await self._hear()
            await self.machine.rounds.sweep()
            await self.machine.worker.once()
            self._set(self.machine.now + STEP)

    async def _falls_due(self, minutes: float) -> None:
        person = self.people[len(self.messages) % ONLOOKERS]
        words = pack(Outgoing((plain("Oi"),)))
        async with self.machine.units.write() as unit:
            # They have written a moment ago, and are waiting for an answer.
            address = (await unit.people.addresses(person))[0].address
            await unit.people.calling(Caller(address, "Ana", "pt_BR"), self.machine.now)
            row = NewRow(person, WHATSAPP, address.to, "screen", "answer", words, 1)
            number = (await unit.outbox.add([row]))[0]
            query = sa.select(outbox.c.opaque).where(outbox.c.id == number)
            opaque = (await unit.connection.execute(query)).scalar_one()
        self.messages.append(Message(opaque, self.machine.now, minutes))

    async def _die(self) -> None:
        """A process dies with two messages claimed, two about to leave and two that have left."""
        async with self.machine.units.write() as unit:
            rows = await unit.leases.claim("dead", WHATSAPP, 6, self.machine.now)
            await unit.leases.mark_sending(rows[2:], self.machine.now)
        for row in rows[4:]:
            assert row.outgoing
            await self.provider.send(Parcel(row.address, row.outgoing, row.language, row.opaque))

    async def _hear(self) -> None:
        """The provider's reports, those whose time has come."""
        now = self.machine.now
        ripe = [report for at, report in self.provider.reports if at <= now]
        if ripe:
            self.provider.reports = [each for each in self.provider.reports if each[0] > now]
            async with self.machine.units.write() as unit:
                await unit.channel_states.heard(WHATSAPP, now)
                await unit.reports.apply(WHATSAPP, ripe, now)

    def _set(self, moment: datetime) -> None:
        self.machine.clock.set(max(moment, self.machine.now))
        now = self.machine.now
        self.provider.fault = next(
            (f for f in self.faults if f.begins <= now < f.ends and f.kind is not Kind.OUR_DEATH),
            None,
        )

    def _faults(self) -> list[Fault]:
        found = []
        kinds = list(Kind) * (FAULTS // len(Kind))
        for number, kind in enumerate(kinds):
            begins = BEGIN + timedelta(days=DAYS) * number / FAULTS
            begins += timedelta(minutes=self.dice.randrange(5, 20 * 60))
            lasts = timedelta(minutes=self.dice.choice((1, 3, 8, 20, 45, 90)))
            found.append(Fault(kind, begins, begins + lasts))
        return found

    def _trouble_near(self, moment: datetime) -> bool:
        before, after = timedelta(minutes=1), timedelta(minutes=15)
        return any(f.begins - before <= moment < f.ends + after for f in self.faults)

    def _until_trouble(self, moment: datetime) -> timedelta:
        """To the next message: every half hour, and to the minute where a fault begins."""
        coming = (f.begins - MINUTE - moment for f in self.faults if f.begins - MINUTE > moment)
        return min(AT_LEAST_EVERY, *coming, AT_LEAST_EVERY)

    def excused(self, message: Message) -> bool:
        """Whether it fell due while the provider itself would not, or might not, have taken it."""
        return any(
            fault.begins <= message.due_at < fault.ends
            for fault in self.faults
            if fault.kind is not Kind.OUR_DEATH
        )

    def availability(self) -> float:
        """The share of minutes in which a message left in time, of those that count."""
        counted = [message for message in self.messages if not self.excused(message)]
        late = [m for m in counted if self._left(m) - m.due_at > WITHIN]
        whole = sum(message.minutes for message in counted)
        return 1 - sum(message.minutes for message in late) / whole

    def _left(self, message: Message) -> datetime:
        """When it left; one that never did counts as late."""
        return self.provider.left_at.get(message.opaque, self.machine.now)

    def recoveries(self, doubtful: frozenset[str]) -> dict[Kind, list[timedelta]]:
        """How long after a fault's end all had left that waited and were in no doubt."""
        found: dict[Kind, list[timedelta]] = {}
        for fault in self.faults:
            waited = [
                self._left(message)
                for message in self.messages
                if fault.begins <= message.due_at < fault.ends and message.opaque not in doubtful
            ]
            late = max(waited, default=fault.ends) - fault.ends
            found.setdefault(fault.kind, []).append(max(late, timedelta()))
        return found


@pytest.mark.timeout(300)
async def test_a_month_of_faults_keeps_hardly_anybody_waiting(sqlite_url: str) -> None:
    engines, provider = make_engines(sqlite_url), Provider(random.Random(12))  # noqa: S311
    try:
        machine = Machine(engines, BEGIN - timedelta(hours=1), provider)
        provider.machine = machine
        month = Month(machine, provider)
        await month.begin()
        await month.goes_by()
        rows = await machine.rows(sa.select(outbox.c.opaque, outbox.c.state, outbox.c.reason))
        doubts = await machine.rows(
            sa.select(outbox.c.opaque)
            .join(attempts, attempts.c.outbox_id == outbox.c.id)
            .where(attempts.c.what == "uncertain")
        )
    finally:
        await engines.dispose()
    # Once, or with a reason: what was lost twice in one long stretch of lost connections is not
    # sent a third time, but shown to the house.
    lost = [row for row in rows if row.state not in ARRIVED]
    assert {(row.state, row.reason) for row in lost} <= {(State.GIVEN_UP, Lost.UNCERTAIN)}
    assert len(lost) < len(rows) / 50
    assert {row.opaque for row in rows} - {row.opaque for row in lost} == provider.taken.keys()
    assert set(provider.taken.values()) == {1}
    recoveries = month.recoveries(frozenset(row.opaque for row in doubts))
    every = [late.total_seconds() for each in recoveries.values() for late in each]
    told = {
        kind.value: f"{mean(late.total_seconds() for late in each):.0f} s"
        for kind, each in recoveries.items()
    }
    sys.stdout.write(
        f"{len(rows)} messages, available {month.availability():.3%},"
        f" recovered after {mean(every):.0f} s on average: {told}\n"
    )
    assert month.availability() > AVAILABLE
    assert mean(every) < RECOVERED_WITHIN.total_seconds()
