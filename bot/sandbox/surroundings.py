"""What both networks stand on."""

from dataclasses import dataclass, field

from bot.sandbox.clock import Agenda, SandboxClock
from bot.sandbox.courier import Courier
from bot.sandbox.faults import Faults
from bot.sandbox.news import News


@dataclass(frozen=True, slots=True)
class Surroundings:
    """One time, one courier, one list of troubles for the whole box."""

    clock: SandboxClock
    agenda: Agenda
    news: News = field(default_factory=News)
    courier: Courier = field(default_factory=Courier)
    faults: Faults = field(default_factory=Faults)


def surroundings() -> Surroundings:
    """Fresh ones."""
    clock = SandboxClock()
    return Surroundings(clock, Agenda(clock))
