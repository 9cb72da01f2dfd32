"""How a link to the network stands, and what that means for what we send."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from bot.channels.evolution.reasons import Reason

OPEN = "open"
_REFUSED = "refused"  # nobody scanned a code for too long
# Why the network ended a link, by its numbers. After the others the server connects by itself.
_ENDS: Mapping[int, Reason] = MappingProxyType(
    {
        401: Reason.LOGGED_OUT,
        402: Reason.BANNED,
        403: Reason.BANNED,
        406: Reason.BANNED,
        411: Reason.LOGGED_OUT,  # another kind of session than the phone has now
        440: Reason.REPLACED,
    }
)


# At most: the chat goes on as soon as the link stands again.
REST = timedelta(hours=24)
# What is over once it does.
ENDED_BY_A_LINK = (
    Reason.BANNED,
    Reason.DISCONNECTED,
    Reason.KEY_WRONG,
    Reason.LOGGED_OUT,
    Reason.NOT_LINKED,
    Reason.NO_INSTANCE,
    Reason.OFFLINE,
    Reason.REPLACED,
)


def stop_of(state: str, code: int | None) -> str:
    """Why nothing goes while the link stands like this; empty if it does go."""
    if state == OPEN:
        return ""
    if state == _REFUSED:
        return Reason.NOT_LINKED
    return _ENDS.get(code or 0, Reason.DISCONNECTED)


def ended_by(code: int | None) -> str:
    """Why a link was ended for good; without a number we know, it has to be made anew."""
    return _ENDS.get(code or 0, Reason.LOGGED_OUT)


def code_of(told: Any) -> int | None:
    """A number as it came."""
    return int(told) if str(told).isdecimal() else None
