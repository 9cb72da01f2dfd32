"""Somebody with a Telegram account: what they do, and what they see."""

import itertools
from datetime import datetime
from typing import Any

from bot.sandbox.seen import Seen, find_choice
from bot.sandbox.shelf import StoredFile
from bot.sandbox.telegram.chat import Chat, Message
from bot.sandbox.telegram.network import Network
from bot.sandbox.telegram.runs import found_entities
from bot.sandbox.telegram.taps import Tap, Toast

_tap_ids = itertools.count(4_000_000_000_000_001)


class TelegramPerson:
    """Acts as a person would: nothing here knows what the bot makes of it."""

    def __init__(self, world: Network, person_id: int, name: str, language: str | None) -> None:
        self._world = world
        self.id = person_id
        self.user: dict[str, Any] = {"id": person_id, "is_bot": False}
        if language:
            self.user["language_code"] = language
        self.rename(name)
        self.chat = Chat(self.user, world.bot)
        self.started = False
        self.blocking = False
        self.toasts: list[Toast] = []
        """Answers to taps that had words; ``answered`` counts all of them."""
        self.answered = 0
        self.typing_until: datetime | None = None
        self.unread = 0

    def rename(self, name: str) -> None:
        """Go by another name."""
        first, _, last = name.partition(" ")
        self.user["first_name"] = first
        self.user.pop("last_name", None)
        if last:
            self.user["last_name"] = last

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.user['first_name']} {self.user.get('last_name', '')}".strip()

    def says(self, text: str, *, reply_to: int | str | None = None) -> str:
        """Write something; the message's id."""
        message = self._message(text=text, entities=found_entities(text))
        message.reply_to = int(reply_to) if reply_to else None
        return self._send(message)

    def uploads(
        self,
        content: bytes,
        name: str = "photo.jpg",
        mime: str = "",
        *,
        photo: bool = False,
        caption: str = "",
    ) -> str:
        """Send a picture or a document; the message's id."""
        file = self._world.shelf.put(content, name, mime)
        message = self._message(text=caption, file=file, picture=photo)
        return self._send(message)

    def shares_contact(self, phone: str, *, of: int | None = None) -> str:
        """Send a contact card, one's own unless said otherwise; the message's id."""
        message = self._message()
        message.contact = {
            "phone_number": phone.lstrip("+"),
            "first_name": self.user["first_name"],
            "user_id": of or self.id,
        }
        message.text = phone
        return self._send(message)

    def taps(self, what: str, message: int | str | None = None) -> str:
        """Tap the newest button with these words or this token; the tap's id.

        A button that only holds words (of a reply keyboard) sends them; a link goes nowhere.
        """
        seen, choice = find_choice(self.visible(), what, None if message is None else str(message))
        if choice.kind == "text":
            return self.says(choice.label)
        if choice.kind != "button":
            raise LookupError(f"{choice.label!r} is no button that the bot hears of")
        return self.forges_tap(choice.id, seen.id)

    def forges_tap(self, token: str, message: int | str) -> str:
        """Send a tap with any data at all, as a changed client could; the tap's id."""
        tapped, tap = self.chat.get(int(message)), str(next(_tap_ids))
        wire = self.chat.wire(tapped) if tapped else self._gone(int(message))
        self._world.taps[tap] = Tap(self.id, self._world.clock.now())
        query = {"id": tap, "from": self.user, "chat_instance": str(self.id), "data": token}
        self._world.updates.add("callback_query", query | {"message": wire}, f"tap{self.id}")
        return tap

    def edits(self, message_id: int | str, text: str) -> None:
        """Correct what one wrote."""
        message = self.chat.get(int(message_id))
        if message is None or message.by_bot:
            raise LookupError(f"no message {message_id} of one's own")
        message.text, message.entities = text, found_entities(text)
        message.edited_at = self._world.clock.now()
        self._world.updates.add("edited_message", self.chat.wire(message), f"chat{self.id}")

    def blocks_bot(self) -> None:
        """Be out of reach from now on."""
        self._changes_membership(blocking=True)

    def unblocks_bot(self) -> None:
        """Be within reach again."""
        self._changes_membership(blocking=False)

    def visible(self) -> list[Seen]:
        """The chat as it looks now, oldest first, edits applied."""
        return self.chat.seen()

    def recent(self, most: int) -> list[Seen]:
        """The end of the chat, at most so many messages, oldest first."""
        return self.chat.seen(last=most)

    def last(self) -> Seen:
        """The newest message of the bot's."""
        return next(seen for seen in reversed(self.visible()) if not seen.mine)

    def opens(self) -> None:
        """Look at the chat: nothing is unread."""
        if self.unread:
            self.unread = 0
            self._world.news.tell()

    def _message(
        self,
        text: str = "",
        entities: list[dict[str, Any]] | None = None,
        file: StoredFile | None = None,
        *,
        picture: bool = False,
    ) -> Message:
        message_id, now = self._world.next_message_id(), self._world.clock.now()
        return Message(
            id=message_id,
            by_bot=False,
            at=now,
            text=text,
            entities=entities or [],
            file=file,
            picture=picture,
        )

    def _send(self, message: Message) -> str:
        self.started = True
        self.chat.messages.append(message)
        self._world.updates.add("message", self.chat.wire(message), f"chat{self.id}")
        return str(message.id)

    def _gone(self, message_id: int) -> dict[str, Any]:
        return {"message_id": message_id, "date": 0, "chat": {"id": self.id, "type": "private"}}

    def _changes_membership(self, *, blocking: bool) -> None:
        was, now = ("member", "kicked") if blocking else ("kicked", "member")
        self.blocking = blocking
        change = {
            "chat": {"id": self.id, "type": "private"},
            "from": self.user,
            "date": int(self._world.clock.now().timestamp()),
            "old_chat_member": self._membership(was),
            "new_chat_member": self._membership(now),
        }
        self._world.updates.add("my_chat_member", change, f"chat{self.id}")

    def _membership(self, status: str) -> dict[str, Any]:
        until = {"until_date": 0} if status == "kicked" else {}
        return {"user": self._world.bot, "status": status} | until
