"""What a person did on WhatsApp: one message of a webhook in, one Incoming out."""

import mimetypes
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bot.channels.whatsapp.letters import clean
from bot.channels.whatsapp.wire import Media, Message
from bot.domain.message import ChannelName, Incoming, IncomingFile, Moved

# Nobody wants an answer to these; a mended typo is not said twice.
_SILENT = frozenset(("reaction", "edit", "revoke", "system", "request_welcome"))
# What we know that we cannot read, though somebody meant something by it.
BEYOND_US = frozenset(("audio", "sticker", "location", "order", "unsupported", "unknown"))
_MOVES = frozenset(("user_changed_number", "customer_changed_number"))

Did = dict[str, Any]
_NOTHING: Did = {"unsupported": True}


def is_silent(message: Message) -> bool:
    """Whether it wants no answer: a reaction, a notice of the network's, a group's chatter."""
    return message["type"] in _SILENT or bool(message.get("group_id"))


def is_new_to_us(message: Message) -> bool:
    """Whether it is of a kind we have never heard of."""
    return message["type"] not in _READERS and message["type"] not in BEYOND_US


def heard(message: Message, names: dict[str, str]) -> Incoming:
    """What the person did. ``names`` are those they gave themselves, by address.

    People with a user name may come without a number: then the id that the network made for
    them and us stands for it.
    """
    phone = clean(message.get("from") or "").removeprefix("+")
    user_id = clean(message.get("from_user_id") or "")
    sender = phone or user_id
    if not sender:
        raise ValueError("a message from nobody")
    read = _READERS.get(message["type"], _beyond_us)
    return Incoming(
        channel=ChannelName.WHATSAPP,
        sender=sender,
        message_id=clean(message["id"]),
        at=when(message["timestamp"]),
        name=names.get(phone) or names.get(user_id) or "",
        aliases=(user_id,) if phone and user_id else (),
        **read(message),
    )


def moved(message: Message) -> Moved | None:
    """A change of number, which comes as a message of the system's."""
    told = message.get("system", {})
    new = told.get("wa_id") or told.get("new_wa_id")
    old = message.get("from")
    if told.get("type") not in _MOVES or not new or not old or new == old:
        return None
    return Moved(ChannelName.WHATSAPP, clean(old), clean(new), when(message["timestamp"]))


def when(timestamp: int) -> datetime:
    """The instant; both messages and statuses carry seconds."""
    return datetime.fromtimestamp(timestamp, UTC)


def _beyond_us(_message: Message) -> Did:
    return _NOTHING


def _text(message: Message) -> Did:
    return {"text": clean(message["text"]["body"])}


def _quick(message: Message) -> Did:
    """A tap on a template's button. Without a payload of ours it comes with its own label."""
    payload = clean(message["button"].get("payload") or "")
    label = clean(message["button"].get("text") or "")
    if payload and payload != label:
        return {"token": payload, "text": label}
    return {"text": label} if label else _NOTHING


def _interactive(message: Message) -> Did:
    told = message["interactive"]
    reply = told.get("button_reply") or told.get("list_reply")
    if not reply:
        return _NOTHING
    return {"token": clean(reply["id"]), "text": clean(reply.get("title") or "")}


def _image(message: Message) -> Did:
    return _file(message["image"], "image/jpeg", "photo")


def _document(message: Message) -> Did:
    return _file(message["document"], "application/octet-stream", "document")


def _file(media: Media, usual: str, called: str) -> Did:
    name = clean(media.get("filename") or "")
    told = clean(media.get("mime_type") or "").partition(";")[0].strip()
    mime = told or mimetypes.guess_type(name)[0] or usual
    name = name or called + (mimetypes.guess_extension(mime) or "")
    file = IncomingFile(clean(media["id"]), mime, name)
    return {"file": file, "text": clean(media.get("caption") or "")}


def _video(message: Message) -> Did:
    caption = clean(message.get("video", {}).get("caption") or "")
    return {"text": caption} if caption else _NOTHING


def _card(message: Message) -> Did:
    """A contact card is its first number, as if it had been typed."""
    for card in message["contacts"]:
        for phone in card.get("phones", []):
            digits = [c for c in phone.get("wa_id") or phone.get("phone") or "" if c.isdecimal()]
            if digits:
                return {"text": "+" + "".join(digits)}
    return _NOTHING


_READERS: dict[str, Callable[[Message], Did]] = {
    "text": _text,
    "button": _quick,
    "interactive": _interactive,
    "image": _image,
    "document": _document,
    "video": _video,
    "contacts": _card,
}
