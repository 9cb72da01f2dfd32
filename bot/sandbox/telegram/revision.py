"""The methods by which a bot changes or takes back what it said."""

from typing import Any

from bot.sandbox.telegram import errors
from bot.sandbox.telegram.chat import Message
from bot.sandbox.telegram.errors import bad
from bot.sandbox.telegram.fields import Fields
from bot.sandbox.telegram.keyboard import check_markup
from bot.sandbox.telegram.person import TelegramPerson
from bot.sandbox.telegram.speech import (
    MOST_CAPTION,
    MOST_TEXT,
    Method,
    Speech,
    reachable,
    worded,
)
from bot.sandbox.telegram.world import Telegram

_DELETABLE_S = 48 * 3600


class Revision:
    """editMessage*, deleteMessage(s)."""

    def __init__(self, world: Telegram, speech: Speech) -> None:
        self._world, self._speech = world, speech
        self.methods: dict[str, Method] = {
            "editmessagetext": self._text,
            "editmessagecaption": self._caption,
            "editmessagereplymarkup": self._markup,
            "editmessagemedia": self._media,
            "deletemessage": self._delete,
            "deletemessages": self._delete_many,
        }

    async def _text(self, fields: Fields) -> Any:
        person, message = self._editable(fields)
        if message.file is not None:
            raise bad(errors.NO_TEXT)
        text, entities = worded(fields, "text", "entities", MOST_TEXT)
        if not text:
            raise bad(errors.MESSAGE_IS_EMPTY)
        return self._apply(person, message, fields, (text, entities))

    async def _caption(self, fields: Fields) -> Any:
        person, message = self._editable(fields)
        if message.file is None:
            raise bad(errors.NO_CAPTION)
        words = worded(fields, "caption", "caption_entities", MOST_CAPTION)
        return self._apply(person, message, fields, words)

    async def _markup(self, fields: Fields) -> Any:
        person, message = self._editable(fields)
        return self._apply(person, message, fields, (message.text, message.entities))

    async def _media(self, fields: Fields) -> Any:
        person, message = self._editable(fields)
        media = fields.parsed("media")
        kind = "photo" if media["type"] == "photo" else "document"
        inner = {kind: media["media"]}
        inner |= {k: str(media[k]) for k in ("caption", "parse_mode") if k in media}
        given = Fields(inner, fields.files)
        file = self._speech.file(given, kind)
        words = worded(given, "caption", "caption_entities", MOST_CAPTION)
        message.file, message.picture = file, kind == "photo"
        return self._apply(person, message, fields, words, force=True)

    async def _delete(self, fields: Fields) -> Any:
        person = reachable(self._world, fields.number("chat_id"))
        message = person.chat.get(fields.number("message_id"))
        if message is None:
            raise bad(errors.DELETE_NOT_FOUND)
        if (self._world.clock.now() - message.at).total_seconds() > _DELETABLE_S:
            raise bad(errors.CANNOT_DELETE)
        person.chat.messages.remove(message)
        self._world.news.tell()
        return True

    async def _delete_many(self, fields: Fields) -> Any:
        person = reachable(self._world, fields.number("chat_id"))
        gone = set(fields.parsed("message_ids") or [])
        person.chat.messages[:] = [m for m in person.chat.messages if m.id not in gone]
        self._world.news.tell()
        return True

    def _editable(self, fields: Fields) -> tuple[TelegramPerson, Message]:
        person = reachable(self._world, fields.number("chat_id"))
        message = person.chat.get(fields.number("message_id"))
        if message is None:
            raise bad(errors.EDIT_NOT_FOUND)
        if not message.by_bot or (message.markup and not message.inline):
            raise bad(errors.CANNOT_EDIT)
        return person, message

    def _apply(
        self,
        person: TelegramPerson,
        message: Message,
        fields: Fields,
        words: tuple[str, list[dict[str, Any]]],
        *,
        force: bool = False,
    ) -> dict[str, Any]:
        """Without a keyboard in the call, the one that was there is gone."""
        markup = check_markup(fields.parsed("reply_markup"))
        text, entities = words
        same = (text, entities, markup) == (message.text, message.entities, message.markup)
        if same and not force:
            raise bad(errors.NOT_MODIFIED)
        message.text, message.entities, message.markup = text, entities, markup
        message.edited_at = self._world.clock.now()
        self._world.news.tell()
        return person.chat.wire(message)
