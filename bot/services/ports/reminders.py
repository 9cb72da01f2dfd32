"""What reminding needs: the ladder, the plan of what is due, and what each notice is about."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.domain.contact import ContactRules
from bot.domain.ids import ChargeId, ClientId, OutboxId, PersonId, PlanId, StepId
from bot.domain.ladder import Due, Step
from bot.domain.message import ChannelName
from bot.domain.money import Money
from bot.domain.reasons import Reason


class ReminderHold(Protocol):
    """Keeping back reminders that have lost their reason."""

    async def drop_moot(self, person: PersonId, now: datetime, reason: str) -> int:
        """Cancel a person's waiting reminders none of whose charges may still be reminded."""
        ...

    async def drop_all(self, person: PersonId, now: datetime, reason: str) -> int:
        """Cancel all of a person's waiting reminders; steps that never left are free again."""
        ...


class Ladder(Protocol):
    """The steps of the ladder."""

    async def steps(self) -> tuple[Step, ...]:
        """All of them, the earliest first."""
        ...

    async def seed(self) -> None:
        """Put up the first ladder, where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Bounds:
    """Within what a plan has to stay: the business's day and its end, its rules of contact."""

    today: date
    closes_at: datetime
    rules: ContactRules


class Planner(Protocol):
    """Turning due steps into rows of the outbox."""

    async def plan(
        self,
        dues: Sequence[Due],
        channels: Collection[ChannelName],
        now: datetime,
        bounds: Bounds,
    ) -> int:
        """One notice a person for all that is due and not done; how many. More may be left.

        With the last ones, whatever a rule keeps back is written down with the rule's name.
        """
        ...

    async def keep_back(
        self,
        dues: Sequence[Due],
        channels: Collection[ChannelName],
        now: datetime,
        bounds: Bounds,
        reason: Reason,
    ) -> None:
        """Write down that nobody is written to now, and why."""
        ...


@dataclass(frozen=True, slots=True)
class Line:
    """One charge in a notice, as it stands now. ``wanted``: it may still be reminded of.

    Without a step somebody of the house asked for it by hand. ``txid`` names it in a Pix code.
    """

    id: int
    charge_id: ChargeId
    step_id: StepId | None
    due_on: date
    left: Money
    wanted: bool
    plan_id: PlanId | None = None
    txid: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a reminder is about."""

    client_id: ClientId
    name: str
    lines: tuple[Line, ...]


class Sheets(Protocol):
    """What notices are about, read and closed in bulk."""

    async def load(self, ids: Collection[OutboxId], today: date) -> Mapping[OutboxId, Sheet]:
        """The planned lines of these rows; a row without any is left out."""
        ...

    async def followed(self, ids: Collection[OutboxId]) -> Collection[int]:
        """Those of their lines whose charges a younger message is about, or will be."""
        ...

    async def close(self, lines: Collection[int], state: str) -> None:
        """Take lines out: ``dropped`` ones may be planned again, ``overtaken`` ones not."""
        ...

    async def issue(
        self, people: Sequence[PersonId], deeds: Sequence[str], now: datetime
    ) -> Mapping[PersonId, Sequence[str]]:
        """Tickets for the same buttons on everybody's notice, in the buttons' order."""
        ...
