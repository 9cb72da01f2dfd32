"""A step's day and hour as people say them: ``3 dias antes``, ``no dia``, ``+2``; ``9h30``."""

import re
from datetime import time

from bot.domain.errors import Unreadable
from bot.domain.names import fold
from bot.domain.text import Text, t

EARLIEST, LATEST = -60, 90  # days from the due date; beyond that it is no reminder of this charge

_BEFORE = frozenset({"antes", "before", "previos"})
_AFTER = frozenset({"depois", "apos", "after", "despues", "late", "atraso"})
_ON_IT = frozenset(
    {"no dia", "dia", "na data", "no vencimento", "on the day", "day", "same day", "el dia"}
    | {"el mismo dia", "hoje", "mesmo dia", "no mesmo dia"}
)
_COUNTED = re.compile(
    r"(?P<sign>[-+]?) ?(?P<number>[0-9]{1,3})(?: (?:dias?|days?))?(?: de)?(?: (?P<side>[a-z]+))?"
)
_HOUR = re.compile(
    r"(?:as |at |a las )?(?P<h>[0-9]{1,2})(?:(?::|h| h )?(?P<m>[0-9]{2}))?(?: ?h| ?hs)?"
)
_LAST_HOUR, _LAST_MINUTE = 23, 59


def read_offset(text: str) -> int:
    """Days from the due date; negative before it. A bare number counts the days after."""
    said = fold(text).replace("\N{MINUS SIGN}", "-")
    if said in _ON_IT:
        return 0
    found = _COUNTED.fullmatch(said)
    side = (found["side"] or "") if found else ""
    if found is None or (side and side not in _BEFORE | _AFTER):
        raise Unreadable("errors.ladder.days")
    number = int(found["number"])
    offset = -number if found["sign"] == "-" or side in _BEFORE else number
    if not EARLIEST <= offset <= LATEST:
        raise Unreadable("errors.ladder.far", before=-EARLIEST, after=LATEST)
    return offset


def shown_offset(offset: int) -> Text:
    """As a person reads it."""
    if offset == 0:
        return t("ladder.on_the_day")
    return t("ladder.before" if offset < 0 else "ladder.after", count=abs(offset))


def read_hour(text: str) -> time:
    """A time of the day, to the minute."""
    found = _HOUR.fullmatch(fold(text))
    hour, minute = (int(found["h"]), int(found["m"] or 0)) if found else (-1, 0)
    if found is None or hour > _LAST_HOUR or minute > _LAST_MINUTE:
        raise Unreadable("errors.ladder.hour")
    return time(hour, minute)
