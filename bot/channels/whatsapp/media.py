"""What a person's message carries besides words: a file, by the id it is fetched with."""

import mimetypes
from typing import Any

from bot.channels.whatsapp.letters import clean
from bot.channels.whatsapp.wire import Media
from bot.domain.message import IncomingFile

# What phones send, and Python has no ending for, or a rare one.
_ENDINGS = {
    "audio/ogg": ".ogg",
    "audio/mp4": ".m4a",
    "audio/aac": ".aac",
    "audio/amr": ".amr",
    "image/webp": ".webp",
    "video/3gpp": ".3gp",
}


def file_of(media: Media, usual: str, called: str) -> dict[str, Any]:
    """The file and the words under it. ``usual`` and ``called``: where neither is told."""
    name = clean(media.get("filename") or "")
    told = clean(media.get("mime_type") or "").partition(";")[0].strip()
    mime = told or mimetypes.guess_type(name)[0] or usual
    name = name or called + (_ENDINGS.get(mime) or mimetypes.guess_extension(mime) or "")
    file = IncomingFile(clean(media["id"]), mime, name)
    return {"file": file, "text": clean(media.get("caption") or "")}


def lost_file() -> IncomingFile:
    """A file that never came; fetching it says so."""
    return IncomingFile("", "application/octet-stream")
