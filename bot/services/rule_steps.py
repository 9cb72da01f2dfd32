"""From one ladder to another, step by step, so that each change is one that a person could make."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from bot.domain.ids import PlanId, StepId
from bot.domain.ladder import Step
from bot.domain.ladder_words import shown_offset
from bot.domain.rule_book import NEW
from bot.domain.text import Text, plain, t
from bot.services.ports.ladder import Draft


class StepMoves:
    """The drafts that lead from ``now`` to ``then``."""

    def __init__(
        self, now: Sequence[Step], then: Sequence[Step], plans: Mapping[PlanId, str]
    ) -> None:
        self._now = {step.id: step for step in now}
        self._then = then
        self._plans = plans

    def drafts(self) -> Iterator[Draft]:
        """What goes comes first: it may stand where another wants to.

        Two steps that change places would wait for each other: those that move to a day that is
        taken are taken out and come back; a step that comes back is the one that it was.
        """
        kept = {step.id for step in self._then}
        for step in self._now.values():
            if step.id not in kept:
                yield Draft.of(step, gone=True)
        crossing = self._crossing()
        for step in crossing:
            yield Draft.of(self._now[step.id], gone=True)
        for step in self._then:
            was = self._now.get(step.id) if step.id != NEW else None
            if step.id == NEW:
                yield _new(step)
            elif was is None or step in crossing:
                yield Draft.of(step, back=True)
            elif was != step:
                yield Draft.of(step)

    def home_again(self, there: Collection[StepId]) -> Iterator[Draft]:
        """As they were: those that were taken out to come back elsewhere, and could not."""
        for step in self._crossing():
            if step.id not in there:
                yield Draft.of(self._now[step.id], back=True)

    def called(self, draft: Draft) -> Text:
        """A step by its day and its plan."""
        day = shown_offset(draft.offset_days)
        if draft.plan_id is None:
            return t("versions.a_step", day=day)
        plan = plain(self._plans.get(draft.plan_id, str(draft.plan_id)))
        return t("versions.a_step_of_plan", day=day, plan=plan)

    def _crossing(self) -> list[Step]:
        """Those who move to where another stands now, who moves as well."""
        moving = {
            _place(was): step.id
            for step in self._then
            if (was := self._now.get(step.id)) and _place(was) != _place(step)
        }
        return [
            step
            for step in self._then
            if step.id in moving.values() and moving.get(_place(step), step.id) != step.id
        ]


def _place(step: Step) -> tuple[int, int | None]:
    return step.offset_days, step.plan_id


def _new(step: Step) -> Draft:
    return Draft(
        None, step.offset_days, step.at, step.template, step.plan_id, step.channel, step.on
    )
