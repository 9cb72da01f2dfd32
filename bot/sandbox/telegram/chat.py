"""One private chat between a person and the bot, and its messages."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.sandbox.seen import Seen
from bot.sandbox.shelf import StoredFile, picture_size
from bot.sandbox.telegram.keyboard import choices_of
from bot.sandbox.telegram.runs import found_entities, runs_of


@dataclass(slots=True)
class Message:
    """A message as it is now, edits applied."""

    id: int
    by_bot: bool
    at: datetime
    text: str = ""
    """Its text; under a file, the caption."""
    entities: list[dict[str, Any]] = field(default_factory=list)
    markup: dict[str, Any] | None = None
    file: StoredFile | None = None
    picture: bool = False
    edited_at: datetime | None = None
    reaction: str = ""
    reply_to: int | None = None
    contact: dict[str, Any] | None = None
    pinned: bool = False

    @property
    def inline(self) -> dict[str, Any] | None:
        """The keyboard under it, if there is one; other markup is not part of a message."""
        return self.markup if self.markup and "inline_keyboard" in self.markup else None


@dataclass(slots=True)
class Chat:
    """Who talks, and what was said."""

    user: dict[str, Any]
    bot: dict[str, Any]
    messages: list[Message] = field(default_factory=list)

    def get(self, message_id: int) -> Message | None:
        """The message, if it stands."""
        return next((m for m in self.messages if m.id == message_id), None)

    def wire(self, message: Message) -> dict[str, Any]:
        """The message as the Bot API writes it."""
        names = {key: self.user[key] for key in ("first_name", "last_name") if key in self.user}
        wire: dict[str, Any] = {
            "message_id": message.id,
            "date": int(message.at.timestamp()),
            "chat": {"id": self.user["id"], "type": "private"} | names,
            "from": self.bot if message.by_bot else self.user,
        }
        if message.edited_at:
            wire["edit_date"] = int(message.edited_at.timestamp())
        if message.inline:
            wire["reply_markup"] = message.inline
        quoted = self.get(message.reply_to) if message.reply_to else None
        if quoted:
            wire["reply_to_message"] = self.wire(quoted)
        if message.contact:
            wire["contact"] = message.contact
        return wire | _content(message)

    def seen(self, last: int = 0) -> list[Seen]:
        """The chat as the person sees it now; its last so many messages, or all."""
        return [self._seen(message) for message in self.messages[-last:]]

    def _seen(self, message: Message) -> Seen:
        last = message is self.messages[-1]
        markup = message.inline or (message.markup if last else None)
        quoted = self.get(message.reply_to) if message.reply_to else None
        return Seen(
            id=str(message.id),
            mine=not message.by_bot,
            text=message.text,
            at=message.at,
            runs=runs_of(message.text, message.entities),
            choices=choices_of(markup),
            file=message.file,
            picture=message.picture,
            edited=message.edited_at is not None,
            reaction=message.reaction,
            quotes=quoted.text if quoted else "",
        )


def _content(message: Message) -> dict[str, Any]:
    entities = message.entities or found_entities(message.text)
    if message.file is None:
        marks = {"entities": entities} if entities else {}
        return ({"text": message.text} if message.text else {}) | marks
    marks = {"caption_entities": entities} if entities and message.text else {}
    caption = {"caption": message.text} if message.text else {}
    return _file(message.file, picture=message.picture) | caption | marks


def _file(file: StoredFile, *, picture: bool) -> dict[str, Any]:
    ids = {"file_id": file.id, "file_unique_id": f"u{file.id}", "file_size": file.size}
    if not picture:
        return {"document": ids | {"file_name": file.name, "mime_type": file.mime}}
    width, height = picture_size(file.content) or (90, 90)
    small = ids | {"file_id": file.id, "width": min(width, 90), "height": min(height, 90)}
    return {"photo": [small, ids | {"width": width, "height": height}]}
