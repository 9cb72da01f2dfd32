"""What an error of WhatsApp's means for a message: one classifier for answers and webhooks."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import structlog

from bot.channels.whatsapp.codes import (
    NO_SUCH_OBJECT,
    UNKNOWN_FAULT,
    UNKNOWN_REFUSAL,
    Reaction,
    Ruling,
    known,
)
from bot.channels.whatsapp.letters import cut
from bot.channels.whatsapp.reasons import Reason
from bot.domain.delivery import GiveUp, Outcome, Snooze, TryLater, Uncertain

log = structlog.get_logger(__name__)

_MOST_DETAILS = 300
_INVALID_PARAMETER, _NO_SUCH_OBJECT = 100, 33


@dataclass(frozen=True, slots=True)
class Fault:
    """An error as it came: in an answer (with a status) or in a webhook (with none).

    ``code`` is the provider's own number; without one, somebody on the way answered.
    """

    code: int | None
    status: int = 0
    subcode: int | None = None
    details: str = ""
    trace: str = ""
    retry_after: timedelta | None = None


class Unanswered(Exception):
    """The request may have arrived; nobody said."""


class NothingLeft(Exception):
    """No connection came about: nothing was sent."""


class Refused(Exception):
    """Anything but a success was answered."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"{fault.code or fault.status}: {fault.details}")
        self.fault = fault


TROUBLE = (Refused, NothingLeft, Unanswered)


def fault_of(error: Any, status: int = 0, retry_after: timedelta | None = None) -> Fault:
    """Read an error object; without a number in it, it is not the provider's."""
    error = error if isinstance(error, dict) else {}
    more = error.get("error_data")
    details = more.get("details") if isinstance(more, dict) else None
    return Fault(
        code=_number(error.get("code")),
        status=status,
        subcode=_number(error.get("error_subcode")),
        details=str(details or error.get("error_user_msg") or error.get("message") or ""),
        trace=str(error.get("fbtrace_id") or ""),
        retry_after=retry_after,
    )


def ruling_on(fault: Fault) -> Ruling:
    """What an error with the provider's own number asks for."""
    if (fault.code, fault.subcode) == (_INVALID_PARAMETER, _NO_SUCH_OBJECT):
        return NO_SUCH_OBJECT
    ruling = known(fault.code) if fault.code is not None else None
    if ruling:
        return ruling
    return UNKNOWN_FAULT if fault.status >= HTTPStatus.INTERNAL_SERVER_ERROR else UNKNOWN_REFUSAL


def outcome_of(fault: Fault, now: datetime) -> Outcome:
    """What becomes of a message whose request was answered with an error."""
    if fault.code is None:
        return _somebody_else_answered(fault)
    ruling = ruling_on(fault)
    after = fault.retry_after or ruling.after
    match ruling.reaction:
        case Reaction.RETRY | Reaction.SLOW_ALL | Reaction.SLOW_PERSON | Reaction.LATER:
            return TryLater(
                ruling.reason,
                after,
                slow_down=ruling.reaction is Reaction.SLOW_ALL,
                slow_person=ruling.reaction is Reaction.SLOW_PERSON,
                answered=ruling.reaction is Reaction.LATER,
            )
        case Reaction.SNOOZE | Reaction.STOP:
            until = now + (after or timedelta(hours=1))
            return Snooze(until, ruling.reason, pause=ruling.reaction is Reaction.STOP)
    return GiveUp(ruling.reason, unreachable=ruling.reaction is Reaction.DEAD)


def outcome_of_trouble(trouble: Exception, now: datetime) -> Outcome:
    """What becomes of a message whose request went wrong in any of the three ways."""
    match trouble:
        case Refused():
            return outcome_of(trouble.fault, now)
        case NothingLeft():
            return TryLater(Reason.NO_CONNECTION)
    return Uncertain(Reason.UNANSWERED)


def log_refusal(refused: Refused, opaque: str = "") -> None:
    """Keep what was said of it: whoever asks Meta for help is asked for the trace."""
    fault = refused.fault
    log.warning(
        "whatsapp.refused",
        code=fault.code,
        subcode=fault.subcode,
        status=fault.status,
        details=cut(fault.details, _MOST_DETAILS),
        trace=fault.trace,
        opaque=opaque,
    )


def _somebody_else_answered(fault: Fault) -> Outcome:
    """A gateway: its 5xx may hide that the request got through; its 4xx says that it did not."""
    if fault.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Uncertain(Reason.UNANSWERED)
    if fault.status == HTTPStatus.TOO_MANY_REQUESTS:
        return TryLater(Reason.THROTTLED, fault.retry_after, slow_down=True)
    return TryLater(Reason.GATEWAY, fault.retry_after)


def _number(value: Any) -> int | None:
    """Numbers also come as text now and then."""
    try:
        return int(value)
    except (TypeError, ValueError):
        return None
