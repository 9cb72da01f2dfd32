"""Files that passed through the box, kept in memory by their id."""

import hashlib
import mimetypes
import struct
from dataclasses import dataclass
from typing import Any

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8"
_PNG_HEAD = 24
_JPEG_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_MARK = 0xFF


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Bytes with a name and a type."""

    id: str
    name: str
    mime: str
    content: bytes

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.content)

    @property
    def sha256(self) -> str:
        """As a hex string."""
        return hashlib.sha256(self.content).hexdigest()

    def as_json(self) -> dict[str, Any]:
        """For the page."""
        link = f"/sandbox/files/{self.id}"
        return {"name": self.name, "mime": self.mime, "size": self.size, "link": link}


class Shelf:
    """Every file by its id; ids look like what the network itself would give."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._files: dict[str, StoredFile] = {}

    def put(self, content: bytes, name: str, mime: str = "") -> StoredFile:
        """Keep it. Without a type it is guessed by the name."""
        guessed = mime or mimetypes.guess_type(name)[0] or "application/octet-stream"
        file = StoredFile(f"{self._prefix}{len(self._files) + 1}", name, guessed, content)
        self._files[file.id] = file
        return file

    def get(self, file_id: str) -> StoredFile | None:
        """The file, if there is one."""
        return self._files.get(file_id)


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG or JPEG; nothing if it is no such picture."""
    if content.startswith(_PNG) and len(content) >= _PNG_HEAD:
        width, height = struct.unpack(">II", content[16:_PNG_HEAD])
        return width, height
    return _jpeg_size(content) if content.startswith(_JPEG) else None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(content) and content[at] == _JPEG_MARK:
        if content[at + 1] in _JPEG_SIZES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + int.from_bytes(content[at + 2 : at + 4])
    return None
