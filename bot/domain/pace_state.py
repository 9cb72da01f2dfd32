"""How a number stands that has to be treated with care, and what changes it."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.domain.ids import OutboxId
from bot.domain.number_pace import (
    DEAD_AFTER,
    Level,
    Start,
    allowed,
)
from bot.domain.reasons import Reason

PROVEN_FOR = timedelta(hours=2)  # something arrived so lately: the session lives
_AN_HOUR = timedelta(hours=1)
SETTLES = timedelta(seconds=15)  # a session that was restarted
PROVED_WITHIN = timedelta(minutes=1)
ASKED_AGAIN = timedelta(minutes=10)
BATCH = 5  # so many may leave after a silence without a proof first
NO_NEW_FOR = timedelta(hours=24)
SLOWED = "slowed:"
STAYS_DEAD = "pace.stays_dead"
PROBED = "probed"  # somebody was written to since, to see whether it lives again
WHOLE = frozenset({Reason.PACE_UNPROVEN.value, Reason.PACE_DEAD.value})
HOLDS = WHOLE | {Reason.PACE_PROVING.value}


@dataclass(frozen=True, slots=True)
class NumberPace:
    """What is remembered of the number.

    ``warmed``: days on which it started chats, ``last_day`` being the last. ``next_at``: nobody
    new before. ``level`` has stood since ``since``, because of ``why``; ``lost`` ``out_of`` so many
    starts did not arrive then, or were not answered. ``held_why``: nothing is started at all,
    since ``held_at``. ``proved_at``: somebody of the house said that it is well. ``told``: what
    the house was told of and still holds.
    """

    warmed: int = 0
    last_day: date | None = None
    next_at: datetime | None = None
    level: Level = Level.FULL
    why: str = ""
    lost: int = 0
    out_of: int = 0
    since: datetime | None = None
    no_new_until: datetime | None = None
    held_why: str = ""
    held_at: datetime | None = None
    canary: OutboxId | None = None
    canary_at: datetime | None = None
    proved_at: datetime | None = None
    told: str = ""

    def day(self, today: date) -> int:
        """Which day of starting this is, or would be; from 1."""
        return self.warmed + (self.last_day != today)

    def allowed(self, today: date, wished: int | None = None) -> int:
        """How many people may be written to first today."""
        return allowed(max(self.day(today), 1), self.level, wished)

    def no_new(self, now: datetime) -> bool:
        """Whether only those go on who have a chat with us already."""
        return self.no_new_until is not None and now < self.no_new_until

    def started(self, today: date, again_at: datetime) -> "NumberPace":
        """Once somebody was written to: nobody else before ``again_at``."""
        return replace(self, warmed=self.day(today), last_day=today, next_at=again_at)

    def held(self, why: Reason, now: datetime) -> "NumberPace":
        """Nothing is started until that is over."""
        return replace(self, held_why=why, held_at=now)

    def released(self) -> "NumberPace":
        """It goes on."""
        return replace(self, held_why="", held_at=None, canary=None, canary_at=None)

    def begun_anew(self, now: datetime) -> "NumberPace":
        """For another number; a lock on new chats is kept, for we cannot tell whose it was."""
        return NumberPace(since=now, no_new_until=self.no_new_until, told=self.told)

    def situations(self, now: datetime) -> frozenset[str]:
        """What the house should know of, by names; none if all is well."""
        held = self.held_why if self.held_why in WHOLE else ""
        no_new = Reason.NO_NEW_CHATS.value if self.no_new(now) else ""
        slowed = f"{SLOWED}{self.level:d}" if self.level is not Level.FULL else ""
        return frozenset(filter(None, (held, no_new, slowed)))


def is_dead(pace: NumberPace, last: Start | None, heard_at: datetime | None, now: datetime) -> bool:
    """Whether the session only pretends to be open.

    What left ``last`` is unheard of, and nothing was heard since of anything that left.
    """
    if last is None or not last.is_unheard_of or now - last.at < DEAD_AFTER:
        return False
    if pace.proved_at and pace.proved_at > last.at:
        return False
    return heard_at is None or heard_at < last.at


def patience(pace: NumberPace, now: datetime) -> timedelta:
    """How long until a phone is tried again: a phone may be off all day."""
    fresh = pace.held_at is None or now - pace.held_at < _AN_HOUR
    return ASKED_AGAIN if fresh else _AN_HOUR


def settling(pace: NumberPace) -> timedelta:
    """How long nothing is tried: a dead session is being restarted, or linked anew."""
    if pace.held_why != Reason.PACE_DEAD:
        return timedelta()
    return ASKED_AGAIN if {STAYS_DEAD, PROBED} & set(pace.told.split()) else SETTLES
