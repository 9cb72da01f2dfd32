"""Uploaded and received files: what may come in, and for how long it can be fetched."""

import secrets
from datetime import datetime, timedelta

from bot.sandbox.clock import SandboxClock
from bot.sandbox.shelf import Shelf, StoredFile
from bot.sandbox.whatsapp.errors import bad_parameter

LINK_LIVES = timedelta(minutes=5)
MEDIA_LIVES, RECEIVED_LIVES = timedelta(days=30), timedelta(days=7)
MEBI = 1024 * 1024
PICTURES = ("image/jpeg", "image/png")
_OFFICE = "application/vnd.openxmlformats-officedocument."
DOCUMENTS = (
    "text/plain",
    "application/pdf",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    f"{_OFFICE}wordprocessingml.document",
    f"{_OFFICE}spreadsheetml.sheet",
    f"{_OFFICE}presentationml.presentation",
)
VOICES = ("audio/ogg", "audio/mpeg", "audio/aac", "audio/mp4", "audio/amr")
FILMS = ("video/mp4", "video/3gpp")
STICKERS = ("image/webp",)
_MOVES, _MOST_STILL = b"ANIM", 100 * 1024  # a sticker that stands still has less room
_MOST = dict.fromkeys(PICTURES, 5 * MEBI) | dict.fromkeys(DOCUMENTS, 100 * MEBI)
_MOST |= dict.fromkeys((*VOICES, *FILMS), 16 * MEBI) | dict.fromkeys(STICKERS, 500 * 1024)


class Media:
    """The files of one business number."""

    def __init__(self, clock: SandboxClock) -> None:
        self._clock = clock
        self.shelf = Shelf("70010020")
        self._until: dict[str, datetime] = {}
        self._links: dict[str, tuple[str, datetime]] = {}

    def keep(self, content: bytes, name: str, mime: str) -> StoredFile:
        """A file as it comes from a person: of any kind."""
        return self._keep(content, name, mime, RECEIVED_LIVES)

    def upload(self, content: bytes, name: str, mime: str) -> StoredFile:
        """A file of the business's; only kinds and sizes that can be sent."""
        mime = mime.partition(";")[0].strip()
        if mime not in _MOST:
            allowed = ", ".join(sorted(_MOST))
            raise bad_parameter(
                f"Param file must be a file with one of the following types: {allowed}. "
                f"Received file of type '{mime}'."
            )
        most = _MOST[mime]
        if mime in STICKERS and _MOVES not in content[:64]:
            most = _MOST_STILL
        if not content or len(content) > most:
            raise bad_parameter(f"file size must be 1 to {most} bytes")
        return self._keep(content, name, mime, MEDIA_LIVES)

    def _keep(self, content: bytes, name: str, mime: str, lives: timedelta) -> StoredFile:
        file = self.shelf.put(content, name, mime)
        self._until[file.id] = self._clock.now() + lives
        return file

    def get(self, media_id: str) -> StoredFile | None:
        """The file while it lives."""
        until = self._until.get(media_id)
        return self.shelf.get(media_id) if until and self._clock.now() < until else None

    def delete(self, media_id: str) -> bool:
        """Forget it; whether there was one."""
        return self._until.pop(media_id, None) is not None

    def link(self, file: StoredFile) -> str:
        """A secret path part that leads to the file for a short while."""
        secret = secrets.token_urlsafe(12)
        self._links[secret] = (file.id, self._clock.now() + LINK_LIVES)
        return secret

    def behind(self, secret: str) -> StoredFile | None:
        """The file a link leads to, while it does."""
        media_id, until = self._links.get(secret, ("", None))
        return self.get(media_id) if until and self._clock.now() < until else None
