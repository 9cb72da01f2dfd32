"""Shaping the ladder: a change before it is made, whom it would touch, and what it would send."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Protocol

from bot.domain.ids import ClientId, PlanId, StepId
from bot.domain.ladder import Step
from bot.domain.message import ChannelName
from bot.domain.rehearsal import Letter, Owed


@dataclass(frozen=True, slots=True)
class Draft:
    """A step as it would be; without a ``step_id`` a new one. ``gone``: taken out for good.

    ``back``: it was taken out, and comes back; who had its reminder is not sent it again.
    """

    step_id: StepId | None
    offset_days: int
    at: time
    template: str
    plan_id: PlanId | None = None
    channel: ChannelName | None = None
    on: bool = True
    gone: bool = False
    back: bool = False

    @classmethod
    def of(cls, step: Step, **changes: Any) -> "Draft":
        """A step as it is, but for the changes."""
        now = {
            "offset_days": step.offset_days,
            "at": step.at,
            "template": step.template,
            "plan_id": step.plan_id,
            "channel": step.channel,
            "on": step.on,
        }
        return cls(step.id, **{**now, **changes})


@dataclass(frozen=True, slots=True)
class StepView:
    """A step and the name of the plan it is for, if it is for one only."""

    step: Step
    plan: str | None = None


@dataclass(frozen=True, slots=True)
class Touch:
    """What a change would do: for how many clients, and messages of the last month both ways."""

    today: int
    week: int
    month_before: int
    month_after: int


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The last days, played under a ladder. ``hours`` are of the business's own clock."""

    letters: Sequence[Letter]
    clients: int
    by_step: Sequence[tuple[StepView, int]]
    hours: Mapping[int, int]
    busiest: tuple[date, int] | None


class LadderStore(Protocol):
    """The steps of the ladder."""

    async def steps(self) -> tuple[Step, ...]:
        """All that were not taken out, the earliest first."""
        ...

    async def add(self, draft: Draft) -> StepId:
        """One more."""
        ...

    async def change(self, step: StepId, draft: Draft) -> None:
        """Write a step anew."""
        ...

    async def remove(self, step: StepId, now: datetime) -> None:
        """Take it out; what was sent for it is kept."""
        ...

    async def put_back(self, step: StepId, draft: Draft) -> None:
        """One that was taken out, with all that was sent for it; one that never was is new."""
        ...

    async def free(self, step: StepId) -> None:
        """Forget whose step it was overtaken for: it has another day now, which may be ahead."""
        ...


class ChargeHistory(Protocol):
    """Charges as a rehearsal needs them, a set at a time."""

    async def past(self, first_due: date, last_due: date) -> Sequence[Owed]:
        """Every charge due in the range that was to be reminded of, and when that ended."""
        ...

    async def ahead(
        self, first_due: date, last_due: date, freed: StepId | None = None
    ) -> Sequence[Owed]:
        """What may be reminded of now, with the steps done; but not those ``freed`` from one."""
        ...

    async def names(self, clients: Collection[ClientId]) -> Mapping[ClientId, str]:
        """What they are called."""
        ...
