"""The services of a number that has to be treated with care, over one open transaction."""

from dataclasses import dataclass

from bot.domain.calendar import Calendar
from bot.domain.clock import Clock
from bot.services.pace_desk import PaceDesk
from bot.services.pace_watch import PaceWatch
from bot.services.pacing import Pacing
from bot.services.ports.house import BusinessView
from bot.services.ports.post import Post
from bot.storage.unit_of_work import Unit


@dataclass(frozen=True, slots=True)
class CarefulNumber:
    """What each of them needs."""

    unit: Unit
    house: BusinessView
    calendar: Calendar
    post: Post
    clock: Clock

    @property
    def pacing(self) -> Pacing:
        """Whom it may write to now."""
        return Pacing(
            store=self.unit.number_paces,
            states=self.unit.channel_states,
            rules=self.house.rules,
            calendar=self.calendar,
            clock=self.clock,
        )

    @property
    def watch(self) -> PaceWatch:
        """How it is received."""
        return PaceWatch(
            store=self.unit.number_paces,
            states=self.unit.channel_states,
            post=self.post,
            calendar=self.calendar,
            clock=self.clock,
        )

    @property
    def desk(self) -> PaceDesk:
        """What the house sees of it."""
        return PaceDesk(
            store=self.unit.number_paces,
            audit=self.unit.audit,
            rules=self.house.rules,
            calendar=self.calendar,
            clock=self.clock,
        )
