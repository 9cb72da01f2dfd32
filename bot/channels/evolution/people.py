"""Who wrote on a linked device, and what they did: one event in, one Incoming out.

People may come by a privacy id instead of their number. Its digits are no phone: whoever took
them for one would answer somebody else.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.channels.evolution.envelope import Json, quoted, taken_back, unwrapped
from bot.channels.evolution.shapes import did
from bot.channels.whatsapp.letters import clean
from bot.domain.message import ChannelName, Incoming
from bot.domain.news import Deleted

_PHONE, _LID = "@s.whatsapp.net", "@lid"
# Older than that is history which comes along when a device is linked, or after a long absence.
TOO_OLD = timedelta(hours=24)
_MARK = 16  # letters
_BESIDE = ("remoteJidAlt", "senderPn", "participantPn", "participantAlt", "senderLid")


def is_for_us(data: Json) -> bool:
    """Whether a person wrote to us: not we ourselves, no group, no status, no channel."""
    key = data["key"]
    return not key.get("fromMe") and str(key["remoteJid"]).endswith((_PHONE, _LID))


def deleted(data: Json) -> Deleted | None:
    """That the person took a message of theirs back."""
    key = data["key"]
    message_id = taken_back(unwrapped(data.get("message") or {}))
    if not message_id:
        return None
    who = _names(key)[0]
    return Deleted(who, message_id, when(data.get("messageTimestamp")), clean(str(key["id"])))


def gone(data: Json, told_at: datetime) -> Deleted | None:
    """The same where it is told in an event of its own, which holds no time."""
    if not is_for_us({"key": data}):
        return None
    message_id = clean(str(data["id"]))
    return Deleted(_names(data)[0], message_id, told_at, f"{message_id}.deleted")


def mended(data: Json, told_at: datetime) -> Incoming | None:
    """Other words in the place of a person's own; of the time and of their name, nothing is told.

    Newer servers bring them along; with an older one they are never heard of.
    """
    outer = (data.get("message") or {}).get("editedMessage")
    inside = outer.get("message") if isinstance(outer, dict) else None
    if not isinstance(inside, dict) or not is_for_us({"key": data}):
        return None
    message_id = clean(str(data["keyId"]))
    note = {"key": {"id": message_id}, "editedMessage": unwrapped(inside)}
    said = did({"protocolMessage": note}, message_id)
    # One message may be mended several times, and each of them told several times.
    mark = hashlib.sha256(said["text"].encode()).hexdigest()[:_MARK]
    return Incoming(ChannelName.WHATSAPP, _names(data)[0], f"{message_id}.{mark}", told_at, **said)


def heard(data: Json) -> Incoming:
    """What the person did, by their number if it is told, else by their privacy id."""
    key = data["key"]
    sender, *others = _names(key)
    message = unwrapped(data.get("message") or {})
    return Incoming(
        channel=ChannelName.WHATSAPP,
        sender=sender,
        message_id=clean(str(key["id"])),
        at=when(data.get("messageTimestamp")),
        name=clean(str(data.get("pushName") or "")),
        aliases=tuple(name for name in others if name.endswith(_LID)),
        quotes=quoted(data, message),
        **did(message, clean(str(key["id"]))),
    )


def when(told: Any) -> datetime:
    """The instant, of the message itself: the event's own time is the wall's, and says UTC."""
    if isinstance(told, dict):
        told = told.get("low")
    return datetime.fromtimestamp(int(str(told)), UTC)


def _names(key: Json) -> list[str]:
    """All that they go by, a number first."""
    names = [_address(key.get(name)) for name in ("remoteJid", *_BESIDE)]
    known = dict.fromkeys(name for name in names if name)
    return sorted(known, key=lambda name: name.endswith(_LID))


def _address(jid: Any) -> str:
    """The number of a jid, without the device it was written on; a privacy id stays whole."""
    told = clean(str(jid or ""))
    name, at, _ = told.partition("@")
    if told.endswith(_PHONE):
        return name.partition(":")[0]
    return f"{name.partition(':')[0]}{_LID}" if at and told.endswith(_LID) else ""
