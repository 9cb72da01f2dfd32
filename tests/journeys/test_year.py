"""A year of a business: pauses, payments, promises, holidays, days when nothing runs.

The engine runs as composition puts it together, on a clock that is moved from moment to moment;
only the provider is played. ``EMDIA_TEST_YEAR_CLIENTS`` says how many clients live through it on
SQLite; on PostgreSQL, where each moment costs more, a few do.
"""

import os
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.contact import WEEK
from bot.domain.days import DueDay
from bot.domain.delivery import ARRIVED, Accepted, Outcome, State
from bot.domain.ids import ClaimId, ClientId, PersonId
from bot.domain.ladder import Step, newest_open
from bot.domain.message import Parcel
from bot.domain.money import Money
from bot.domain.payment import Method
from bot.domain.phone import Phone
from bot.domain.plan import Period, due
from bot.forms.client import NewClient
from bot.forms.payment import PaymentReceived
from bot.forms.plan import NewPlan
from bot.services.big_days import FEW
from bot.services.business import calendar_of
from bot.services.ports.big_days import Answer
from bot.storage.engine import make_engines
from bot.storage.tables import addresses, charges, notice_lines, outbox
from tests.support.machine import WHATSAPP, ZONE, Machine

CLIENTS = int(os.environ.get("EMDIA_TEST_YEAR_CLIENTS", "60"))
A_FEW = 20
FIRST = date(2026, 12, 1)
DAYS = 366
AWAY = {40: 2, 111: 5, 200: 1, 290: 9}  # day of the year -> for how many days nothing runs
DAYS_OFF = (date(2027, 2, 11), date(2027, 6, 25), date(2027, 10, 14))
LATENESS = (0.0, 0.02, 0.1, 0.3, 1.0)  # the chance of paying on a day on which something is late


@dataclass(frozen=True)
class Heard:
    """A message as it arrived."""

    opaque: str
    to: str
    form: str
    at: datetime


class Phones:
    """The far side: takes everything, and remembers when."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.machine: Machine | None = None

    async def send(self, parcel: Parcel) -> Outcome:
        assert self.machine
        form = parcel.outgoing.template
        name = form.name if form else ""
        self.heard.append(Heard(parcel.opaque, parcel.address.to, name, self.machine.now))
        return Accepted(f"wamid.{parcel.opaque}")


@dataclass
class Person:
    """A client, and how they are."""

    client: ClientId
    person: PersonId
    anchor: date
    lateness: float
    opted_out: bool = False
    paused: bool = False
    claim: ClaimId | None = None
    wakes: date = date.min  # when a pause, a silence or a doubt ends
    promised: date = date.min
    not_before: date = date.min
    pauses: list[tuple[date, date]] = field(default_factory=list)
    reminded: list[datetime] = field(default_factory=list)

    def may_hear(self, today: date) -> bool:
        return not (self.opted_out or self.paused or self.claim or self._wants_peace(today))

    def _wants_peace(self, today: date) -> bool:
        return self.promised >= today or self.not_before > today


class Year:
    """Everybody's lives, and what is checked while they go by."""

    def __init__(self, machine: Machine, phones: Phones, clients: int) -> None:
        self.clients = clients
        # Thirty reminders a minute: with many clients the first minute is not enough.
        self.morning = tuple(time(9, 5 + minute) for minute in range(1 + clients // 100))
        self.machine = machine
        self.phones = phones
        self.dice = random.Random(2027)  # noqa: S311 - the same year every time
        self.people: dict[ClientId, Person] = {}
        self.steps: tuple[Step, ...] = ()
        self.happened: Counter[str] = Counter()
        self.wrong: list[str] = []

    async def begin(self) -> None:
        self.owner = await self.machine.begin()
        async with self.machine.shop() as shop:
            await shop.plans.add(NewPlan(plan="Mensal", price=Money(4990), period=Period.MONTHLY))
            self.steps = await shop.unit.ladder.steps()
            for day in DAYS_OFF:
                await shop.business.close_on(day, self.owner)
            # The number's own limit has tests of its own; here it would only hold back the many.
            await shop.unit.channel_states.allow(WHATSAPP, 10 * self.clients)
        async with self.machine.shop() as shop:
            self.calendar, self.rules = calendar_of(shop.house), shop.house.rules
        for number in range(self.clients):
            await self._moves_in(number)
        self.by_phone = await self._phones()

    async def _moves_in(self, number: int) -> None:
        anchor = FIRST + timedelta(days=5 + number % 31)
        new = NewClient(
            name=f"Cliente {number:03}",
            phone=Phone.read(f"27 9{90000000 + number}"),
            plan="Mensal",
            price=Money(4990),
            first_due=DueDay.read(str(anchor), FIRST),
        )
        async with self.machine.shop() as shop:
            card = await shop.clients.add(new)
        lateness = LATENESS[number % len(LATENESS)]
        self.people[card.id] = Person(card.id, card.person_id, anchor, lateness)

    async def goes_by(self) -> None:
        away = 0
        for number in range(DAYS):
            day = FIRST + timedelta(days=number)
            away = max(away - 1, AWAY.get(number, 0))
            if away:
                self.happened["away"] += 1
                continue
            anytime = time(self.dice.randrange(24), self.dice.randrange(60))
            for at in sorted((*self.morning, anytime)) if number % 3 == 0 else self.morning:
                moment = datetime.combine(day, at, ZONE)
                if moment > self.machine.now:
                    self.machine.clock.set(moment)
                    await self._moment()
            await self._lives(day)

    async def _moment(self) -> None:
        seen = len(self.phones.heard)
        await self.machine.look()
        await self._says_yes()
        now = self.machine.now
        told = [heard for heard in self.phones.heard[seen:] if heard.form.startswith("reminder")]
        self.happened["reminded"] += len(told)
        for heard in told:
            self._check(heard)
        await self._check_nobody_forgotten(now)
        for heard in told:
            self.by_phone[heard.to].reminded.append(heard.at)

    async def _says_yes(self) -> None:
        """After days away there may be more to send than usual; the owner wants it sent."""
        if self.clients <= FEW:
            return
        async with self.machine.shop() as shop:
            asked = await shop.big_days.pending()
            if asked:
                self.happened["big day"] += 1
                await shop.big_days.decide(asked.day, Answer.SEND, by=self.owner)
        if asked:
            await self.machine.look()

    def _check(self, heard: Heard) -> None:
        person, today = self.by_phone[heard.to], self.calendar.today(heard.at)
        if not self.calendar.allows(heard.at):
            self.wrong.append(f"reminded at {heard.at}, when nobody may be")
        if not person.may_hear(today):
            self.wrong.append(f"reminded {person} at {heard.at}, who may not be")
        if person.reminded and heard.at - person.reminded[-1] < self.rules.gap:
            self.wrong.append(f"reminded {person} at {heard.at}, too soon")
        if sum(at > heard.at - WEEK for at in person.reminded) >= self.rules.per_week:
            self.wrong.append(f"reminded {person} at {heard.at}, too often")

    async def _check_nobody_forgotten(self, now: datetime) -> None:
        """Whatever has reached a step and breaks no rule was planned by now."""
        if not self.calendar.allows(now):
            return
        today = self.calendar.today(now)
        planned = await self._planned()
        for charge in await self._open():
            person = self.people[charge.client_id]
            opening = newest_open(charge.due_on, self.steps, now, self.calendar)
            if opening is None or not person.may_hear(today) or not charge.reminded:
                continue
            if self.rules.held(person.reminded, now):
                self.happened["held"] += 1
            elif (charge.id, opening.step.id) not in planned:
                self.wrong.append(f"forgot {person} at {now}: due {charge.due_on}")

    async def _lives(self, today: date) -> None:
        """What clients do in the course of a day."""
        owes: dict[ClientId, list[Any]] = defaultdict(list)
        for charge in await self._open():
            if charge.due_on <= today:
                owes[charge.client_id].append(charge)
        for person in self.people.values():
            # What a claim was about may be paid by the answer to it.
            owed = () if person.claim else owes[person.client]
            await self._wakes(person, today)
            await self._does(person, today, owed)

    async def _wakes(self, person: Person, today: date) -> None:
        if person.wakes > today:
            return
        if person.paused:
            person.paused = False
            person.pauses[-1] = (person.pauses[-1][0], today)
            async with self.machine.shop() as shop:
                await shop.clients.resume(person.client)
                await shop.clients.remind_overdue(person.client)
        if person.opted_out:
            person.opted_out = False
            async with self.machine.shop() as shop:
                await shop.clients.opt_in(person.client)
        if person.claim:
            claim, person.claim = person.claim, None
            async with self.machine.shop() as shop:
                if self.dice.random() < 0.5:
                    await shop.claims.confirm(claim, by=self.owner)
                else:
                    await shop.claims.reject(claim, by=self.owner)

    async def _does(self, person: Person, today: date, owed: Sequence[Any]) -> None:
        if person.paused or person.opted_out or person.claim:
            return
        chance = self.dice.random()
        if owed and chance < person.lateness:
            await self._pays(person, today, owed)
        elif owed and chance > 0.97:
            await self._promises(person, today)
        elif owed and chance > 0.96:
            await self._claims(person, today)
        elif chance < 0.002:
            await self._pauses(person, today)
        elif chance < 0.004:
            await self._stops(person, today)
        elif chance < 0.006:
            await self._wants_quiet(person, today)

    async def _pays(self, person: Person, today: date, owed: Sequence[Any]) -> None:
        self.happened["paid"] += 1
        amount = Money(sum(charge.amount - charge.paid for charge in owed))
        said = PaymentReceived(
            client=person.client, amount=amount, paid_on=today, method=Method.PIX
        )
        async with self.machine.shop() as shop:
            await shop.payments.record(said, by=self.owner, once=f"{person.client} {today}")

    async def _promises(self, person: Person, today: date) -> None:
        self.happened["promised"] += 1
        person.promised = today + timedelta(days=self.dice.randint(1, 6))
        async with self.machine.shop() as shop:
            await shop.clients.promise(person.client, person.promised)

    async def _claims(self, person: Person, today: date) -> None:
        self.happened["claimed"] += 1
        person.wakes = today + timedelta(days=self.dice.randint(1, 3))
        async with self.machine.shop() as shop:
            made = await shop.claims.make(person.client, said="já paguei", file_id=None)
            person.claim = made.claim.id

    async def _pauses(self, person: Person, today: date) -> None:
        self.happened["paused"] += 1
        person.paused, person.wakes = True, today + timedelta(days=self.dice.randint(5, 50))
        person.pauses.append((today, date.max))
        async with self.machine.shop() as shop:
            await shop.clients.pause(person.client)

    async def _stops(self, person: Person, today: date) -> None:
        self.happened["opted out"] += 1
        person.opted_out, person.wakes = True, today + timedelta(days=self.dice.randint(5, 40))
        async with self.machine.shop() as shop:
            await shop.clients.opt_out(person.client)

    async def _wants_quiet(self, person: Person, today: date) -> None:
        self.happened["not before"] += 1
        person.not_before = today + timedelta(days=self.dice.randint(2, 10))
        async with self.machine.shop() as shop:
            await shop.clients.remind_from(person.client, person.not_before)

    async def _open(self) -> list[Any]:
        query = sa.select(charges).where(
            charges.c.settled_at.is_(None), charges.c.cancelled_at.is_(None)
        )
        return await self.machine.rows(query)

    async def _planned(self) -> set[tuple[int, int]]:
        query = sa.select(notice_lines.c.charge_id, notice_lines.c.step_id).where(
            notice_lines.c.state != "dropped"
        )
        return {(row.charge_id, row.step_id) for row in await self.machine.rows(query)}

    async def _phones(self) -> dict[str, Person]:
        rows = await self.machine.rows(sa.select(addresses.c.send_to, addresses.c.person_id))
        mine = {person.person: person for person in self.people.values()}
        return {row.send_to: mine[row.person_id] for row in rows if row.person_id in mine}

    async def told_lines(self) -> list[Any]:
        """Every line that arrived: the charge, its step, when."""
        query = (
            sa.select(
                notice_lines.c.charge_id,
                notice_lines.c.step_id,
                outbox.c.sending_at,
                charges.c.settled_at,
                charges.c.due_on,
            )
            .join(outbox, outbox.c.id == notice_lines.c.outbox_id)
            .join(charges, charges.c.id == notice_lines.c.charge_id)
            .where(outbox.c.state.in_(ARRIVED), notice_lines.c.state == "planned")
            .order_by(outbox.c.sending_at)
        )
        return await self.machine.rows(query)

    def months_skipped(self, billed: Sequence[Any]) -> list[str]:
        """Due dates that nobody was billed for, though nobody had paused."""
        cycles: dict[ClientId, dict[date, int]] = defaultdict(dict)
        for charge in billed:
            cycles[charge.client_id][charge.due_on] = charge.cycle
        last = self.calendar.today(self.machine.now)
        skipped = []
        for person in self.people.values():
            for cycle in range(13):
                on = due(person.anchor, Period.MONTHLY, cycle, person.anchor.day)
                rests = any(begun <= on < ended for begun, ended in person.pauses)
                if on <= last and not rests and on not in cycles[person.client]:
                    skipped.append(f"{person}: {on}")
            wanted = {
                due(person.anchor, Period.MONTHLY, cycle, person.anchor.day) for cycle in range(27)
            }
            skipped += [f"{person}: {on}?" for on in cycles[person.client].keys() - wanted]
        return skipped


@pytest.mark.timeout(600 if CLIENTS <= 60 else 7200)
async def test_a_year_goes_by_without_a_rule_broken(database_url: str) -> None:
    clients = CLIENTS if database_url.startswith("sqlite") else min(CLIENTS, A_FEW)
    engines, phones = make_engines(database_url), Phones()
    try:
        machine = Machine(engines, datetime.combine(FIRST, time(8), ZONE), phones)
        phones.machine = machine
        year = Year(machine, phones, clients)
        await year.begin()
        await year.goes_by()
        lines = await year.told_lines()
        states = Counter(row.state for row in await machine.rows(sa.select(outbox.c.state)))
        billed = await machine.rows(sa.select(charges))
    finally:
        await engines.dispose()
    assert year.wrong == []
    # Nobody was written to twice for one reason, and nobody for what was paid.
    assert max(Counter(heard.opaque for heard in phones.heard).values()) == 1
    assert len({(line.charge_id, line.step_id) for line in lines}) == len(lines)
    assert not [line for line in lines if line.settled_at and line.settled_at < line.sending_at]
    # The steps of a charge go up.
    offsets = {step.id: step.offset_days for step in year.steps}
    climbed: dict[int, list[int]] = defaultdict(list)
    for line in lines:
        climbed[line.charge_id].append(offsets[line.step_id])
    assert all(steps == sorted(set(steps)) for steps in climbed.values())
    assert year.months_skipped(billed) == []
    # It was a year in which things happened.
    assert min(year.happened[what] for what in ("paid", "promised", "claimed", "paused")) > 0
    assert min(year.happened[what] for what in ("opted out", "not before", "away", "held")) > 0
    assert states[State.SENDING] == states[State.CLAIMED] == states[State.UNCERTAIN] == 0
    sys.stdout.write(f"{clients} clients, {len(phones.heard)} messages: {dict(year.happened)}\n")
