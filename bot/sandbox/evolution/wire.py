"""The shapes in which messages and their fates are told, as the server's 2.3.7 has them."""

import base64
from typing import Any

from bot.sandbox.shelf import StoredFile

Json = dict[str, Any]

TICKS = {
    "sent": "SERVER_ACK",
    "delivered": "DELIVERY_ACK",
    "read": "READ",
    "failed": "ERROR",
}


def text(words: str) -> Json:
    """A plain text."""
    return {"conversation": words}


def under(quoted: str) -> Json:
    """What stands beside a message that was said under another one."""
    return {"contextInfo": {"stanzaId": quoted}} if quoted else {}


def mended(message: Json) -> Json:
    """What a message is told to have become."""
    return {"editedMessage": {"message": message}}


def file_of(file: StoredFile, caption: str, *, with_bytes: bool) -> Json:
    """A picture, a sound or a document; its bytes only where the webhook was told to bring them."""
    kind = kind_of(file)
    about: Json = {"mimetype": file.mime, "fileLength": str(file.size)}
    about |= {"caption": caption} if caption else {}
    about |= {"fileName": file.name} if kind == "documentMessage" else {}
    message: Json = {kind: about}
    if with_bytes:
        message["base64"] = base64.b64encode(file.content).decode()
    return message


def kind_of(file: StoredFile) -> str:
    """The key under which a file of this type comes."""
    for beginning in ("image", "audio", "video"):
        if file.mime.startswith(f"{beginning}/"):
            return f"{beginning}Message"
    return "documentMessage"


def message_type(message: Json) -> str:
    """What the server calls it: the key that is no ornament."""
    for name in message:
        if name not in {"base64", "mediaUrl", "messageContextInfo", "contextInfo"}:
            return name
    return "unknown"
