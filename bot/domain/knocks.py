"""Who knocks at the door without belonging here: wrong codes, and words of strangers.

A code has 49 random bits; what stands here is for codes that an owner chose, and so that a flood
neither guesses nor fills what leaves. Nobody is ever shut out for good: an address that has not
tried before is always heard at once, whatever others do, and any other after an hour at most.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple


class Knock(StrEnum):
    """What is counted; the value is stored."""

    WRONG_CODE = "code"
    STRANGER_ANSWERED = "stranger"


REMEMBERED_FOR = timedelta(hours=24)
FREE = 10  # wrong codes before there is a wait: people mistype, and greet before they begin
FREE_UNDER_ATTACK = 2
MANY = 100  # wrong codes of all strangers within PRESSED_FOR: somebody tries them out
PRESSED_FOR = timedelta(hours=1)
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=1)
_DOUBLINGS = 6  # until the longest is reached

ANSWERED_A_DAY = 20  # to one stranger
ANSWERED_AN_HOUR = 300  # to all of them together


class Knocked(NamedTuple):
    """How often somebody knocked of late, and when they last did."""

    times: int
    last: datetime | None


def wait_of(theirs: Knocked, now: datetime, *, pressed: bool) -> timedelta:
    """How long they must wait until their next code is looked at; nothing if it is now.

    ``pressed``: very many wrong codes come in from everywhere; then the waits begin earlier.
    """
    over = theirs.times - (FREE_UNDER_ATTACK if pressed else FREE)
    if over < 0 or theirs.last is None:
        return timedelta()
    wait = min(_FIRST_WAIT * (1 << min(over, _DOUBLINGS)), _LONGEST_WAIT)
    # A clock that was put back must make nobody wait for longer than that.
    return max(timedelta(), min(theirs.last + wait - now, wait))
