"""What an answer of the server's means for a message: one classifier, for it has no numbers.

The server speaks in texts, some of them those of the library below it. They are looked at for
what they say of the connection: while that is down nothing has left, whatever the status.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import structlog

from bot.channels.evolution.reasons import Reason
from bot.channels.whatsapp.errors import NothingLeft, Unanswered
from bot.channels.whatsapp.letters import cut
from bot.domain.delivery import GiveUp, Outcome, Snooze, TryLater, Uncertain

log = structlog.get_logger(__name__)

TIME_LOCK_CODE = "463"  # the network starts no new chats for this number for a while
TIME_LOCK = timedelta(hours=24)
_LOOK_AGAIN = timedelta(minutes=1)
_KEY = timedelta(minutes=10)
_MOST_DETAILS = 300
# What the library below says while it has no line: then it has not begun to send.
_NO_LINE = (
    "connection closed",
    "connection lost",
    "connection terminated",
    "connection failure",
    "not connected",
    "stream errored",
    "precondition required",
    "websocket",
    "econnre",
)
_MAY_HAVE_LEFT = ("timed out", "timeout")


class Refused(Exception):
    """Anything but a success was answered.

    ``said`` are the texts of the server's own error body; none if somebody on the way answered.
    ``exists``: false where the number is not on WhatsApp.
    """

    def __init__(self, status: int, said: Sequence[str] | None, *, exists: bool = True) -> None:
        super().__init__(f"{status}: {'; '.join(said or ())}")
        self.status = status
        self.said = said
        self.exists = exists

    @property
    def text(self) -> str:
        """All of it, to be looked through."""
        return " ".join(self.said or ()).casefold()


TROUBLE = (Refused, NothingLeft, Unanswered)


def refused(status: int, body: Any) -> Refused:
    """Read an answer that is no success."""
    response = body.get("response") if isinstance(body, dict) else None
    told = response.get("message") if isinstance(response, dict) else None
    if told is None and isinstance(body, dict) and (body.get("error") or body.get("message")):
        told = body.get("message") or body.get("error")  # as a success that is none says it
    if told is None:
        return Refused(status, None)
    parts = told if isinstance(told, list) else [told]
    exists = all(part.get("exists") is not False for part in parts if isinstance(part, dict))
    return Refused(status, [str(part) for part in parts], exists=exists)


def outcome_of(trouble: Exception, now: datetime) -> Outcome:
    """What becomes of a message whose request went wrong in any of the three ways."""
    match trouble:
        case Refused(said=None):
            return _somebody_else_answered(trouble)
        case Refused():
            return _judged(trouble, now)
        case NothingLeft():
            return TryLater(Reason.NO_CONNECTION)
    return Uncertain(Reason.UNANSWERED)


def is_no_line(trouble: Refused) -> bool:
    """Whether it says that the device has no connection to the network."""
    return any(sign in trouble.text for sign in _NO_LINE)


def log_refusal(trouble: Refused, opaque: str = "") -> None:
    """Keep what was said of it."""
    said = cut("; ".join(trouble.said or ()), _MOST_DETAILS)
    log.warning("evolution.refused", status=trouble.status, said=said, opaque=opaque)


def _judged(trouble: Refused, now: datetime) -> Outcome:
    """The server's own words."""
    if not trouble.exists:
        return GiveUp(Reason.UNREACHABLE, unreachable=True)
    match trouble.status:
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return Snooze(now + _KEY, Reason.KEY_WRONG, pause=True)
        case HTTPStatus.NOT_FOUND:
            return Snooze(now + _KEY, Reason.NO_INSTANCE, pause=True)
        case HTTPStatus.TOO_MANY_REQUESTS:
            return TryLater(Reason.THROTTLED, slow_down=True)
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return GiveUp(Reason.FILE_REFUSED)
    return _read(trouble, now)


def _read(trouble: Refused, now: datetime) -> Outcome:
    if TIME_LOCK_CODE in trouble.text:
        return Snooze(now + TIME_LOCK, Reason.TIME_LOCK)
    if any(sign in trouble.text for sign in _MAY_HAVE_LEFT):
        return Uncertain(Reason.UNANSWERED)
    if is_no_line(trouble):
        return Snooze(now + _LOOK_AGAIN, Reason.DISCONNECTED, pause=True)
    # "Error: ..." is the library's, and comes and goes; the rest is a schema's, and stays.
    if trouble.status >= HTTPStatus.INTERNAL_SERVER_ERROR or "error:" in trouble.text:
        return TryLater(Reason.UNAVAILABLE)
    return GiveUp(Reason.REFUSED)


def _somebody_else_answered(trouble: Refused) -> Outcome:
    """A gateway: its 5xx may hide that the request got through; its 4xx says that it did not."""
    if trouble.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Uncertain(Reason.UNANSWERED)
    if trouble.status == HTTPStatus.TOO_MANY_REQUESTS:
        return TryLater(Reason.THROTTLED, slow_down=True)
    return TryLater(Reason.GATEWAY)
