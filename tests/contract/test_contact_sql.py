"""The rules of contact, said in SQL for everybody at once and in the domain for one: the same."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.contact import WEEK, ContactRules
from bot.domain.delivery import State
from bot.domain.ids import PersonId
from bot.domain.reasons import Reason
from bot.storage.contacts import Contacts
from bot.storage.holding import heard_enough, is_quiet, may_hear
from bot.storage.tables import clients, outbox
from tests.support.engine_room import NOON, WHATSAPP, EngineRoom

PEOPLE = 4
A_DAY = timedelta(days=1)
LEFT = {"sending", "uncertain", "accepted", "sent", "delivered", "read", "unheard"}


@dataclass(frozen=True)
class Message:
    """Something we sent, or meant to, so many minutes ago; below zero by another's clock."""

    ago: int
    kind: str
    state: str
    reason: str

    @property
    def counts(self) -> bool:
        """Whether it was a reminder that left, or of which nobody knows that it did not."""
        lost = self.state == "given_up" and self.reason == Reason.UNCERTAIN
        return self.kind == "reminder" and (self.state in LEFT or lost)


@dataclass(frozen=True)
class Person:
    """What we wrote to somebody, and what was said about them, in days from today."""

    messages: list[Message]
    promised: int | None
    not_before: int | None


@dataclass(frozen=True)
class Town:
    """A business's rules, its clients, and an instant."""

    rules: ContactRules
    people: list[Person]
    now: datetime
    today: date


@st.composite
def towns(draw: st.DrawFn) -> Town:
    """Instants lie close to where a rule begins or ends as often as not."""
    gap, per_week = draw(st.integers(0, 168)), draw(st.integers(1, 5))
    week = int(WEEK / timedelta(minutes=1))
    edges = st.sampled_from([gap * 60, week, 0]).flatmap(
        lambda edge: st.integers(edge - 1, edge + 1)
    )
    message = st.builds(
        Message,
        ago=st.one_of(edges, st.integers(0, week + 60)),
        kind=st.sampled_from(["reminder", "reminder", "reminder", "notice", "screen"]),
        state=st.one_of(st.just("sent"), st.sampled_from([each.value for each in State])),
        reason=st.sampled_from(["", Reason.UNCERTAIN.value, "whatsapp.refused"]),
    )
    said = st.none() | st.integers(-1, 1)
    person = st.builds(Person, st.lists(message, max_size=7), promised=said, not_before=said)
    people = draw(st.lists(person, min_size=PEOPLE, max_size=PEOPLE))
    now = NOON + timedelta(minutes=draw(st.integers(0, 60 * 24 * 400)))
    return Town(ContactRules(gap, per_week), people, now, now.date())


@pytest.fixture
async def room(room: EngineRoom) -> EngineRoom:
    for number in range(PEOPLE):
        await room.client(f"C{number}", channel=WHATSAPP)
    return room


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(town=towns())
async def test_the_planner_holds_back_whom_the_domain_holds_back(
    room: EngineRoom, town: Town
) -> None:
    by_name = {name: rule for rule, name in heard_enough(town.rules, town.now)}
    assert set(by_name) == {Reason.GAP, Reason.WEEK}
    async with room.connect() as connection:
        query = sa.select(clients.c.id, clients.c.person_id).order_by(clients.c.id)
        known = (await connection.execute(query)).all()
        await connection.execute(outbox.delete())
        for (client, person), about in zip(known, town.people, strict=True):
            await connection.execute(
                clients.update()
                .where(clients.c.id == client)
                .values(
                    promised_on=_day(town, about.promised), not_before=_day(town, about.not_before)
                )
            )
            if about.messages:
                rows = [_row(town, person, message) for message in about.messages]
                await connection.execute(outbox.insert(), rows)
        asked = sa.select(
            may_hear(town.rules, town.today, town.now),
            is_quiet(town.today),
            by_name[Reason.GAP],
            by_name[Reason.WEEK],
        ).order_by(clients.c.id)
        told = (await connection.execute(asked)).all()
        persons = [PersonId(person) for _, person in known]
        starts = await Contacts(connection).starts(persons, town.now - WEEK)

    for person, about, (may, quiet, gap, week) in zip(persons, town.people, told, strict=True):
        history = [town.now - timedelta(minutes=each.ago) for each in about.messages if each.counts]
        held = town.rules.held(history, town.now)
        rests = about.promised is not None and about.promised >= 0
        waits = about.not_before is not None and about.not_before > 0
        assert bool(quiet) is (rests or waits)
        assert bool(gap or week) is (held is not None)
        assert held is None or {Reason.GAP: gap, Reason.WEEK: week}[held.reason]
        assert bool(may) is (held is None and not rests and not waits)
        # Right before it leaves the same is asked of what was read out of the store.
        assert town.rules.held(starts.get(person, ()), town.now) == held


def _day(town: Town, days: int | None) -> date | None:
    return None if days is None else town.today + days * A_DAY


_COUNT = iter(range(1, 10**9))


def _row(town: Town, person: int, message: Message) -> dict[str, object]:
    at = town.now - timedelta(minutes=message.ago)
    return {
        "opaque": f"o{next(_COUNT)}",
        "person_id": person,
        "channel": WHATSAPP.value,
        "send_to": "5511900000001",
        "kind": message.kind,
        "purpose": message.kind,
        "payload": "",
        "priority": 5,
        "state": message.state,
        "reason": message.reason,
        "due_at": at,
        "created_at": at,
        "sending_at": at,
    }
