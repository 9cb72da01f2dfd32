"""Somebody whose WhatsApp reaches a linked device: what they do there, and how it is told."""

from typing import Any

from bot.sandbox.evolution import wire
from bot.sandbox.evolution.message import with_typed_choices
from bot.sandbox.evolution.network import Link
from bot.sandbox.seen import Seen, find_choice
from bot.sandbox.shelf import StoredFile
from bot.sandbox.whatsapp.message import Content, Message
from bot.sandbox.whatsapp.person import WhatsAppPerson, digits_of

Json = dict[str, Any]


class EvolutionPerson(WhatsAppPerson):
    """Chooses by typing a number, for buttons do not show. ``known_by`` is how they are named:

    ``phone``; ``alt`` or ``pn``, a privacy id with the phone beside it; ``lid``, that id alone.
    """

    def __init__(self, link: Link, phone: str, name: str) -> None:
        super().__init__(link, phone, name)
        self._link = link
        self._told: dict[str, Json] = {}  # by message, as the server told it
        self.known_by = "phone"

    @property
    def jid(self) -> str:
        """The number's name on the network."""
        return f"{self.wa_id}@s.whatsapp.net"

    @property
    def lid(self) -> str:
        """The privacy id: digits that are no phone."""
        return f"{digits_of(self.began_as)[::-1]}42@lid"

    def says(self, text: str, *, reply_to: str | None = None) -> str:
        """Write something, under another message if it is named; the message's id."""
        return self._write(Content("text", text), wire.text(text), quotes=reply_to or "")

    def taps(self, what: str, message: str | None = None) -> str:
        """Choose: type the number before these words. What is not the last choice is quoted."""
        seen, choice = find_choice(self.visible(), what, message)
        if choice.kind != "typed":
            return self._presses(seen, choice.id, choice.label)
        last = next(one for one in reversed(self.visible()) if one.choices)
        quotes = seen.id if message is not None or seen.id != last.id else None
        return self.says(choice.id, reply_to=quotes)

    def uploads(self, content: bytes, mime: str, name: str = "", *, caption: str = "") -> str:
        """Send a picture, a sound or a document; the message's id."""
        called = name or f"file.{mime.rpartition('/')[2]}"
        file = self._link.media.keep(content, called, mime)
        picture = mime.startswith("image/")
        shown = Content("image" if picture else "document", caption, file=file, picture=picture)
        message = wire.file_of(file, caption, with_bytes=self._link.brings_bytes)
        return self._write(shown, message, file=file)

    def reacts(self, message: str, emoji: str) -> str:
        """Put an emoji on a message; an empty one takes it back."""
        self.message(message).reaction = emoji
        return self._aside({"reactionMessage": {"key": {"id": message}, "text": emoji}})

    def edits(self, message: str, text: str) -> str:
        """Mend what they wrote."""
        for written in self.messages:
            if written.id == message:
                written.content.text = text
        self._notes(message, "MESSAGE_EDIT", {"editedMessage": wire.text(text)})
        key = self.key(message)
        data = {
            "keyId": message,
            "remoteJid": key["remoteJid"],
            "fromMe": False,
            "status": "SERVER_ACK",
            "messageId": f"db-{message}",
            "message": wire.mended(wire.text(text)),
        }
        self._tell_of("messages.update", data)
        return message

    def deletes(self, message: str) -> str:
        """Take back what they wrote."""
        self._notes(message, "REVOKE", {})
        self._tell_of("messages.delete", {**self.key(message), "status": "DELETED"})
        return message

    def votes(self, option: str) -> str:
        """Answer the newest poll."""
        poll = next(one for one in reversed(self.messages) if option in one.content.list_label)
        vote = {"vote": {"selectedOptions": [option]}}
        key = {"pollCreationMessageKey": {"id": poll.id}}
        return self._write(Content("text", option), {"pollUpdateMessage": vote | key})

    def sends_unsupported(self) -> str:
        """Send a place on the map."""
        place = {"locationMessage": {"degreesLatitude": -20.3, "degreesLongitude": -40.3}}
        return self._write(Content("unsupported", "…"), place)

    def repeats(self, message: str) -> None:
        """The server tells once more of a message it told of before."""
        self._tell_upsert(self._told[message], None)

    def visible(self) -> list[Seen]:
        """The chat as it looks now, oldest first."""
        return [with_typed_choices(seen) for seen in super().visible()]

    def key(self, message_id: str, *, from_me: bool = False) -> Json:
        """Who and what, as this person is told of."""
        key: Json = {"remoteJid": self.jid, "fromMe": from_me, "id": message_id}
        if self.known_by == "phone":
            return key
        key |= {"remoteJid": self.lid, "addressingMode": "lid"}
        beside = {"alt": "remoteJidAlt", "pn": "senderPn"}.get(self.known_by)
        return key | ({beside: self.jid} if beside else {})

    def _presses(self, seen: Seen, token: str, label: str) -> str:
        """A button that does show, on a phone that shows them."""
        pressed = {"selectedButtonId": token, "selectedDisplayText": label}
        message = {"buttonsResponseMessage": pressed}
        return self._write(Content("text", label), message, quotes=seen.id)

    def _notes(self, message: str, kind: str, about: Json) -> None:
        """The network's own note of it, passed on as it is: its key is the writer's."""
        key = {"remoteJid": self._link.account.jid, "fromMe": True, "id": message}
        stamp = int(self._link.clock.now().timestamp() * 1000)
        self._tell_of("messages.edited", {"key": key, "type": kind, "timestampMs": stamp} | about)

    def _tell_of(self, event: str, data: Json) -> None:
        if self._link.hears:
            self._link.tell(self, {"event": event, "data": data}, "inbound", None)
        self._link.news.tell()

    def _aside(self, message: Json) -> str:
        """What is no message of its own."""
        message_id = self._link.next_id()
        self._tell_upsert(self._data(message_id, message), None)
        return message_id

    def _write(
        self, content: Content, message: Json, *, quotes: str = "", file: StoredFile | None = None
    ) -> str:
        now = self._link.clock.now()
        written = Message(self._link.next_id(), mine=True, at=now, content=content, status="sent")
        written.quotes = self._quoted(quotes)
        content.file = file or content.file
        self.messages.append(written)
        data = self._data(written.id, message) | wire.under(quotes)
        self._told[written.id] = data
        self._link.keep(written, data)

        def taken() -> None:
            if written.moves_to("delivered"):
                self._link.news.tell()

        self._tell_upsert(data, taken)
        return written.id

    def _data(self, message_id: str, message: Json) -> Json:
        data = {
            "key": self.key(message_id),
            "pushName": self.name,
            "status": "DELIVERY_ACK",
            "message": message,
            "messageType": wire.message_type(message),
            "messageTimestamp": int(self._link.clock.now().timestamp()),
            "source": "android",
        }
        self._told[message_id] = data
        return data

    def _tell_upsert(self, data: Json, taken: Any) -> None:
        self.last_inbound = self._link.clock.now()
        if self._link.hears:
            self._link.tell(self, {"event": "messages.upsert", "data": data}, "inbound", taken)
        self._link.news.tell()
