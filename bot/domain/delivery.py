"""The life of what we send, and the five words a channel may answer with (decision 0005)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.message_cost import Pricing


class State(StrEnum):
    """Where a row of the outbox stands; the value is stored."""

    WAITING = "waiting"
    CLAIMED = "claimed"  # leased by a worker; nothing has left
    SENDING = "sending"  # committed before the request leaves
    UNCERTAIN = "uncertain"  # it may have left; evidence is awaited
    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    UNHEARD = "unheard"  # taken long ago, and no word that it arrived
    FAILED = "failed"  # the provider said so, afterwards
    GIVEN_UP = "given_up"  # we stopped trying; the reason says why
    CANCELLED = "cancelled"  # no longer wanted before it left


UNFINISHED = (State.WAITING, State.CLAIMED, State.SENDING, State.UNCERTAIN)
ARRIVED = (State.ACCEPTED, State.SENT, State.DELIVERED, State.READ, State.UNHEARD)  # at the chat
ENDED_BADLY = (State.FAILED, State.GIVEN_UP, State.CANCELLED)  # and told nobody anything
TROUBLED = (State.UNCERTAIN, State.FAILED, State.GIVEN_UP, State.UNHEARD)  # a person may decide

# A status never takes a message back: they arrive late, twice and out of order.
_RANK = {
    State.ACCEPTED: 1,
    State.SENT: 2,
    State.UNHEARD: 2,  # that it was sent says nothing new
    State.DELIVERED: 3,
    State.READ: 4,
}


def after_status(now: State, reported: State) -> State:
    """The state once a provider's report is in; a report can move a message only forward.

    ``failed`` counts only until delivery; from a state before acceptance any report is evidence
    that the request did leave.
    """
    if reported is State.FAILED:
        return now if _RANK.get(now, 0) >= _RANK[State.DELIVERED] else State.FAILED
    if now is State.FAILED and _RANK[reported] < _RANK[State.DELIVERED]:
        return now
    return reported if _RANK[reported] > _RANK.get(now, 0) else now


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took it; ``provider_id`` is its name for it, ``wa_id`` who it says that is.

    ``without_button``: why it went without the button that copies a code, where it should have one.
    """

    provider_id: str
    wa_id: str | None = None
    without_button: str = ""


@dataclass(frozen=True, slots=True)
class TryLater:
    """Nothing left, or the provider refused for now; costs an attempt. ``after`` if it said when.

    ``slow_down`` asks the whole channel to wait, ``slow_person`` all that goes to this person;
    without either only this message waits. ``answered``: the provider is well, and has judged
    this one message; without it, and without being asked to slow down, it is failing.
    """

    reason: str
    after: timedelta | None = None
    slow_down: bool = False
    slow_person: bool = False
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Snooze:
    """Again at ``until``, at no cost: breaker open, quiet hours, template not approved yet.

    ``pause`` stops the whole channel: an account-level fault that a person must mend.
    """

    until: datetime
    reason: str
    pause: bool = False


@dataclass(frozen=True, slots=True)
class GiveUp:
    """It will never go; ``unreachable`` also marks the address, so that nothing more is tried."""

    reason: str
    unreachable: bool = False


@dataclass(frozen=True, slots=True)
class Uncertain:
    """It may have left: timed out, connection lost, a gateway's 502 or 504."""

    reason: str


Outcome = Accepted | TryLater | Snooze | GiveUp | Uncertain


@dataclass(frozen=True, slots=True)
class Stop:
    """The network stopped us: nothing leaves over the chat ``until`` then, and then it goes on.

    Where the network names no end it is a ``rest``, from when we heard of it. ``starts_only``:
    whoever asks is answered all the same.
    """

    reason: str
    until: datetime | None = None
    rest: timedelta = timedelta(0)
    starts_only: bool = False

    def ends(self, heard_at: datetime) -> datetime:
        """When it may go on."""
        return self.until or heard_at + self.rest


@dataclass(frozen=True, slots=True)
class Report:
    """What a provider reports about a message afterwards. ``opaque`` is our own id, if echoed.

    ``again_after``: a failure that is no fault of the message's; so much later it may go once more.
    ``priced``: how the network bills it, if it says so.
    """

    provider_id: str
    state: State
    at: datetime
    opaque: str = ""
    reason: str = ""
    unreachable: bool = False
    again_after: timedelta | None = None
    priced: Pricing | None = None
