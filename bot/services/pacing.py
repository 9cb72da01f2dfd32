"""Whom a number that has to be treated with care may write to first now, and who waits.

Asked right before messages leave, in the transaction that lets them go: so the pace is one,
however many processes send.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.calendar import Calendar
from bot.domain.clock import Clock
from bot.domain.contact import DAY, ContactRules
from bot.domain.delivery import Snooze
from bot.domain.ids import OutboxId
from bot.domain.number_pace import (
    DEAD_AFTER,
    SEEN,
    SLOW_FOR,
    WIDEST_GAP_S,
    Level,
    gap,
)
from bot.domain.pace_state import (
    BATCH,
    NO_NEW_FOR,
    PROVEN_FOR,
    NumberPace,
    is_dead,
)
from bot.domain.reasons import Reason
from bot.services.pace_look import ME, looked_at
from bot.services.ports.delivery import ChannelStates
from bot.services.ports.outbox import Claimed
from bot.services.ports.pace import PaceStore

_TRIED = 5  # some turn out to be paid, or held back by a rule: the next one takes the turn
_LOOSE = timedelta(seconds=2)  # what leaves takes a moment
_SOON, _HELD = timedelta(minutes=10), timedelta(hours=1)  # woken when it is over

Waits = dict[OutboxId, Snooze]


def starts_a_chat(row: Claimed, now: datetime) -> bool:
    """Whether we write to somebody outside the house who has not just written to us."""
    if row.address.channel is not ME or row.kind == "screen" or row.to_staff or row.unreachable:
        return False
    return row.last_inbound_at is None or now - row.last_inbound_at >= SEEN


class Pacing:
    """One transaction's look at what is about to leave."""

    def __init__(
        self,
        *,
        store: PaceStore,
        states: ChannelStates,
        rules: ContactRules,
        calendar: Calendar,
        clock: Clock,
    ) -> None:
        self._store = store
        self._states = states
        self._rules = rules
        self._calendar = calendar
        self._clock = clock

    async def waits(self, rows: Sequence[Claimed]) -> Mapping[OutboxId, Snooze]:
        """Those of the claimed that may not go now; asked before they are composed."""
        now = self._clock.now()
        ours = _in_order(row for row in rows if starts_a_chat(row, now))
        pace = await self._store.get() if ours else None
        if pace is None:
            return {}
        stands = await looked_at(pace, self._store, self._states, now)
        stands, why = await self._stopped(stands, len(ours), now)
        if stands != pace:
            await self._store.keep(stands)
        if why:
            return {row.id: self._held(why, stands, place, now) for place, row in enumerate(ours)}
        told = await self._some_wait(stands, ours, now)
        turn = await self._turn(stands, now)
        here = [row for row in ours if row.id not in told]
        going = here[:_TRIED] if turn <= now else []
        return told | await self._in_line(here[len(going) :], max(turn, now), going)

    async def starting(self, rows: Sequence[Claimed]) -> Mapping[OutboxId, Snooze]:
        """Of those that could go, the first does, and is counted; the others wait."""
        now = self._clock.now()
        ours = _in_order(row for row in rows if starts_a_chat(row, now))
        pace = await self._store.get() if ours else None
        if pace is None:
            return {}
        first, *others = ours
        await self._store.start(first.id, now)
        again_at = now + gap(first.id)
        await self._store.keep(pace.started(self._calendar.today(now), again_at))
        return await self._in_line(others, again_at, [])

    async def _stopped(
        self, pace: NumberPace, count: int, now: datetime
    ) -> tuple[NumberPace, Reason | None]:
        """Why nobody at all is written to first now, if so; and how the number stands then."""
        if not self._calendar.allows(now):
            return pace, Reason.HOURS
        if pace.held_why or pace.level is Level.STOP:
            return pace, Reason(pace.held_why or Reason.PACE_STOPPED)
        why = await self._unproven(pace, count, now)
        return (pace.held(why, now) if why else pace), why

    async def _unproven(self, pace: NumberPace, count: int, now: datetime) -> Reason | None:
        """Whether there is doubt that anything arrives: then the owner's phone is tried first."""
        heard = await self._store.heard(now - DAY)
        if is_dead(pace, await self._store.last(), heard.at, now):
            return Reason.PACE_DEAD
        proofs = [at for at in (heard.arrived_at, pace.proved_at) if at]
        if max(proofs, default=now - DAY) >= now - PROVEN_FOR:
            return None
        many = count + await self._store.waiting(now + _HELD) > BATCH
        return Reason.PACE_PROVING if many else None

    def _held(self, why: Reason, pace: NumberPace, place: int, now: datetime) -> Snooze:
        match why:
            case Reason.HOURS:
                until = now
            case Reason.PACE_STOPPED:
                until = max((pace.since or now) + SLOW_FOR, now + _SOON)
            case _:
                until = now + (_SOON if place < _TRIED else _HELD)
        return Snooze(self._calendar.next_allowed(until), why)

    async def _some_wait(self, pace: NumberPace, rows: Sequence[Claimed], now: datetime) -> Waits:
        """Those for whom the day has no room, and new ones while there may be none."""
        told: Waits = {}
        if pace.no_new(now):
            silent = {row.person_id for row in rows if row.last_inbound_at is None}
            new = silent - await self._store.known(silent)
            until = self._calendar.next_allowed(pace.no_new_until or now + NO_NEW_FOR)
            wait = Snooze(until, Reason.NO_NEW_CHATS)
            told = {row.id: wait for row in rows if row.person_id in new}
        others = [row for row in rows if row.id not in told]
        return told | await self._over_the_day(pace, others, now)

    async def _over_the_day(
        self, pace: NumberPace, rows: Sequence[Claimed], now: datetime
    ) -> Waits:
        reached = dict(await self._store.reached(now - DAY))
        ends = sorted(at + DAY for at in reached.values())
        allowed = pace.allowed(self._calendar.today(now), self._rules.people_a_day)
        room, frees = allowed - len(reached), iter(ends[max(len(ends) - allowed, 0) :])
        told: Waits = {}
        for row in rows:
            if row.person_id in reached:
                continue
            if room > 0:
                room -= 1
                reached[row.person_id] = now
                continue
            until = self._calendar.next_allowed(next(frees, now + DAY))
            told[row.id] = Snooze(until, Reason.PACE_DAY)
        return told

    async def _turn(self, pace: NumberPace, now: datetime) -> datetime:
        """When the next may go: after the gap, and once the network has the last one."""
        turns = [now, pace.next_at or now]
        last = await self._store.last()
        if last and last.is_unheard_of and not (pace.proved_at and pace.proved_at > last.at):
            turns.append(last.at + DEAD_AFTER)
        return max(turns)

    async def _in_line(
        self, rows: Sequence[Claimed], turn: datetime, before: Sequence[Claimed]
    ) -> Waits:
        """One after another; the first as soon as it can be, the others behind whoever waits.

        ``before`` are those that may go now: the first of them opens the gap.
        """
        told: Waits = {}
        at = await self._behind(turn + gap(before[0].id) + _LOOSE) if before else turn
        for place, row in enumerate(rows):
            if place == 1 and not before:
                at = await self._behind(at)
            told[row.id] = Snooze(self._calendar.next_allowed(at), Reason.PACE_TURN)
            at += gap(row.id) + _LOOSE
        return told

    async def _behind(self, at: datetime) -> datetime:
        ends = await self._store.end_of_line()
        return max(at, ends + timedelta(seconds=WIDEST_GAP_S) + _LOOSE) if ends else at


def _in_order(rows: Iterable[Claimed]) -> list[Claimed]:
    return sorted(rows, key=lambda row: (row.is_reminder, row.due_at, row.id))
