"""What a ladder would have sent, or would send: played on charges, without sending anything."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.calendar import Calendar
from bot.domain.ids import ChargeId, ClientId, PlanId, StepId
from bot.domain.ladder import Opening, Step, openings, own_plans


@dataclass(frozen=True, slots=True)
class Owed:
    """A charge as it stood: open from ``since`` until just before ``until``, if it ever ended.

    ``done`` are the steps that it needs no more.
    """

    charge_id: ChargeId
    client_id: ClientId
    plan_id: PlanId
    due_on: date
    since: datetime
    until: datetime | None = None
    done: frozenset[StepId] = frozenset()


@dataclass(frozen=True, slots=True)
class Letter:
    """One message: to whom, when, and the charges in it with the step that each has reached."""

    client_id: ClientId
    at: datetime
    lines: tuple[tuple[ChargeId, Step], ...]

    @property
    def step(self) -> Step:
        """The highest step in it, by which it is counted."""
        return max((step for _, step in self.lines), key=lambda step: step.offset_days)


def replay(
    owed: Iterable[Owed], steps: Sequence[Step], calendar: Calendar, first: datetime, last: datetime
) -> list[Letter]:
    """What would have gone out from ``first`` until just before ``last``, the earliest first."""
    return _letters(_sent(owed, steps, calendar, (first, last), catching_up=False))


def foresee(
    owed: Iterable[Owed], steps: Sequence[Step], calendar: Calendar, now: datetime, last: datetime
) -> list[Letter]:
    """What goes out from now on, if nobody pays: what is open and not done goes at once."""
    return _letters(_sent(owed, steps, calendar, (now, last), catching_up=True))


def touched(before: Iterable[Letter], after: Iterable[Letter], until: datetime) -> int:
    """For how many clients something is different before an instant."""
    old, new = _by_client(before, until), _by_client(after, until)
    return sum(old.get(client) != new.get(client) for client in {*old, *new})


def _sent(
    owed: Iterable[Owed],
    steps: Sequence[Step],
    calendar: Calendar,
    span: tuple[datetime, datetime],
    *,
    catching_up: bool,
) -> Iterator[tuple[ClientId, datetime, ChargeId, Step]]:
    own = own_plans(steps)
    known: dict[tuple[date, PlanId | None], tuple[Opening, ...]] = {}
    for one in owed:
        ladder = (one.due_on, one.plan_id if one.plan_id in own else None)
        if ladder not in known:
            known[ladder] = openings(one.due_on, steps, calendar, ladder[1])
        earliest = max(one.since, span[0]) if catching_up else one.since
        for opening in known[ladder]:
            at = opening.opens_at
            if at < earliest < opening.closes_at:
                at = calendar.next_allowed(earliest)
            in_time = span[0] <= at < min(span[1], opening.closes_at)
            open_ = one.since <= at and (one.until is None or at < one.until)
            if in_time and open_ and opening.step.id not in one.done:
                yield one.client_id, at, one.charge_id, opening.step


def _letters(sent: Iterable[tuple[ClientId, datetime, ChargeId, Step]]) -> list[Letter]:
    """One message a person for all that goes to them at one instant."""
    together: defaultdict[tuple[datetime, ClientId], list[tuple[ChargeId, Step]]]
    together = defaultdict(list)
    for client, at, charge, step in sent:
        together[at, client].append((charge, step))
    return [
        Letter(client, at, tuple(lines))
        for (at, client), lines in sorted(together.items(), key=_at)
    ]


def _at(item: tuple[tuple[datetime, ClientId], object]) -> tuple[datetime, ClientId]:
    return item[0]


def _by_client(letters: Iterable[Letter], until: datetime) -> Mapping[ClientId, set[object]]:
    found: defaultdict[ClientId, set[object]] = defaultdict(set)
    for letter in letters:
        if letter.at < until:
            said = {(charge, step.template, step.channel) for charge, step in letter.lines}
            found[letter.client_id].add((letter.at, frozenset(said)))
    return found
