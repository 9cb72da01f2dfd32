"""Limits of texts and files that the business may send."""

from typing import Any

from bot.sandbox.whatsapp.errors import GraphError, bad_parameter, invalid, missing
from bot.sandbox.whatsapp.media import DOCUMENTS, FILMS, PICTURES, STICKERS, VOICES, Media
from bot.sandbox.whatsapp.message import Content

MOST_TEXT = 4096
MOST_CAPTION = 1024

Json = dict[str, Any]


def words(holder: Json, name: str, most: int, least: int = 1) -> str:
    """A text that must be there and within its limits."""
    value = holder.get(name)
    if value is None or (least and not str(value)):
        raise missing(name)
    if not isinstance(value, str) or not value.strip() or not least <= len(value) <= most:
        raise invalid(f"{name} must be {least} to {most} characters of text")
    return value


def part(holder: Json, name: str) -> Json:
    """A nested object that must be there."""
    value = holder.get(name)
    if not isinstance(value, dict):
        raise missing(name)
    return value


def check_text(payload: Json, _media: Media) -> Content:
    """A plain text."""
    held = part(payload, "text")
    if not isinstance(held.get("preview_url", False), bool):
        raise bad_parameter("text.preview_url must be a boolean")
    return Content("text", words(held, "body", MOST_TEXT))


def check_image(payload: Json, media: Media) -> Content:
    """A picture."""
    return attached("image", part(payload, "image"), media, PICTURES)


def check_document(payload: Json, media: Media) -> Content:
    """A document."""
    return attached("document", part(payload, "document"), media, DOCUMENTS)


def check_audio(payload: Json, media: Media) -> Content:
    """A voice or music: no words go with it."""
    return _wordless("audio", part(payload, "audio"), media, VOICES)


def check_sticker(payload: Json, media: Media) -> Content:
    """A sticker: no words go with it."""
    return _wordless("sticker", part(payload, "sticker"), media, STICKERS)


def check_video(payload: Json, media: Media) -> Content:
    """A film."""
    return attached("video", part(payload, "video"), media, FILMS)


def check_reaction(payload: Json) -> Content:
    """A sign below a message; an empty one takes it back."""
    held = part(payload, "reaction")
    words(held, "message_id", 512)
    if not isinstance(held.get("emoji"), str):
        raise missing("reaction.emoji")
    return Content("reaction", held["emoji"])


def _wordless(kind: str, holder: Json, media: Media, kinds: tuple[str, ...]) -> Content:
    if "caption" in holder:
        raise invalid(f"caption is not allowed with {kind}")
    return attached(kind, holder, media, kinds)


def attached(kind: str, holder: Json, media: Media, kinds: tuple[str, ...]) -> Content:
    """A file by its id or its address, with its caption."""
    caption = words(holder, "caption", MOST_CAPTION) if holder.get("caption") else ""
    content = Content(kind, caption, picture=kind == "image")
    if "id" not in holder:
        if not str(holder.get("link", "")).startswith(("http://", "https://")):
            raise missing(f"{kind}.id or {kind}.link")
        content.link = holder["link"]
        return content
    file = media.get(str(holder["id"]))
    if file is None:
        raise bad_parameter(
            f"{kind}.id is not a valid whatsapp business account media attachment ID"
        )
    if file.mime not in kinds:
        raise GraphError(131053, f"a file of type {file.mime} cannot be sent as {kind}")
    name = str(holder.get("filename") or file.name)
    content.file = media.shelf.put(file.content, name, file.mime)
    return content
