"""Which files may go over WhatsApp, and as what; it refuses kinds that people do send."""

from bot.domain.message import Attachment

_MEBI = 1024 * 1024
PICTURE_BYTES = 5 * _MEBI
DOCUMENT_BYTES = 100 * _MEBI
_OFFICE = "application/vnd.openxmlformats-officedocument."
_DOCUMENTS = frozenset(
    (
        "application/pdf",
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        f"{_OFFICE}wordprocessingml.document",
        f"{_OFFICE}spreadsheetml.sheet",
        f"{_OFFICE}presentationml.presentation",
    )
)
_PLAIN = "text/plain"
_VOICES = frozenset(("audio/ogg", "audio/mpeg", "audio/aac", "audio/mp4", "audio/amr"))
_FILMS = frozenset(("video/mp4", "video/3gpp"))
_RECORDING_BYTES = 16 * _MEBI
_STICKER_BYTES = 500 * 1024
WORDLESS = frozenset(("audio", "sticker"))  # kinds that go with no words and no buttons
# What receipts come as, and what such a file holds within its first bytes. The network looks into
# files, and takes back what is not of its type: nobody would see the words that went with it.
_MARKS = (
    ("image/png", b"\x89PNG", 4),
    ("image/jpeg", b"\xff\xd8\xff", 3),
    ("application/pdf", b"%PDF", 1024),
)


_PLAYED = (
    ("audio", _VOICES, _RECORDING_BYTES),
    ("video", _FILMS, _RECORDING_BYTES),
    ("sticker", frozenset(("image/webp",)), _STICKER_BYTES),
)


def goes_as(attachment: Attachment, content: bytes) -> tuple[str, str] | None:
    """Its kind (image, audio...) and the type it is sent under; none if it may not go at all."""
    mime = _true_type(attachment.mime.partition(";")[0].strip().lower(), content)
    if mime in ("image/png", "image/jpeg"):
        return ("image", mime) if 0 < len(content) <= PICTURE_BYTES else None
    for kind, mimes, most in _PLAYED:
        if mime in mimes:
            return (kind, mime) if 0 < len(content) <= most else None
    if not 0 < len(content) <= DOCUMENT_BYTES:
        return None
    if mime in _DOCUMENTS:
        return "document", mime
    # A table as CSV is not on their list; as plain text it goes, and its name says what it is.
    return ("document", _PLAIN) if mime.startswith("text/") else None


def _true_type(mime: str, content: bytes) -> str:
    """What a receipt is, whatever it is called; empty if it is nothing that a receipt comes as."""
    if all(mime != kind for kind, _, _ in _MARKS):
        return mime
    return next((kind for kind, mark, within in _MARKS if mark in content[:within]), "")
