"""Weigh what became of a number's last starts: what slows it down, and when it goes faster."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from bot.domain.delivery import State
from bot.domain.number_pace import (
    ANSWERS_OF,
    LOOKED_AT,
    SLOW_FOR,
    Level,
    Start,
    count_lost,
    level_after,
    unanswered,
)
from bot.domain.pace_state import NO_NEW_FOR, NumberPace
from bot.domain.reasons import Reason

# What stops the whole chat, and how slowly it goes on when that is mended. By the last part of
# the reason's name.
SEVERE: Mapping[str, Level] = MappingProxyType(
    {
        "banned": Level.STOP,
        "logged_out": Level.QUARTER,
        "replaced": Level.HALF,  # opened elsewhere
    }
)
_TIME_LOCK = "time_lock"
_TOLD_EVERY = timedelta(minutes=1)


def weighed(
    pace: NumberPace,
    starts: Sequence[Start],
    now: datetime,
    trouble: str = "",
    aged: Sequence[Start] = (),
) -> NumberPace:
    """How it stands once its last starts, the newest first, and the chat's trouble are seen.

    ``aged``: older ones, to see whether people answer.
    """
    pace = _lock_seen(pace, starts, now)
    severe = SEVERE.get(_kind(trouble))
    if severe is not None:
        return _stopped(pace, severe, trouble, now)
    gone = [start for start in starts if start.state is not State.WAITING]
    fresh = [start for start in gone if pace.since is None or start.at > pace.since][:LOOKED_AT]
    level = level_after(pace.level, fresh, now)
    if level is not pace.level:
        return replace(
            pace,
            level=level,
            why=Reason.PACE_LOST,
            lost=count_lost(fresh, now),
            out_of=len(fresh),
            since=now,
        )
    return _silence_seen(pace, aged, now) or _recovered(pace, now)


def is_locked_out(start: Start) -> bool:
    """Whether WhatsApp said that the number starts no new chats: a session that says so lives."""
    return _kind(start.reason) == _TIME_LOCK


def _lock_seen(pace: NumberPace, starts: Sequence[Start], now: datetime) -> NumberPace:
    """WhatsApp lets the number start no new chats for a while."""
    seen_at = pace.no_new_until - NO_NEW_FOR if pace.no_new_until else None
    locked = any(
        is_locked_out(start) and (seen_at is None or start.at > seen_at) for start in starts
    )
    if locked:
        return replace(pace, no_new_until=now + NO_NEW_FOR)
    if pace.no_new_until and now >= pace.no_new_until + NO_NEW_FOR:
        return replace(pace, no_new_until=None)
    return pace


def _silence_seen(pace: NumberPace, aged: Sequence[Start], now: datetime) -> NumberPace | None:
    """A level slower if hardly anybody answers, each silence once; nobody is stopped for it."""
    silent = unanswered([each for each in aged if pace.since is None or each.at > pace.since])
    if not silent or pace.level >= Level.QUARTER:
        return None
    level, why = pace.level.slower, Reason.PACE_SILENT
    return replace(pace, level=level, why=why, lost=silent, out_of=ANSWERS_OF, since=now)


def _stopped(pace: NumberPace, severe: Level, trouble: str, now: datetime) -> NumberPace:
    """As long as it lasts, the time of going slowly does not begin."""
    level = max(pace.level, severe)
    lately = pace.since is not None and now - pace.since < _TOLD_EVERY
    if pace.level is level and pace.why == trouble and lately:
        return pace
    return replace(pace, level=level, why=trouble, lost=0, out_of=0, since=now)


def _recovered(pace: NumberPace, now: datetime) -> NumberPace:
    """A level faster, once a day has been well."""
    if pace.level is Level.FULL or pace.since is None or now - pace.since < SLOW_FOR:
        return pace
    level = pace.level.faster
    if level is Level.FULL:
        return replace(pace, level=level, why="", lost=0, out_of=0, since=now)
    return replace(pace, level=level, since=now)


def _kind(reason: str) -> str:
    """The last part of a gateway's word for what is wrong."""
    return reason.rpartition(".")[2]
