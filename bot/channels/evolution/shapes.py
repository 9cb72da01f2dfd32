"""What one message of a person's holds: its shapes are many, and some stand inside others."""

import json
import mimetypes
import re
from collections.abc import Callable
from typing import Any

from bot.channels.evolution.envelope import Json, edited, kind_of
from bot.channels.whatsapp.letters import clean
from bot.domain.message import IncomingFile

Did = dict[str, Any]

_NOTHING: Did = {"unsupported": True}
# Nobody wants an answer to these.
_SILENT = frozenset(
    (
        "reactionMessage",
        "protocolMessage",
        "senderKeyDistributionMessage",
        "keepInChatMessage",
        "pinInChatMessage",
        "encReactionMessage",
        "placeholderMessage",
    )
)
# What we know that we cannot read, though somebody meant something by it.
BEYOND_US = frozenset(
    (
        "locationMessage",
        "liveLocationMessage",
        "pollCreationMessage",
        "pollCreationMessageV3",
        "eventMessage",
        "orderMessage",
        "callLogMesssage",
        "groupInviteMessage",
        "secretEncryptedMessage",  # a correction that the server could not open
    )
)
_WAID = re.compile(r"waid=([0-9]{8,15})")


def is_known(kind: str) -> bool:
    """Whether we have ever heard of it."""
    return kind in _READERS or kind in BEYOND_US or kind in _SILENT


def is_silent(message: Json) -> bool:
    """Whether it wants no answer: a reaction, a notice of the network's, nothing at all."""
    kind = kind_of(message)
    return not kind or (kind in _SILENT and not edited(message))


def did(message: Json, message_id: str) -> Did:
    """What the person did; a file is fetched later by the message's own id."""
    if edit := edited(message):
        return _mended(edit, message_id)
    kind = kind_of(message)
    told = message.get(kind)
    if kind == "conversation":
        return {"text": clean(str(told))}
    read = _READERS.get(kind)
    if read is None or not isinstance(told, dict):
        return _NOTHING
    return read(told, message_id)


def _mended(edit: Json, message_id: str) -> Did:
    """The words as they stand now. Of a file, only what is written under it can change."""
    text = did(edit["editedMessage"], message_id).get("text", "")
    return {"text": text, "corrects": clean(str(edit["key"]["id"]))}


def _words(told: Json, _id: str) -> Did:
    return {"text": clean(str(told.get("text") or ""))}


def _pressed(token: Any, label: Any) -> Did:
    if token:
        return {"token": clean(str(token)), "text": clean(str(label or ""))}
    return {"text": clean(str(label))} if label else _NOTHING


def _button(told: Json, _id: str) -> Did:
    return _pressed(told.get("selectedButtonId"), told.get("selectedDisplayText"))


def _template_button(told: Json, _id: str) -> Did:
    return _pressed(told.get("selectedId"), told.get("selectedDisplayText"))


def _row(told: Json, _id: str) -> Did:
    chosen = told.get("singleSelectReply") or {}
    return _pressed(chosen.get("selectedRowId"), told.get("title"))


def _flow(told: Json, _id: str) -> Did:
    """A button of the newer kind: what it carries is JSON inside the JSON."""
    inside = told.get("nativeFlowResponseMessage") or {}
    carried = json.loads(inside.get("paramsJson") or "{}")
    return _pressed(carried.get("id"), (told.get("body") or {}).get("text"))


def _vote(told: Json, _id: str) -> Did:
    """The first answer that was ticked; a vote taken back says nothing."""
    chosen = (told.get("vote") or {}).get("selectedOptions") or []
    words = [one for one in chosen if isinstance(one, str)]
    return {"text": clean(words[0])} if words else _NOTHING


def _file(usual: str, called: str) -> Callable[[Json, str], Did]:
    def read(told: Json, message_id: str) -> Did:
        mime = clean(str(told.get("mimetype") or usual)).partition(";")[0].strip()
        name = clean(str(told.get("fileName") or ""))
        name = name or called + (mimetypes.guess_extension(mime) or "")
        file = IncomingFile(message_id, mime, name, _size(told.get("fileLength")))
        return {"file": file, "text": clean(str(told.get("caption") or ""))}

    return read


def _size(told: Any) -> int | None:
    """In bytes; it comes as text, as a number, or as the two halves of one."""
    if isinstance(told, dict):
        told = told.get("low")
    return int(told) if str(told).isdecimal() else None


def _card(told: Json, _id: str) -> Did:
    """A contact card is its number, as if it had been typed."""
    cards = told.get("contacts") or [told]
    for card in cards:
        if found := _WAID.search(str(card.get("vcard") or "")):
            return {"text": f"+{found[1]}"}
    return _NOTHING


_READERS: dict[str, Callable[[Json, str], Did]] = {
    "conversation": _words,
    "editedMessage": _words,
    "extendedTextMessage": _words,
    "imageMessage": _file("image/jpeg", "photo"),
    "documentMessage": _file("application/octet-stream", "document"),
    "audioMessage": _file("audio/ogg", "audio"),
    "videoMessage": _file("video/mp4", "video"),
    "ptvMessage": _file("video/mp4", "video"),
    "stickerMessage": _file("image/webp", "sticker"),
    "buttonsResponseMessage": _button,
    "templateButtonReplyMessage": _template_button,
    "listResponseMessage": _row,
    "interactiveResponseMessage": _flow,
    "pollUpdateMessage": _vote,
    "contactMessage": _card,
    "contactsArrayMessage": _card,
}
