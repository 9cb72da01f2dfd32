"""What a message carries besides words: a file we take, a thing we cannot read, or a notice."""

import mimetypes
from typing import Any

from bot.channels.telegram.letters import clean
from bot.domain.message import IncomingFile

# What is kept for the house to open, the type of it where none is told, and how it is called.
_FILES = (
    ("voice", "audio/ogg", "voice.ogg"),
    ("audio", "audio/mpeg", "audio.mp3"),
    ("video", "video/mp4", "video.mp4"),
    ("video_note", "video/mp4", "video.mp4"),
    ("document", "application/octet-stream", ""),
)
# Kinds a person sends that hold nothing we can use. An animation also carries a document.
_BEYOND_US = frozenset(
    (
        "animation",
        "checklist",
        "dice",
        "game",
        "live_photo",
        "location",
        "paid_media",
        "poll",
        "sticker",
        "story",
        "venue",
    )
)
# What Telegram itself writes into a private chat: nobody said it, nobody is answered.
_SERVICE = frozenset(
    (
        "boost_added",
        "chat_background_set",
        "chat_shared",
        "connected_website",
        "gift",
        "message_auto_delete_timer_changed",
        "passport_data",
        "pinned_message",
        "proximity_alert_triggered",
        "refunded_payment",
        "successful_payment",
        "unique_gift",
        "users_shared",
        "write_access_allowed",
    )
)


def is_service(message: dict[str, Any]) -> bool:
    """Whether Telegram wrote it, and not the person."""
    return not _SERVICE.isdisjoint(message)


def is_beyond_us(message: dict[str, Any]) -> bool:
    """Whether it is a kind of message we cannot read, though somebody meant something by it."""
    return not _BEYOND_US.isdisjoint(message)


def file_of(message: dict[str, Any]) -> IncomingFile | None:
    """The picture in its largest size, or whatever else it holds that may be kept."""
    if is_beyond_us(message):
        return None
    if photos := message.get("photo"):
        largest = max(photos, key=lambda size: size["width"] * size["height"])
        return IncomingFile(
            str(largest["file_id"]), "image/jpeg", "photo.jpg", largest.get("file_size")
        )
    for kind, usual, called in _FILES:
        if held := message.get(kind):
            return _file(held, usual, called)
    return None


def _file(held: dict[str, Any], usual: str, called: str) -> IncomingFile:
    name = clean(str(held.get("file_name") or "")) or called
    mime = held.get("mime_type") or mimetypes.guess_type(name)[0]
    return IncomingFile(str(held["file_id"]), str(mime or usual), name, held.get("file_size"))
