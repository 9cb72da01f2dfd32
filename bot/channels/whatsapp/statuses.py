"""How far a message of ours got: one status of a webhook in, one Report out."""

from datetime import datetime, timedelta

from pydantic import ValidationError

from bot.channels.whatsapp.codes import Reaction, Ruling
from bot.channels.whatsapp.errors import fault_of, ruling_on
from bot.channels.whatsapp.letters import clean
from bot.channels.whatsapp.people import when
from bot.channels.whatsapp.reasons import Reason
from bot.channels.whatsapp.wire import PRICED, Status
from bot.domain.delivery import Report, State, Stop
from bot.domain.message_cost import Pricing

_STATES = {
    "sent": State.SENT,
    "delivered": State.DELIVERED,
    "read": State.READ,
    "played": State.READ,
    "failed": State.FAILED,
}
_REFUSED = Ruling(Reaction.DROP, Reason.REFUSED)
_REST = timedelta(hours=1)  # of an account whose trouble has none of its own
# No fault of the message's: it may go once more when its time has come, or the account is mended.
_AGAIN = frozenset(
    (
        Reaction.RETRY,
        Reaction.SLOW_ALL,
        Reaction.SLOW_PERSON,
        Reaction.LATER,
        Reaction.SNOOZE,
        Reaction.STOP,
    )
)


def reported(status: Status) -> Report | None:
    """The report; none for a kind of status we have never heard of."""
    state = _STATES.get(status["status"])
    if state is None:
        return None
    ruling = _ruling(status) if state is State.FAILED else None
    return Report(
        provider_id=clean(status["id"]),
        state=state,
        at=when(status["timestamp"]),
        opaque=clean(status.get("biz_opaque_callback_data") or ""),
        reason=ruling.reason if ruling else "",
        unreachable=ruling is not None and ruling.reaction is Reaction.DEAD,
        again_after=_again_after(ruling) if ruling else None,
        priced=_priced(status.get("pricing")),
    )


def stop_of(errors: list[object], at: datetime | None = None) -> Stop | None:
    """What stops the account, if one of the errors is about it and not about one message.

    ``at``: when it happened. Reports come days late now and then, when all is well again.
    """
    for error in errors:
        fault = fault_of(error)
        ruling = ruling_on(fault) if fault.code is not None else None
        if ruling and ruling.reaction is Reaction.STOP:
            rest = ruling.after or _REST
            return Stop(ruling.reason, at + rest if at else None, rest)
    return None


def _again_after(ruling: Ruling) -> timedelta | None:
    return ruling.after or timedelta(0) if ruling.reaction in _AGAIN else None


def _priced(told: object) -> Pricing | None:
    """How it is billed; a price that cannot be read is no reason to lose the report."""
    if not told:
        return None
    try:
        priced = PRICED.validate_python(told)
    except ValidationError:
        return None
    kind = clean(priced.get("type") or "") or "regular"
    billable = priced.get("billable")
    # Those without the word were billed unless their kind says that they are free.
    billed = not kind.startswith("free") if billable is None else billable
    return Pricing(clean(priced["category"]).lower(), kind, billed)


def _ruling(status: Status) -> Ruling:
    for error in status.get("errors") or ():
        fault = fault_of(error)
        if fault.code is not None:
            return ruling_on(fault)
    return _REFUSED
