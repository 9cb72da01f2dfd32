"""Draw a message for a linked device: plain text, its choices as numbered lines.

Buttons and lists are taken by the server and shown by hardly any phone.
"""

import base64
from typing import Any

from bot.channels.whatsapp.attach import goes_as
from bot.channels.whatsapp.letters import clean
from bot.channels.whatsapp.numbered import BLANK, both, numbered, option_of
from bot.domain.message import Attachment, Outgoing
from bot.domain.text import t
from bot.services.ports.words import Words

TEXT_UNITS = 4096
CAPTION_UNITS = 1024

Json = dict[str, Any]


def draw(
    outgoing: Outgoing, language: str, words: Words, blob: bytes | None = None
) -> tuple[str, Json]:
    """Which call it goes by (``Text``, ``Media``), and what it holds."""
    attachment = outgoing.attachment
    goes = goes_as(attachment, blob or b"") if attachment else None
    body = list(outgoing.body)
    if attachment and goes is None:
        body.append(t("whatsapp.file_left_out", name=attachment.name))
    said = clean("\n".join(words.say(text, language, "numbered") for text in body)).strip()
    options = [option_of(button, language, words) for button in outgoing.buttons]
    written = numbered(options, language, words, by_words=outgoing.takes_number)
    if attachment and goes and blob:
        return "Media", _file(attachment, goes, blob, both(said, written, CAPTION_UNITS))
    # A link in it would be looked at by the server first, and drawn large.
    return "Text", {"text": both(said, written, TEXT_UNITS) or BLANK, "linkPreview": False}


def _file(attachment: Attachment, goes: tuple[str, str], blob: bytes, caption: str) -> Json:
    kind, mime = goes
    file: Json = {
        "mediatype": kind,
        "mimetype": mime,
        "media": base64.b64encode(blob).decode(),
        "fileName": attachment.name,
    }
    return file | ({"caption": caption} if caption else {})
