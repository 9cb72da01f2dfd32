"""Read what the server posted: one event's bytes in, what people did and messages became out.

Whatever is not understood is counted, never raised: the raw bytes are kept elsewhere.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.channels.evolution.envelope import Json, kind_of, unwrapped
from bot.channels.evolution.errors import TIME_LOCK_CODE
from bot.channels.evolution.people import TOO_OLD, deleted, gone, heard, is_for_us, mended
from bot.channels.evolution.reasons import Reason
from bot.channels.evolution.shapes import is_known, is_silent
from bot.channels.evolution.standing import ENDED_BY_A_LINK, REST, code_of, ended_by, stop_of
from bot.channels.whatsapp.letters import clean
from bot.domain.clock import Clock
from bot.domain.delivery import Report, State, Stop
from bot.domain.message import Incoming, Received
from bot.domain.news import News

log = structlog.get_logger(__name__)

_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError)
_RIDDLE = Received(unknown=1)
_NOTHING = Received()
_BEFORE_LINKING = timedelta(minutes=5)

_STATES = {
    "SERVER_ACK": State.SENT,
    "DELIVERY_ACK": State.DELIVERED,
    "READ": State.READ,
    "PLAYED": State.READ,
    "ERROR": State.FAILED,
}
_ASIDE = frozenset(("PENDING", "DELETED"))
# Nothing to us: asked for by nobody, or told a second time.
_IGNORED = (
    "application.",
    "call",
    "chats.",
    "contacts.",
    "group",
    "instance.",
    "labels.",
    "logout.instance",
    "messages.edited",
    "messages.set",
    "presence.",
    "remove.instance",
    "send.message.update",
    "typebot.",
)


class Reader:
    """Turns events of our instance into what people did. ``linked_at``: what is older is history,
    which comes along when a device is linked; nobody waits for an answer to it.
    """

    def __init__(self, instance: str, clock: Clock) -> None:
        self._instance = instance
        self._clock = clock
        self.linked_at: datetime | None = None

    def read(self, body: bytes) -> Received:
        """What one event holds."""
        try:
            told = json.loads(body)
            event, instance = told["event"], told.get("instance")
            if instance not in (None, self._instance):
                log.info("evolution.other_instance")
                return _NOTHING
            return self._event(str(event).lower(), told.get("data"))
        except (*_UNREADABLE, RecursionError) as trouble:
            return _riddle(f"event {type(trouble).__name__}")

    def _event(self, event: str, data: Any) -> Received:
        readers: dict[str, Callable[[Any], Received]] = {
            "messages.upsert": self._upsert,
            "messages.update": self._update,
            "messages.delete": self._deleted,
            "send.message": self._ours,
            "connection.update": _connection,
            "status.instance": _status,
            "qrcode.updated": _code,
        }
        if read := readers.get(event):
            return read(data)
        if event.startswith(_IGNORED):
            return _NOTHING
        return _riddle(f"event {event}"[:80])

    def _upsert(self, data: Any) -> Received:
        """One message, or several at once; ours come back too, some of them as refused."""
        several = data if isinstance(data, list) else [data]
        incomings: list[Incoming] = []
        news: list[News] = []
        unknown = 0
        for one in several:
            if one["key"].get("fromMe"):
                refusal = self._ours(one)
                if refusal.reports:
                    return refusal
                continue
            if not is_for_us(one):
                continue
            if gone := deleted(one):
                news.append(gone)
            message = unwrapped(one.get("message") or {})
            if is_silent(message):
                continue
            if not is_known(kind := kind_of(message)):
                unknown += 1
                log.warning("evolution.not_understood", what=f"message {kind}"[:80])
            incoming = heard(one)
            if incoming.at >= self._oldest():
                incomings.append(incoming)
        return Received(incomings=tuple(incomings), news=tuple(news), unknown=unknown)

    def _oldest(self) -> datetime:
        oldest = self._clock.now() - TOO_OLD
        return max(oldest, self.linked_at - _BEFORE_LINKING) if self.linked_at else oldest

    def _update(self, data: Json) -> Received:
        """How far a message of ours came. One without a status has been taken by the network."""
        if data.get("fromMe") is False:
            said = mended(data, self._clock.now())
            return Received(incomings=(said,)) if said else _NOTHING
        status = str(data.get("status") or "SERVER_ACK")
        if status in _ASIDE:
            return _NOTHING
        state = _STATES.get(status)
        message_id = data.get("keyId") or (data.get("key") or {}).get("id")
        if state is None or not message_id:
            return _riddle(f"status {status}"[:80])
        return self._fate(str(message_id), state, data)

    def _deleted(self, data: Json) -> Received:
        """Whatever was deleted: what a person took back is news."""
        news = gone(data, self._clock.now())
        return Received(news=(news,)) if news else _NOTHING

    def _ours(self, data: Json) -> Received:
        """A message of ours, told of again; news only if the network refused it."""
        if str(data.get("status")) not in ("ERROR", "0"):
            return _NOTHING
        return self._fate(str(data["key"]["id"]), State.FAILED, data)

    def _fate(self, message_id: str, state: State, data: Json) -> Received:
        stubs = [str(stub) for stub in data.get("messageStubParameters") or ()]
        locked = state is State.FAILED and TIME_LOCK_CODE in stubs
        reason = Reason.TIME_LOCK if locked else Reason.NOT_SENT if state is State.FAILED else ""
        # No time comes along that could be trusted: theirs is the wall's.
        report = Report(clean(message_id), state, self._clock.now(), reason=reason)
        # Those we talk to already are still reached: the number's pace sees to the others.
        return Received(reports=(report,))


def _connection(data: Json) -> Received:
    state = str(data.get("state") or "")
    if state == "open":
        return Received(mended=ENDED_BY_A_LINK)
    if state not in ("close", "refused"):
        return _NOTHING  # it is connecting: whatever came before says more
    reason = stop_of(state, code_of(data.get("statusReason")))
    return Received(stops=(Stop(reason, rest=REST),))


def _status(data: Json) -> Received:
    """The network ended the link, and the server does not connect again."""
    if data.get("status") != "closed":
        return _NOTHING
    reason = ended_by(code_of(data.get("disconnectionReasonCode")))
    return Received(stops=(Stop(reason, rest=REST),))


def _code(_data: Json) -> Received:
    """A code to scan; whoever wants to see it asks for it."""
    return _NOTHING


def _riddle(what: str) -> Received:
    log.warning("evolution.not_understood", what=what)
    return _RIDDLE
