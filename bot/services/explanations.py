"""Why a client did or did not get a message, and what comes next: the trace of what was decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.calendar import Calendar
from bot.domain.clock import Clock
from bot.domain.contact import WEEK, ContactRules, Held
from bot.domain.ladder import Opening, Step, openings
from bot.domain.reasons import Reason
from bot.services.ports.clients import ChargeLine, ClientCard
from bot.services.ports.contact import Contacts
from bot.services.ports.delivery import ChannelStates, ChannelView
from bot.services.ports.reminders import Ladder
from bot.services.ports.why import Trace, TraceLine

DAYS = 14
_MOST = 20  # lines; more would not be read


@dataclass(frozen=True, slots=True)
class Coming:
    """The next reminder: of what falls due when, which step, from when on."""

    due_on: date
    step: Step
    at: datetime


@dataclass(frozen=True, slots=True)
class Explained:
    """One client's trace, the earliest first, what comes next, and what holds it back now."""

    lines: Sequence[TraceLine]
    coming: Coming | None
    held: Held | None = None
    stopped: Reason | None = None  # for no known time
    shut: Sequence[ChannelView] = ()  # chats that nothing leaves over, and a reminder waits for


class Explanations:
    """One transaction's look at what was written down."""

    def __init__(
        self,
        *,
        trace: Trace,
        ladder: Ladder,
        contacts: Contacts,
        states: ChannelStates,
        rules: ContactRules,
        calendar: Calendar,
        clock: Clock,
    ) -> None:
        self._trace = trace
        self._ladder = ladder
        self._contacts = contacts
        self._states = states
        self._rules = rules
        self._calendar = calendar
        self._clock = clock

    async def of(self, card: ClientCard) -> Explained:
        """What was decided about somebody in the last days, and what will be."""
        now = self._clock.now()
        since = now - timedelta(days=DAYS)
        lines = await self._trace.lines(card.id, card.person_id, since, _MOST)
        return Explained(
            lines=list(reversed(lines)),
            coming=await self._coming(card, now),
            held=await self._held(card, now),
            stopped=_stopped(card),
            shut=await self._shut(card, now),
        )

    async def _shut(self, card: ClientCard, now: datetime) -> Sequence[ChannelView]:
        waits = await self._trace.waits_over(card.person_id)
        views = await self._states.all() if waits else {}
        here = [views[channel] for channel in sorted(waits) if channel in views]
        return [view for view in here if view.keeps_back(now)]

    async def _coming(self, card: ClientCard, now: datetime) -> Coming | None:
        steps = await self._ladder.steps()
        done = await self._trace.done([charge.id for charge in card.charges])
        plan = card.subscription.plan_id
        found = [
            Coming(charge.due_on, opening.step, max(opening.opens_at, now))
            for charge in card.charges
            for opening in openings(charge.due_on, steps, self._calendar, plan)
            if _may_come(charge, opening, now) and (charge.id, opening.step.id) not in done
        ]
        if not card.charges and card.next_due:
            every = openings(card.next_due, steps, self._calendar, plan)
            found = [Coming(card.next_due, every[0].step, every[0].opens_at)] if every else []
        return min(found, key=lambda coming: coming.at, default=None)

    async def _held(self, card: ClientCard, now: datetime) -> Held | None:
        """By what was said of their days, or by what they heard lately."""
        today = self._calendar.today(now)
        starts = await self._contacts.starts([card.person_id], now - WEEK)
        rests = [self._rules.held(starts.get(card.person_id, ()), now)]
        if card.promised_on and card.promised_on >= today:
            rests.append(Held(self._morning(card.promised_on + timedelta(1)), Reason.PROMISED))
        if card.not_before and card.not_before > today:
            rests.append(Held(self._morning(card.not_before), Reason.NOT_BEFORE))
        return max((rest for rest in rests if rest), key=lambda rest: rest.until, default=None)

    def _morning(self, day: date) -> datetime:
        return self._calendar.next_allowed(self._calendar.at(day, datetime.min.time()))


def _may_come(charge: ChargeLine, opening: Opening, now: datetime) -> bool:
    return charge.reminded and opening.closes_at > now and opening.opens_at < opening.closes_at


def _stopped(card: ClientCard) -> Reason | None:
    """What keeps reminders back until somebody does something about it."""
    stops = (
        (card.opted_out, Reason.OPTED_OUT),
        (card.subscription.standing == "paused", Reason.PAUSED),
        (card.subscription.standing == "cancelled", Reason.GONE),
        (card.claimed, Reason.CLAIMED),
        (card.unreachable, Reason.UNREACHABLE),
        (bool(card.charges) and card.unreminded == len(card.charges), Reason.ARRIVED_LATE),
    )
    return next((reason for stops_them, reason in stops if stops_them), None)
