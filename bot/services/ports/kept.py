"""Answers that are kept for a while, and what must not have changed for them to be given again."""

from enum import StrEnum
from typing import Protocol, TypeVar

from bot.resilience.cache import Kind, Load

T = TypeVar("T")

SETTINGS_S, CLIENTS_S, FIGURES_S, STATUS_S = 3600, 300, 120, 30


class Subject(StrEnum):
    """What changes together, as far as kept answers care."""

    MONEY = "money"  # charges, payments, and what is still to be charged
    CLIENTS = "clients"
    CLAIMS = "claims"
    PLANS = "plans"
    HOUSE = "house"
    LADDER = "ladder"
    CHANNELS = "channels"  # their troubles and pauses; not when they were last heard
    TEMPLATES = "templates"


class Kept(Protocol):
    """What was read before, as long as it is what would be read now."""

    async def get(self, kind: Kind[T], key: str, load: Load[T]) -> T:
        """The kept answer to ``key``, else what ``load`` brings.

        ``key`` names everything else that the answer depends on: the day, the filter, the page.
        ``load`` reads nothing but what the kind rests on, and what may be as old as its time.
        """
        ...


class Fresh:
    """Keeps nothing."""

    async def get(self, kind: Kind[T], key: str, load: Load[T]) -> T:
        """See ``Kept``."""
        del kind, key
        return await load()


FRESH = Fresh()
