"""What a person did on WhatsApp: one message of a webhook in, one Incoming out."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.channels.whatsapp.errors import fault_of
from bot.channels.whatsapp.letters import clean
from bot.channels.whatsapp.media import file_of, lost_file
from bot.channels.whatsapp.wire import MESSAGE, Message
from bot.domain.message import ChannelName, Incoming

# Nobody wants an answer to these: a thumb under a reminder is no payment.
_SILENT = frozenset(("reaction", "revoke", "system", "request_welcome"))
# What we know that we cannot read, though somebody meant something by it.
BEYOND_US = frozenset(("location", "order", "unsupported", "unknown"))
_FILE_DID_NOT_COME = 131052
_ASKED_FOR = "contact_request"

Did = dict[str, Any]
_NOTHING: Did = {"unsupported": True}


def is_silent(message: Message) -> bool:
    """Whether it wants no answer: a reaction, a notice of the network's, a group's chatter."""
    return message["type"] in _SILENT or bool(message.get("group_id"))


def is_new_to_us(message: Message) -> bool:
    """Whether it is of a kind we have never heard of."""
    return message["type"] not in _READERS and message["type"] not in BEYOND_US


def heard(message: Message, names: Mapping[str, str]) -> Incoming:
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
    if any(fault_of(error).code == _FILE_DID_NOT_COME for error in message.get("errors") or ()):
        read = _lost
    return Incoming(
        channel=ChannelName.WHATSAPP,
        sender=sender,
        message_id=clean(message["id"]),
        at=when(message["timestamp"]),
        name=names.get(phone) or names.get(user_id) or "",
        aliases=(user_id,) if phone and user_id else (),
        **read(message),
    )


def when(timestamp: int) -> datetime:
    """The instant; both messages and statuses carry seconds."""
    return datetime.fromtimestamp(timestamp, UTC)


def _beyond_us(_message: Message) -> Did:
    return _NOTHING


def _lost(_message: Message) -> Did:
    """A file that the network could not take from their phone: they are asked for it again."""
    return {"file": lost_file()}


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
    return file_of(message["image"], "image/jpeg", "photo")


def _document(message: Message) -> Did:
    return file_of(message["document"], "application/octet-stream", "document")


def _audio(message: Message) -> Did:
    return file_of(message["audio"], "audio/ogg", "audio")


def _video(message: Message) -> Did:
    return file_of(message["video"], "video/mp4", "video")


def _sticker(message: Message) -> Did:
    return file_of(message["sticker"], "image/webp", "sticker")


def _edit(message: Message) -> Did:
    """The words as they stand now. Of a file, only what is written under it can change."""
    edit = message["edit"]
    inner = {"id": message["id"], "timestamp": message["timestamp"], **edit["message"]}
    changed = MESSAGE.validate_python(inner)
    read = _READERS.get(changed["type"], _beyond_us)
    text = "" if read is _edit else read(changed).get("text", "")
    return {"text": text, "corrects": clean(edit["original_message_id"])}


def _card(message: Message) -> Did:
    """A contact card is its first number, as if it had been typed."""
    for card in message["contacts"]:
        for phone in card.get("phones", []):
            digits = [c for c in phone.get("wa_id") or phone.get("phone") or "" if c.isdecimal()]
            if digits:
                own = card.get("origin") == _ASKED_FOR
                return {"text": "+" + "".join(digits), "own_number": own}
    return _NOTHING


_READERS: dict[str, Callable[[Message], Did]] = {
    "text": _text,
    "button": _quick,
    "interactive": _interactive,
    "image": _image,
    "document": _document,
    "audio": _audio,
    "video": _video,
    "sticker": _sticker,
    "edit": _edit,
    "contacts": _card,
}
