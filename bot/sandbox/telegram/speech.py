"""The methods by which a bot says something new."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.sandbox.ledger import Accepted
from bot.sandbox.shelf import StoredFile, picture_size
from bot.sandbox.telegram import errors
from bot.sandbox.telegram.chat import Message
from bot.sandbox.telegram.errors import bad
from bot.sandbox.telegram.fields import Fields
from bot.sandbox.telegram.html import parse_html, utf16_length
from bot.sandbox.telegram.keyboard import check_markup
from bot.sandbox.telegram.person import TelegramPerson
from bot.sandbox.telegram.world import Telegram

Method = Callable[[Fields], Awaitable[Any]]

MOST_TEXT = 4096
MOST_CAPTION = 1024
MOST_RAW_BYTES = 32_768
MOST_PHOTO = 10 * 1024 * 1024
MOST_FILE = 50 * 1024 * 1024
MOST_SIDES = 10_000
MOST_RATIO = 20
_ALBUM = range(2, 11)


def reachable(world: Telegram, chat_id: int) -> TelegramPerson:
    """The person, if the bot may write to them."""
    person = world.people.get(chat_id)
    if person is None or not person.started:
        raise bad(errors.CHAT_NOT_FOUND)
    if person.blocking:
        raise errors.blocked()
    return person


def worded(fields: Fields, name: str, entities: str, most: int) -> tuple[str, list[dict[str, Any]]]:
    """A text or caption with its marks, checked."""
    raw, mode = fields.text(name), fields.text("parse_mode")
    if len(raw.encode()) > MOST_RAW_BYTES:
        raise bad("text is too long")
    if mode.lower() == "html":
        text, marks = parse_html(raw)
    elif mode:
        raise bad(f"the sandbox reads only HTML, not {mode}")
    else:
        text, marks = raw.strip(), fields.parsed(entities) or []
    if utf16_length(text) > most:
        raise bad(errors.TEXT_TOO_LONG if name == "text" else errors.CAPTION_TOO_LONG)
    return text, marks


class Speech:
    """sendMessage, sendPhoto, sendDocument, sendMediaGroup, copyMessage, forwardMessage."""

    def __init__(self, world: Telegram) -> None:
        self._world = world
        self.methods: dict[str, Method] = {
            "sendmessage": self._message,
            "sendphoto": self._photo,
            "senddocument": self._document,
            "sendmediagroup": self._album,
            "copymessage": self._copy,
            "forwardmessage": self._forward,
        }

    async def _message(self, fields: Fields) -> Any:
        text, entities = worded(fields, "text", "entities", MOST_TEXT)
        if not text:
            raise bad(errors.MESSAGE_IS_EMPTY)
        return self._say(fields, "sendMessage", self._new(text=text, entities=entities))

    async def _photo(self, fields: Fields) -> Any:
        return self._say(fields, "sendPhoto", self._with_file(fields, "photo"))

    async def _document(self, fields: Fields) -> Any:
        return self._say(fields, "sendDocument", self._with_file(fields, "document"))

    async def _album(self, fields: Fields) -> Any:
        media = fields.parsed("media") or []
        if len(media) not in _ALBUM:
            raise bad("wrong number of media: 2-10 expected")
        said = []
        for item in media:
            kind = "photo" if item["type"] == "photo" else "document"
            inner = {"chat_id": fields.text("chat_id"), kind: item["media"]}
            inner |= {k: str(item[k]) for k in ("caption", "parse_mode") if k in item}
            part = self._with_file(Fields(inner, fields.files), kind)
            said.append(self._say(Fields(inner), "sendMediaGroup", part))
        return said

    async def _copy(self, fields: Fields) -> Any:
        return {"message_id": self._again(fields, "copyMessage")["message_id"]}

    async def _forward(self, fields: Fields) -> Any:
        return self._again(fields, "forwardMessage")

    def _again(self, fields: Fields, method: str) -> dict[str, Any]:
        source = self._world.people.get(fields.number("from_chat_id"))
        old = source.chat.get(fields.number("message_id")) if source else None
        if old is None:
            raise bad(f"message to {method.removesuffix('Message')} not found")
        new = self._new(text=old.text, entities=old.entities, file=old.file, picture=old.picture)
        wire = self._say(fields, method, new)
        if method == "forwardMessage" and source:
            origin = self._world.bot if old.by_bot else source.user
            wire["forward_origin"] = {
                "type": "user",
                "date": int(old.at.timestamp()),
                "sender_user": origin,
            }
        return wire

    def _with_file(self, fields: Fields, name: str) -> Message:
        file, picture = self.file(fields, name), name == "photo"
        text, entities = worded(fields, "caption", "caption_entities", MOST_CAPTION)
        return self._new(text=text, entities=entities, file=file, picture=picture)

    def file(self, fields: Fields, name: str) -> StoredFile:
        """The file under this name: uploaded now, or known from before."""
        given = fields.text(name)
        part = given.removeprefix("attach://") if given.startswith("attach://") else name
        upload = fields.files.get(part)
        if upload is None:
            known = self._world.shelf.get(given)
            if known is None:
                missing = f"there is no {name} in the request"
                raise bad("wrong file identifier/HTTP URL specified" if given else missing)
            return known
        if not upload.content:
            raise bad("file must be non-empty")
        if name == "photo":
            _check_photo(upload.content)
        elif len(upload.content) > MOST_FILE:
            raise errors.TelegramRefused("Request Entity Too Large", 413)
        return self._world.shelf.put(upload.content, upload.name, upload.mime)

    def _say(self, fields: Fields, method: str, message: Message) -> dict[str, Any]:
        person = reachable(self._world, fields.number("chat_id"))
        message.markup = check_markup(fields.parsed("reply_markup"))
        message.reply_to = _replied(fields)
        message.id = self._world.next_message_id()
        person.chat.messages.append(message)
        person.unread += 1
        person.typing_until = None
        kind = "text" if message.file is None else "photo" if message.picture else "document"
        self._world.ledger.add(
            Accepted(
                "telegram",
                method,
                str(person.id),
                str(message.id),
                "",
                kind,
                message.text,
                message.at,
            )
        )
        self._world.news.tell()
        return person.chat.wire(message)

    def _new(self, **content: Any) -> Message:
        """A message without a place in a chat yet."""
        return Message(id=0, by_bot=True, at=self._world.clock.now(), **content)


def _replied(fields: Fields) -> int | None:
    reply = fields.parsed("reply_parameters")
    return int(reply["message_id"]) if reply else None


def _check_photo(content: bytes) -> None:
    size = picture_size(content)
    if size is None:
        raise bad("IMAGE_PROCESS_FAILED")
    if len(content) > MOST_PHOTO:
        raise errors.TelegramRefused("Request Entity Too Large", 413)
    width, height = size
    if width + height > MOST_SIDES or max(size) > MOST_RATIO * max(1, min(size)):
        raise bad("PHOTO_INVALID_DIMENSIONS")
