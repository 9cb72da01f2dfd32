"""Whether a file is what it is called: the network looks inside before it passes one on."""

from bot.sandbox.shelf import StoredFile

# What a kind begins with, and how far into the file. A kind that is not here is not looked into:
# of plain text nobody knows what the network would call none.
_BEGINNINGS: dict[str, tuple[tuple[int, bytes], ...]] = {
    "image/jpeg": ((0, b"\xff\xd8\xff"),),
    "image/png": ((0, b"\x89PNG"),),
    "image/webp": ((8, b"WEBP"),),
    "audio/ogg": ((0, b"OggS"),),
    "audio/amr": ((0, b"#!AMR"),),
    "audio/mpeg": ((0, b"ID3"), (0, b"\xff\xfb"), (0, b"\xff\xf3"), (0, b"\xff\xf2")),
    "audio/aac": ((0, b"\xff\xf1"), (0, b"\xff\xf9")),
    **dict.fromkeys(("audio/mp4", "video/mp4", "video/3gpp"), ((4, b"ftyp"),)),
}
_PDF_BEGINS_WITHIN = 1024
_ZIPPED, _OLD_OFFICE = ((0, b"PK\x03\x04"),), ((0, b"\xd0\xcf\x11\xe0"),)


def is_what_it_says(file: StoredFile) -> bool:
    """Whether its bytes are of the type it came as."""
    if file.mime == "application/pdf":
        return b"%PDF" in file.content[:_PDF_BEGINS_WITHIN]
    beginnings = _beginnings(file.mime)
    return not beginnings or any(
        file.content[place : place + len(mark)] == mark for place, mark in beginnings
    )


def _beginnings(mime: str) -> tuple[tuple[int, bytes], ...]:
    if mime.startswith("application/vnd.openxmlformats-"):
        return _ZIPPED
    if mime == "application/msword" or mime.startswith("application/vnd.ms-"):
        return _OLD_OFFICE
    return _BEGINNINGS.get(mime, ())
