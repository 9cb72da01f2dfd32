"""Somebody with WhatsApp: what they do, what they see, and how their phone is set."""

import re
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from bot.sandbox.seen import Seen, find_choice
from bot.sandbox.whatsapp import told
from bot.sandbox.whatsapp.message import Content, Message
from bot.sandbox.whatsapp.network import Network

WINDOW = timedelta(hours=24)
_BRAZILIAN_MOBILE = re.compile(r"55([1-9][0-9])9([6-9][0-9]{7})")
_FIRST_WITHOUT_NINE = 31


def digits_of(phone: str) -> str:
    """The number as ids write it."""
    return re.sub(r"[^0-9]", "", phone)


def same_phone_key(phone: str) -> str:
    """Equal for a Brazilian mobile with and without its ninth digit."""
    digits = digits_of(phone)
    return _BRAZILIAN_MOBILE.sub(r"55\1\2", digits) if len(digits) == 13 else digits  # noqa: PLR2004 - 55, area, 9, number


class WhatsAppPerson:
    """Acts as a person would. Traits are plain attributes; set them at any time."""

    def __init__(self, world: Network, phone: str, name: str) -> None:
        self._world = world
        self.phone = f"+{digits_of(phone)}"
        self.name = name
        self.began_as = self.phone
        """The number that their account had first: the ids that hide a number go by it."""
        self.not_on_whatsapp = False
        self.fails_with: int | None = None
        """What is accepted for them fails afterwards, with this number."""
        self.blocked = False
        self.phone_off = False
        """What is sent to them waits; see ``turns_on``."""
        self.no_read_receipts = False
        self.no_advertising = False
        """They want none of this business's marketing; see ``WhatsApp.advertising``."""
        self.advertised_enough = False
        """All businesses together have sent them as much of it as they get."""
        self.without_nine = False
        """The id drops the ninth digit, as older accounts from area 31 on do."""
        self.username_only = False
        """Webhooks name them by their business-scoped id alone."""
        self.reads_at_once = True
        """Otherwise a message is read when the chat is opened."""
        self.messages: list[Message] = []
        self.last_inbound: datetime | None = None
        self.typing_until: datetime | None = None
        self.unread = 0

    @property
    def wa_id(self) -> str:
        """The id on the network."""
        digits = digits_of(self.phone)
        old = _BRAZILIAN_MOBILE.fullmatch(digits)
        drops = self.without_nine and old and int(old[1]) >= _FIRST_WITHOUT_NINE
        return same_phone_key(digits) if drops else digits

    @property
    def user_id(self) -> str:
        """The business-scoped id."""
        return f"BR.{digits_of(self.began_as)[::-1]}77"

    @property
    def window_open(self) -> bool:
        """Whether the business may write freely now."""
        last = self.last_inbound
        return last is not None and self._world.clock.now() - last < WINDOW

    def says(self, text: str, *, reply_to: str | None = None) -> str:
        """Write something; the message's id."""
        content = Content("text", text)
        return self._send(content, {"type": "text", "text": {"body": text}}, reply_to)

    def uploads(self, content: bytes, mime: str, name: str = "", *, caption: str = "") -> str:
        """Send a picture, a voice message or a document; the message's id."""
        picture, voice = mime.startswith("image/"), mime.startswith("audio/")
        kind = "image" if picture else "audio" if voice else "document"
        file = self._world.media.keep(content, name or f"file.{mime.rpartition('/')[2]}", mime)
        wire: dict[str, Any] = {"mime_type": mime, "sha256": file.sha256, "id": file.id}
        wire |= {"caption": caption} if caption else {}
        wire |= {"voice": True} if voice else {} if picture else {"filename": file.name}
        shown = Content("image" if picture else "document", caption, file=file, picture=picture)
        return self._send(shown, {"type": kind, kind: wire}, None)

    def taps(self, what: str, message: str | None = None) -> str:
        """Tap the newest button or list row with these words or this token; the answer's id."""
        seen, choice = find_choice(self.visible(), what, message)
        if choice.kind in ("url", "copy"):
            raise LookupError(f"{choice.label!r} is no button that the business hears of")
        return self._send(Content("text", choice.label), told.tapped(seen, choice), seen.id)

    def copies(self, what: str, message: str | None = None) -> str:
        """Tap a button that copies; what is on their clipboard then. The business hears nothing."""
        _, choice = find_choice(self.visible(), what, message)
        if choice.kind != "copy":
            raise LookupError(f"{choice.label!r} copies nothing")
        return choice.id

    def reacts(self, message: str, emoji: str) -> str:
        """Put an emoji on a message; an empty one takes it back."""
        self.message(message).reaction = emoji
        reaction = {"message_id": message} | ({"emoji": emoji} if emoji else {})
        return self._tell({"type": "reaction", "reaction": reaction}, None, None)

    def edits(self, message: str, text: str) -> str:
        """Put other words in the place of what they wrote."""
        self.message(message).content.text = text
        return self._tell(told.edited(message, text), None, None)

    def deletes(self, message: str) -> str:
        """Take back what they sent."""
        return self._tell(told.revoked(message), None, None)

    def changes_number(self, phone: str) -> str:
        """Take another number, which is a chat of its own; nobody has this one any more."""
        self.not_on_whatsapp = True
        return self._tell(told.renumbered(self.wa_id, digits_of(phone)), None, None)

    def sends_unsupported(self) -> str:
        """Send what the Cloud API cannot pass on: a poll, a picture to be seen once."""
        error = {"code": 131051, "title": "Message type unknown"}
        wire = {"type": "unsupported", "errors": [error]}
        return self._send(Content("unsupported", "…"), wire, None)

    def opens(self) -> None:
        """Look at the chat: everything delivered is read."""
        self.unread = 0
        for message in self.messages:
            if not message.mine and message.status in ("sent", "delivered"):
                self._world.statuses.read(self, message)
        self._world.news.tell()

    def turns_on(self) -> None:
        """Get what was sent to them while their phone was off."""
        self.phone_off = False
        self._world.statuses.turned_on(self)

    def visible(self) -> list[Seen]:
        """The chat as it looks now, oldest first."""
        return [message.seen() for message in self.messages if not message.undelivered]

    def recent(self, most: int) -> list[Seen]:
        """The end of the chat, at most so many messages, oldest first."""
        shown = (message for message in reversed(self.messages) if not message.undelivered)
        return [message.seen() for message in islice(shown, most)][::-1]

    def last(self) -> Seen:
        """The newest message of the business's."""
        return next(seen for seen in reversed(self.visible()) if not seen.mine)

    def message(self, message_id: str) -> Message:
        """A message of this chat, delivered or not."""
        return next(message for message in self.messages if message.id == message_id)

    def contact(self) -> dict[str, Any]:
        """As webhooks describe them."""
        known = {} if self.username_only else {"wa_id": self.wa_id}
        return {"profile": {"name": self.name}, "user_id": self.user_id} | known

    def _send(self, content: Content, wire: dict[str, Any], reply_to: str | None) -> str:
        now = self._world.clock.now()
        message = Message(self._world.next_id(), mine=True, at=now, content=content)
        message.status = "sent"
        message.quotes = self._quoted(reply_to) if wire["type"] == "text" else ""
        self.messages.append(message)
        return self._tell(wire, reply_to, message)

    def _tell(self, wire: dict[str, Any], reply_to: str | None, message: Message | None) -> str:
        now = self._world.clock.now()
        self.last_inbound = now
        message_id = message.id if message else self._world.next_id()
        stamp = str(int(now.timestamp()))
        head = {"from_user_id": self.user_id, "id": message_id, "timestamp": stamp}
        head |= {} if self.username_only else {"from": self.wa_id}
        if reply_to:
            wire = wire | {"context": {"from": self._world.display_phone, "id": reply_to}}

        def taken() -> None:
            if message and message.moves_to("delivered"):
                self._world.news.tell()

        value: dict[str, Any] = {"messages": [head | wire]}
        value |= {} if wire["type"] == "system" else {"contacts": [self.contact()]}
        self._world.tell(self, value, "inbound", taken)
        self._world.news.tell()
        return message_id

    def _quoted(self, message_id: str | None) -> str:
        return next((m.content.text for m in self.messages if m.id == message_id), "")
