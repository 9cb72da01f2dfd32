"""Every error number of WhatsApp's we know, and what each asks of us.

The numbers, not the HTTP status, decide: the same number comes with different ones, and in a
webhook with none.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto

from bot.channels.whatsapp.reasons import Reason


class Reaction(Enum):
    """What to do about an error."""

    RETRY = auto()  # with backoff, a few times
    SLOW_ALL = auto()  # the whole number must go slower
    SLOW_PERSON = auto()  # only this person is written to too fast
    LATER = auto()  # a day or more later, never sooner: hammering makes it worse
    SNOOZE = auto()  # nobody's attempt: it waits for something else to happen
    TEMPLATE = auto()  # free words may not go now; a template may
    DROP = auto()  # it will never go as it is
    DEAD = auto()  # and nothing else will reach this person either
    STOP = auto()  # nothing of this account's goes until a person mends it


@dataclass(frozen=True, slots=True)
class Ruling:
    """What one number means. ``after`` is the least wait, where one is known."""

    reaction: Reaction
    reason: Reason
    after: timedelta | None = None


_PAIR = timedelta(seconds=6)  # one message in six seconds to the same person
_MINUTE = timedelta(minutes=1)
_TOKEN = timedelta(minutes=10)  # how long a stopped account rests before it is tried again
_HOUR = timedelta(hours=1)
_DAY = timedelta(hours=24)

_LOOK = timedelta(minutes=10)  # then another form goes, if there is one
_RETRY = Ruling(Reaction.RETRY, Reason.UNAVAILABLE)
_RESTING = Ruling(Reaction.RETRY, Reason.UNAVAILABLE, _MINUTE)
_THROTTLED = Ruling(Reaction.SLOW_ALL, Reason.THROTTLED)
_CALLS = Ruling(Reaction.SLOW_ALL, Reason.THROTTLED, _MINUTE)
_REFUSED = Ruling(Reaction.DROP, Reason.REFUSED)
_SET_UP = Ruling(Reaction.DROP, Reason.SET_UP_REFUSED)
_PERMISSION = Ruling(Reaction.STOP, Reason.PERMISSION, _TOKEN)
_TEMPLATE_REFUSED = Ruling(Reaction.DROP, Reason.TEMPLATE_REFUSED)

UNKNOWN_FAULT = _RETRY
UNKNOWN_REFUSAL = _REFUSED
NO_SUCH_OBJECT = Ruling(Reaction.STOP, Reason.NUMBER_WRONG, _TOKEN)

RULINGS = {
    0: Ruling(Reaction.STOP, Reason.TOKEN_WRONG, _TOKEN),
    1: _RETRY,
    2: _RETRY,
    3: _PERMISSION,
    4: _CALLS,
    10: _PERMISSION,
    33: NO_SUCH_OBJECT,
    100: _REFUSED,
    190: Ruling(Reaction.STOP, Reason.TOKEN_WRONG, _TOKEN),
    368: Ruling(Reaction.STOP, Reason.POLICY, _HOUR),
    80007: _CALLS,
    130403: Ruling(Reaction.DEAD, Reason.BLOCKED_BY_US),
    130429: _THROTTLED,
    130472: Ruling(Reaction.DROP, Reason.KEPT_BACK),
    130497: Ruling(Reaction.DEAD, Reason.COUNTRY),
    131000: _RETRY,
    131005: _PERMISSION,
    131008: _REFUSED,
    131009: _REFUSED,
    131016: _RETRY,
    131021: Ruling(Reaction.DEAD, Reason.OWN_NUMBER),
    131026: Ruling(Reaction.DEAD, Reason.UNREACHABLE),
    131030: Ruling(Reaction.DROP, Reason.NOT_ON_TEST_LIST),
    131031: Ruling(Reaction.STOP, Reason.ACCOUNT_LOCKED, _HOUR),
    131037: Ruling(Reaction.STOP, Reason.NAME_NOT_APPROVED, _HOUR),
    131042: Ruling(Reaction.STOP, Reason.BILLING, _HOUR),
    131045: Ruling(Reaction.STOP, Reason.NOT_REGISTERED, _TOKEN),
    131047: Ruling(Reaction.TEMPLATE, Reason.WINDOW_CLOSED),
    131048: Ruling(Reaction.STOP, Reason.LIMITED, timedelta(hours=6)),
    131049: Ruling(Reaction.LATER, Reason.KEPT_BACK, _DAY),
    131050: Ruling(Reaction.DROP, Reason.MARKETING_STOPPED),
    131051: _REFUSED,
    131052: Ruling(Reaction.DROP, Reason.FILE_REFUSED),
    131053: Ruling(Reaction.DROP, Reason.FILE_REFUSED),
    131055: _REFUSED,
    131056: Ruling(Reaction.SLOW_PERSON, Reason.THROTTLED, _PAIR),
    131057: _RESTING,
    131062: _REFUSED,
    131063: _REFUSED,
    131064: Ruling(Reaction.STOP, Reason.TEMPLATE_RECATEGORISED, timedelta(hours=6)),
    132000: _TEMPLATE_REFUSED,
    # Also in the first minutes after an approval: it costs no attempt to look again, and meanwhile
    # the account is asked how it stands.
    132001: Ruling(Reaction.SNOOZE, Reason.TEMPLATE_MISSING, _LOOK),
    132005: _TEMPLATE_REFUSED,
    132007: _TEMPLATE_REFUSED,
    132008: _TEMPLATE_REFUSED,
    132012: _TEMPLATE_REFUSED,
    132015: Ruling(Reaction.SNOOZE, Reason.TEMPLATE_PAUSED, _LOOK),
    132016: Ruling(Reaction.SNOOZE, Reason.TEMPLATE_DISABLED, _LOOK),
    132018: _TEMPLATE_REFUSED,
    132068: _REFUSED,
    132069: _THROTTLED,
    133000: _RESTING,
    133004: _RETRY,
    133005: _SET_UP,
    133006: _SET_UP,
    133008: _SET_UP,
    133009: _SET_UP,
    133010: Ruling(Reaction.STOP, Reason.NOT_REGISTERED, _TOKEN),
    133015: _SET_UP,
    133016: _SET_UP,
    # A button that the account may not send; the same goes at once without it.
    134011: Ruling(Reaction.RETRY, Reason.PAYMENT_TERMS, _MINUTE),
    134100: _REFUSED,
    134101: _REFUSED,
    134102: _REFUSED,
    135000: _REFUSED,
    137000: Ruling(Reaction.DROP, Reason.IDENTITY_CHANGED),
    139100: _REFUSED,
    139101: _REFUSED,
    139102: _REFUSED,
    139103: _REFUSED,
    139200: Ruling(Reaction.TEMPLATE, Reason.WINDOW_CLOSED),
    2494100: _RESTING,
}

_RANGES = ((range(200, 300), _PERMISSION), (range(2388000, 2389000), _TEMPLATE_REFUSED))


def known(code: int) -> Ruling | None:
    """What the number means, if we know it."""
    if ruling := RULINGS.get(code):
        return ruling
    return next((ruling for numbers, ruling in _RANGES if code in numbers), None)
