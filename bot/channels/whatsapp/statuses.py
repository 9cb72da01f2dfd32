"""How far a message of ours got: one status of a webhook in, one Report out."""

from bot.channels.whatsapp.codes import Reaction, Ruling
from bot.channels.whatsapp.errors import fault_of, ruling_on
from bot.channels.whatsapp.letters import clean
from bot.channels.whatsapp.people import when
from bot.channels.whatsapp.reasons import Reason
from bot.channels.whatsapp.wire import Status
from bot.domain.delivery import Report, State

_STATES = {
    "sent": State.SENT,
    "delivered": State.DELIVERED,
    "read": State.READ,
    "played": State.READ,
    "failed": State.FAILED,
}
_REFUSED = Ruling(Reaction.DROP, Reason.REFUSED)


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
    )


def alarm(errors: list[object]) -> str | None:
    """What ails the account, if one of the errors is about it and not about one message."""
    for error in errors:
        fault = fault_of(error)
        if fault.code is not None:
            ruling = ruling_on(fault)
            if ruling.reaction is Reaction.STOP:
                return ruling.reason
    return None


def _ruling(status: Status) -> Ruling:
    for error in status.get("errors", []):
        fault = fault_of(error)
        if fault.code is not None:
            return ruling_on(fault)
    return _REFUSED
