"""Shape the ladder: every change says first whom it touches, and may be played on the past."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.domain.calendar import Calendar
from bot.domain.clock import Clock
from bot.domain.errors import Conflict, NotFound, Refusal, Unreadable
from bot.domain.ids import ClientId, PersonId, StepId
from bot.domain.ladder import LAST_STEP_DAYS, Step
from bot.domain.ladder_words import EARLIEST, LATEST
from bot.domain.rehearsal import Letter, foresee, replay, touched
from bot.domain.wording import forms_for
from bot.services.ladder_trail import deed_of
from bot.services.ports.house import Audit
from bot.services.ports.ladder import (
    ChargeHistory,
    Draft,
    LadderStore,
    Rehearsal,
    StepView,
    Touch,
)
from bot.services.ports.plans import PlanStore

STEPS_AT_MOST = 20
_MONTH = timedelta(days=30)
_WEEK_DAYS = 7
_NEW = StepId(0)  # a step that is not written down yet; those that are, are numbered from 1


class Ladders:
    """One transaction's ladder."""

    def __init__(
        self,
        *,
        ladder: LadderStore,
        history: ChargeHistory,
        plans: PlanStore,
        audit: Audit,
        calendar: Calendar,
        clock: Clock,
    ) -> None:
        self._ladder = ladder
        self._history = history
        self._plans = plans
        self._audit = audit
        self._calendar = calendar
        self._clock = clock

    async def steps(self) -> Sequence[StepView]:
        """All of them, the earliest first."""
        return await self._seen(await self._ladder.steps())

    async def step(self, step: StepId) -> StepView:
        """One; a refusal if it was taken out."""
        for view in await self.steps():
            if view.step.id == step:
                return view
        raise NotFound("errors.ladder.gone")

    async def propose(self, draft: Draft) -> Touch:
        """Whom a change would touch today and within a week, and what the last month would say."""
        steps = await self._ladder.steps()
        changed = await self._checked(draft, steps)
        now = self._clock.now()
        today = self._calendar.today(now)
        tonight = self._midnight(today + timedelta(days=1))
        week = self._midnight(today + timedelta(days=_WEEK_DAYS))
        first, last = _reach(today, today + timedelta(days=_WEEK_DAYS), (*steps, *changed))
        owed = await self._history.ahead(first, last)
        freed = await self._history.ahead(first, last, draft.step_id) if draft.step_id else owed
        before = foresee(owed, steps, self._calendar, now, week)
        after = foresee(freed, changed, self._calendar, now, week)
        return Touch(
            today=touched(before, after, tonight),
            week=touched(before, after, week),
            month_before=len(await self._played(steps)),
            month_after=len(await self._played(changed)),
        )

    async def accept(self, draft: Draft, by: PersonId) -> None:
        """Make the change. What has gone out already goes to nobody twice."""
        steps = await self._ladder.steps()
        await self._checked(draft, steps)
        now = self._clock.now()
        old = next((step for step in steps if step.id == draft.step_id), None)
        if draft.step_id is None:
            await self._ladder.add(draft)
        elif old is None:
            await self._ladder.put_back(draft.step_id, draft)
        elif draft.gone:
            await self._ladder.remove(draft.step_id, now)
        else:
            await self._ladder.change(draft.step_id, draft)
            if old.offset_days != draft.offset_days:
                await self._ladder.free(draft.step_id)
        await self._note(old, draft, by)

    async def rehearse(self, draft: Draft | None = None) -> Rehearsal:
        """The last thirty days under the ladder as it is, or as it would be."""
        steps = await self._ladder.steps()
        if draft is not None:
            steps = await self._checked(draft, steps)
        letters = await self._played(steps)
        local = [letter.at.astimezone(self._calendar.zone) for letter in letters]
        days = Counter(at.date() for at in local)
        counts = Counter(letter.step.id for letter in letters)
        views = await self._seen([step for step in steps if step.on])
        return Rehearsal(
            letters=letters,
            clients=len({letter.client_id for letter in letters}),
            by_step=[(view, counts[view.step.id]) for view in views],
            hours=Counter(at.hour for at in local),
            busiest=max(days.items(), key=lambda day: (day[1], day[0]), default=None),
        )

    async def _note(self, old: Step | None, draft: Draft, by: PersonId) -> None:
        plans = {plan.id: plan.name for plan in await self._plans.all(on_sale_only=False)}
        deed, about = deed_of(old, None if draft.gone else _step(draft), plans)
        await self._audit.note(deed, by, self._clock.now(), {"step": draft.step_id, **about})

    async def names(self, clients: Collection[ClientId]) -> Mapping[ClientId, str]:
        """What clients are called."""
        return await self._history.names(clients)

    async def _played(self, steps: Sequence[Step]) -> list[Letter]:
        now = self._clock.now()
        today = self._calendar.today(now)
        first = self._midnight(today - _MONTH)
        earliest, latest = _reach(self._calendar.today(first), today, steps)
        owed = await self._history.past(earliest, latest)
        return replay(owed, steps, self._calendar, first, now)

    async def _checked(self, draft: Draft, steps: Sequence[Step]) -> tuple[Step, ...]:
        """The ladder with the change in it; a refusal if it cannot be."""
        others = [step for step in steps if step.id != draft.step_id]
        there = draft.step_id is None or len(others) < len(steps)
        if there == draft.back:
            raise NotFound("errors.ladder.gone")
        if draft.gone:
            return tuple(others)
        if any((s.offset_days, s.plan_id) == (draft.offset_days, draft.plan_id) for s in others):
            raise Conflict("errors.ladder.taken", field="days")
        if not EARLIEST <= draft.offset_days <= LATEST:
            raise Unreadable("errors.ladder.far", before=-EARLIEST, after=LATEST)
        if draft.template not in forms_for(draft.offset_days):
            raise Unreadable("errors.ladder.wording")
        if draft.plan_id is not None and await self._plans.get(draft.plan_id) is None:
            raise NotFound("errors.plan.gone")
        if len(others) >= STEPS_AT_MOST:
            raise Refusal("errors.ladder.too_many", most=STEPS_AT_MOST)
        return (*others, _step(draft))

    async def _seen(self, steps: Sequence[Step]) -> Sequence[StepView]:
        plans = {plan.id: plan.name for plan in await self._plans.all(on_sale_only=False)}
        ordered = sorted(steps, key=lambda step: (step.offset_days, step.plan_id or 0))
        return [
            StepView(step, plans.get(step.plan_id) if step.plan_id else None) for step in ordered
        ]

    def _midnight(self, day: date) -> datetime:
        return self._calendar.at(day, time.min)


def fitting(draft: Draft) -> Draft:
    """The same with words that are true on its day."""
    forms = forms_for(draft.offset_days)
    return draft if draft.template in forms else replace(draft, template=forms[0])


def _step(draft: Draft) -> Step:
    return Step(
        draft.step_id or _NEW,
        draft.offset_days,
        draft.at,
        draft.template,
        draft.plan_id,
        draft.channel,
        draft.on,
    )


def _reach(first: date, last: date, steps: Sequence[Step]) -> tuple[date, date]:
    """The due dates whose steps may go out in a range of days."""
    offsets = [step.offset_days for step in steps] or [0]
    late = timedelta(days=max(offsets) + LAST_STEP_DAYS)
    return first - late, last - timedelta(days=min(offsets))
