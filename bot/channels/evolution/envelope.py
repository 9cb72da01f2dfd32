"""What a message is wrapped in: to vanish, to be seen once, to mend or take back another one."""

from typing import Any

from bot.channels.whatsapp.letters import clean

Json = dict[str, Any]

_REVOKED = frozenset(("REVOKE", 0))
_ORNAMENTS = frozenset(("messageContextInfo", "contextInfo", "base64", "mediaUrl"))
_WRAPPERS = (
    "ephemeralMessage",
    "viewOnceMessage",
    "viewOnceMessageV2",
    "viewOnceMessageV2Extension",
    "documentWithCaptionMessage",
    "deviceSentMessage",
)
_MOST_WRAPPED = 5


def unwrapped(message: Json) -> Json:
    """The message inside, where one is sent to vanish, to be seen once, or with words below it."""
    for _ in range(_MOST_WRAPPED):
        inside = next((message[name] for name in _WRAPPERS if name in message), None)
        if not isinstance(inside, dict) or not isinstance(inside.get("message"), dict):
            break
        message = inside["message"]
    return message


def kind_of(message: Json) -> str:
    """The key that says what it is."""
    return next((name for name in message if name not in _ORNAMENTS), "")


def edited(message: Json) -> Json:
    """What a message was changed into; its wrapping has changed with the versions."""
    outer = message.get("editedMessage")
    inside = outer.get("message") if isinstance(outer, dict) else message
    told = inside.get("protocolMessage") if isinstance(inside, dict) else None
    return told if isinstance(told, dict) and isinstance(told.get("editedMessage"), dict) else {}


def taken_back(message: Json) -> str:
    """The message that its writer deleted for everybody; empty if this is something else."""
    told = message.get("protocolMessage")
    if not isinstance(told, dict) or told.get("type") not in _REVOKED:
        return ""
    return clean(str((told.get("key") or {}).get("id") or ""))


def quoted(data: Json, message: Json) -> str:
    """The message under which it was said; its place has changed with the versions."""
    kind = kind_of(message)
    told = message.get(kind)
    places = [data.get("contextInfo"), message.get("contextInfo")]
    if isinstance(told, dict):
        places += [told.get("contextInfo"), told.get("pollCreationMessageKey")]
    for place in places:
        if isinstance(place, dict) and (found := place.get("stanzaId") or place.get("id")):
            return clean(str(found))
    return ""
