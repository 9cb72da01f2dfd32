"""The rules of contact: how often, to how many and how fast the business starts to write.

Hours, closed days and holidays are the calendar's. What a person asked for, or what somebody of
the house sends by hand, is bound by the network's own limits only (decision 0021).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.reasons import Reason

WEEK = timedelta(days=7)
DAY = timedelta(hours=24)  # the network's day moves along with the clock
MINUTE = timedelta(minutes=1)
FIRST_LIMIT = 250  # people a day, of a number that WhatsApp does not know yet
NO_LIMIT = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Held:
    """A message that must wait: until when at least, and by which rule."""

    until: datetime
    reason: Reason


@dataclass(frozen=True, slots=True)
class ContactRules:
    """What the owner may change. ``people_a_day`` none: as many as the number is allowed.

    ``gap_hours`` lie between two reminders to one person, ``per_week`` of them go within seven
    days, whatever the number of charges. ``per_minute`` zero: as fast as the chat takes them.
    """

    gap_hours: int = 20
    per_week: int = 3
    people_a_day: int | None = None
    per_minute: int = 30
    unheard_hours: int = 24  # without a word of its arrival, a message is told of; zero: never
    other_chat: bool = True  # and goes once over the client's other chat, where there is one
    similar_words: bool = True  # another true text goes where one may not be sent; else it waits

    @property
    def gap(self) -> timedelta:
        """The least time between two reminders to one person."""
        return timedelta(hours=self.gap_hours)

    def day_limit(self, number_allows: int | None) -> int:
        """How many people may be written to first within a day; ``number_allows`` if known."""
        allowed = FIRST_LIMIT if number_allows is None else number_allows
        if self.people_a_day is None:
            return allowed
        return self.people_a_day if number_allows is None else min(self.people_a_day, allowed)

    def held(self, starts: Sequence[datetime], now: datetime) -> Held | None:
        """Whether somebody whom we reminded at these instants has to be left alone now."""
        last = max(starts, default=None)
        rests = [Held(last + self.gap, Reason.GAP)] if last and last > now - self.gap else []
        week = sorted(start for start in starts if start > now - WEEK)
        if len(week) >= self.per_week:
            # The one that has to leave the week, so that there is room for another.
            rests.append(Held(week[-self.per_week] + WEEK, Reason.WEEK))
        return max(rests, key=lambda held: held.until, default=None)


@dataclass(frozen=True, slots=True)
class Slot:
    """So many reminders may leave at this instant."""

    at: datetime
    room: int


def slots(
    now: datetime,
    closes_at: datetime,
    per_minute: int,
    taken: Sequence[tuple[datetime, int]],
    most: int,
) -> tuple[Slot, ...]:
    """When up to ``most`` reminders may leave from now until the business closes, in order.

    ``taken`` tells when others leave or have left since a minute ago, and how many; whoever
    comes late queues up behind them.
    """
    if not per_minute:
        return (Slot(now, most),)
    ahead = [(at, number) for at, number in taken if at > now]
    at = max((at for at, _ in ahead), default=now)
    room = per_minute - sum(number for when, number in taken if at - MINUTE < when <= at)
    found: list[Slot] = []
    while most > 0 and at < closes_at:
        if room > 0:
            found.append(Slot(at, min(room, most)))
            most -= room
        at, room = at + MINUTE, per_minute
    return tuple(found)


def allowed_by(tier: str) -> int | None:
    """How many people a day a tier means (``TIER_250``, ``TIER_2K``, ``TIER_UNLIMITED``)."""
    said = tier.upper().removeprefix("TIER_")
    if said in {"UNLIMITED", "-1"}:
        return NO_LIMIT
    number = said.removesuffix("K")
    if not number.isdecimal():
        return None
    return min(int(number) * (1000 if said.endswith("K") else 1), NO_LIMIT)
