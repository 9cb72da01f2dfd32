"""Whether a message of ours left after all: by what the server remembers of its own sending."""

from collections.abc import Iterator
from typing import Any

from bot.channels.evolution.client import Json
from bot.channels.whatsapp.letters import clean
from bot.domain.phone import phone_key

_NAMES = ("remoteJid", "remoteJidAlt", "senderPn")


def left_already(found: Any, number: str, text: str) -> str:
    """The name of the newest message to them with these very words; empty if there is none.

    One to a privacy id is theirs only if their number stands beside it: words alone prove nothing.
    """
    for record in _records(found):
        key = record.get("key")
        if isinstance(key, dict) and _is_to(key, number) and text and _text(record) == text.strip():
            return clean(str(key.get("id") or ""))
    return ""


def _records(found: Any) -> Iterator[Json]:
    """Versions differ in whether there is a page around them."""
    messages = found.get("messages") if isinstance(found, dict) else found
    records = messages.get("records") if isinstance(messages, dict) else messages
    for record in records if isinstance(records, list) else ():
        if isinstance(record, dict):
            yield record


def _is_to(key: Json, number: str) -> bool:
    wanted = phone_key(number)
    return any(_key(str(key.get(name) or "")) == wanted for name in _NAMES)


def _key(jid: str) -> str:
    name, _, where = jid.partition("@")
    return jid if where == "lid" else phone_key(name.partition(":")[0])


def _text(record: Json) -> str:
    message = record.get("message")
    if not isinstance(message, dict):
        return ""
    told = message.get("conversation")
    for name in ("extendedTextMessage", "imageMessage", "documentMessage"):
        inside = message.get(name)
        if told is None and isinstance(inside, dict):
            told = inside.get("text") or inside.get("caption")
    return str(told or "").strip()
