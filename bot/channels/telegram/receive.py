"""Read what Telegram sent: one raw update in, what a person did out.

Read as plain JSON rather than through the library's classes, so that an update of a kind or
with a gap the library cannot parse still fails alone, and is counted.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeAlias

from bot.channels.telegram import media
from bot.channels.telegram.letters import clean
from bot.domain.clock import Clock
from bot.domain.message import Address, ChannelName, Incoming, Received

Json: TypeAlias = dict[str, Any]

# What the bot asks Telegram for, polling or by webhook; anything else would only be counted.
WANTED = ("message", "edited_message", "callback_query", "my_chat_member")

# The first two letters of Telegram's language tag, and the catalogue they are answered from.
_LANGUAGES = {"pt": "pt_BR", "en": "en", "es": "es"}
_UNKNOWN = Received(unknown=1)


class Reader:
    """Turns raw updates into what people did. The clock dates taps, which carry no time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def read(self, body: bytes) -> Received:
        """What one update holds; whatever cannot be read is counted, never raised."""
        try:
            update = json.loads(body)
            return self._update(update)
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
            return _UNKNOWN

    def _update(self, update: Json) -> Received:
        message_id = f"u{int(update['update_id'])}"
        kinds: dict[str, Callable[[Json, str], Received]] = {
            "message": self._message,
            "edited_message": self._edit,
            "callback_query": self._tap,
            "my_chat_member": _standing,
        }
        for kind, read in kinds.items():
            if kind in update:
                return read(update[kind], message_id)
        return _UNKNOWN

    def _message(self, message: Json, _update_id: str) -> Received:
        chat = message["chat"]
        if chat["type"] != "private" or media.is_service(message):
            return Received()
        file = media.file_of(message)
        text = _text(message)
        unsupported = file is None and not text and media.is_beyond_us(message)
        if file is None and not text and not unsupported:
            return _UNKNOWN
        said = replace(_said(message, "date"), text=text, file=file, unsupported=unsupported)
        return Received(incomings=(said,))

    def _edit(self, message: Json, update_id: str) -> Received:
        """The words as they stand now; of a file, only what is written under it can change."""
        text = _text(message)
        # Telegram tells of changes that nobody sees, too: a place that moves, a picture's preview.
        if message["chat"]["type"] != "private" or not text:
            return Received()
        said = _said(message, "edit_date")
        mended = replace(said, text=text, message_id=update_id, corrects=said.message_id)
        return Received(incomings=(mended,))

    def _tap(self, query: Json, message_id: str) -> Received:
        """A tap in a private chat: the chat's id is the person's own."""
        query_id = str(query["id"])
        shown = query.get("message") or {}
        token = query.get("data")
        chat = shown.get("chat") or {}
        if not token or chat.get("type", "private") != "private":
            return Received(acknowledge=(query_id,), unknown=1)
        person = int(query["from"]["id"])
        tapped = f"{int(chat['id'])}:{int(shown['message_id'])}" if shown else None
        incoming = Incoming(
            channel=ChannelName.TELEGRAM,
            sender=str(person),
            message_id=message_id,
            at=self._clock.now(),
            token=clean(token),
            tapped=tapped,
            name=_name(query["from"]),
            language=_language(query["from"]),
        )
        return Received(incomings=(incoming,), acknowledge=(query_id,))


def _said(message: Json, dated: str) -> Incoming:
    """Who wrote, when, and the message's name, which a correction of it names as well.

    Its number alone would not do: another bot of ours begins to count anew.
    """
    chat = message["chat"]
    person = message.get("from") or chat
    sender = str(int(chat["id"]))
    name = f"{sender}:{int(message['message_id'])}:{int(message['date'])}"
    return Incoming(
        channel=ChannelName.TELEGRAM,
        sender=sender,
        message_id=name,
        at=datetime.fromtimestamp(int(message[dated]), UTC),
        name=_name(person),
        language=_language(person),
    )


def _standing(change: Json, _message_id: str) -> Received:
    """A person who blocked the bot; one who lets it back in writes, and is heard then."""
    chat = change["chat"]
    if chat["type"] == "private" and change["new_chat_member"]["status"] == "kicked":
        return Received(unreachable=(Address(ChannelName.TELEGRAM, str(int(chat["id"]))),))
    return Received()


def _text(message: Json) -> str:
    """What was written, under a picture or alone; a contact card is its number."""
    if "contact" in message:
        digits = "".join(c for c in str(message["contact"]["phone_number"]) if c.isdecimal())
        return f"+{digits}" if digits else ""
    text = clean(message.get("text") or message.get("caption") or "")
    if not text.startswith("/"):
        return text
    # In menus and forwarded lines a command names its bot: /start@the_bot.
    command, space, rest = text.partition(" ")
    return command.partition("@")[0] + space + rest


def _name(person: Json) -> str:
    names = (person.get("first_name"), person.get("last_name"))
    return " ".join(clean(part).strip() for part in names if part)


def _language(person: Json) -> str:
    """The catalogue they are answered from; empty if we have none in their language."""
    return _LANGUAGES.get(str(person.get("language_code") or "").lower()[:2], "")
