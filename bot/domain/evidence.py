"""What is done about a message of which nobody knows whether it left (decision 0005)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from bot.domain.message import ChannelName

# Longer than a request takes, and short enough for others to take over within a minute.
LEASE = timedelta(seconds=45)

# These tell us afterwards what became of a message, by our own id.
REPORTING = frozenset({ChannelName.WHATSAPP})

_GRACE: Mapping[bool, timedelta] = MappingProxyType(
    # Whoever cannot hear evidence waits only for the request that may still be under way.
    {True: timedelta(minutes=10), False: timedelta(seconds=20)}
)
_LONGEST = timedelta(days=1)  # nothing was heard for so long: a person must decide
_MOST_RESENDS: Mapping[bool, int] = MappingProxyType({True: 1, False: 3})


class Doubt(StrEnum):
    """What becomes of an uncertain message when its grace is over."""

    WAIT = "wait"
    AGAIN = "again"
    GIVE_UP = "give_up"


def grace(channel: ChannelName) -> timedelta:
    """How long evidence is waited for."""
    return _GRACE[channel in REPORTING]


def after_grace(
    channel: ChannelName,
    kind: str,
    resends: int,
    *,
    left_at: datetime,
    heard_at: datetime | None,
    now: datetime,
) -> Doubt:
    """Resend, give up or wait on.

    Where evidence is possible, silence counts only if other news came since (``heard_at``). Where
    it is not, a repeated word beats a lost one, except for reminders: nobody is dunned twice.
    """
    reporting = channel in REPORTING
    if not reporting and kind == "reminder":
        return Doubt.GIVE_UP
    if resends >= _MOST_RESENDS[reporting] or now - left_at > _LONGEST:
        return Doubt.GIVE_UP
    if reporting and (heard_at is None or heard_at <= left_at):
        return Doubt.WAIT
    return Doubt.AGAIN
