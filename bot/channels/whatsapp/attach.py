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


def goes_as(attachment: Attachment, content: bytes) -> tuple[str, str] | None:
    """Its kind (image, document) and the type it is sent under; none if it may not go at all."""
    mime = attachment.mime.partition(";")[0].strip().lower()
    if mime in ("image/png", "image/jpeg"):
        return ("image", mime) if 0 < len(content) <= PICTURE_BYTES else None
    if not 0 < len(content) <= DOCUMENT_BYTES:
        return None
    if mime in _DOCUMENTS:
        return "document", mime
    # A table as CSV is not on their list; as plain text it goes, and its name says what it is.
    return ("document", _PLAIN) if mime.startswith("text/") else None
