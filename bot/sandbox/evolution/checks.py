"""What the server's schemas want of a request, and what the network lets through."""

import base64
import binascii
import re
from typing import Any

from bot.sandbox.evolution.errors import EvolutionError, wrong

MOST_TEXT = 65_536
MOST_CAPTION = 1024
MOST_MEDIA = 100 * 1024 * 1024
MEDIA_TYPES = ("image", "document", "video", "audio")
_NUMBER = re.compile(r"[+0-9() .-]{8,30}")
_JID = re.compile(r"[0-9]{5,20}@(s\.whatsapp\.net|lid)")
_POLL, _REPLIES, _ROWS = range(2, 11), range(1, 4), range(1, 11)  # how many of them
_MOST_DELAY_MS = 120_000

Json = dict[str, Any]


def words(holder: Json, name: str, most: int = MOST_TEXT) -> str:
    """A text that must be there."""
    value = holder.get(name)
    if value is None:
        raise wrong(f'instance requires property "{name}"')
    if not isinstance(value, str):
        raise wrong(f"instance.{name} is not of a type(s) string")
    if not value.strip():
        raise wrong("Text is required" if name == "text" else f"instance.{name} is required")
    if len(value) > most:
        raise wrong(f"instance.{name} is longer than {most} characters")
    return value


def number(body: Json) -> str:
    """To whom: a phone with its country, or a jid."""
    said = words(body, "number", 64)
    if _JID.fullmatch(said) or (_NUMBER.fullmatch(said) and re.search(r"[0-9]{2}", said)):
        return said
    raise wrong("instance.number is not valid")


def manners(body: Json) -> None:
    """What may come along with every message."""
    delay = body.get("delay", 0)
    if isinstance(delay, bool) or not isinstance(delay, int) or not 0 <= delay <= _MOST_DELAY_MS:
        raise wrong("instance.delay is not of a type(s) integer")
    quoted = body.get("quoted")
    if quoted is not None and not isinstance((quoted.get("key") or {}).get("id"), str):
        raise wrong("instance.quoted.key.id is required")


def media(body: Json) -> tuple[str, bytes, str]:
    """The kind, the bytes and the type of a file; only what comes with the request."""
    kind = body.get("mediatype")
    if kind not in MEDIA_TYPES:
        raise wrong(f"instance.mediatype is not one of enum values: {','.join(MEDIA_TYPES)}")
    told = words(body, "media", 2 * MOST_MEDIA)
    if told.startswith("data:") or "://" in told:
        raise EvolutionError(400, "Owned media must be a url or base64")
    try:
        content = base64.b64decode(told, validate=True)
    except binascii.Error:
        raise EvolutionError(400, "Owned media must be a url or base64") from None
    if kind == "document" and not body.get("fileName"):
        raise wrong("For base64 the file name must be informed.")
    if not 0 < len(content) <= MOST_MEDIA:
        raise EvolutionError(400, "Error: Media upload failed on all hosts")
    return str(kind), content, str(body.get("mimetype") or "")


def caption(body: Json) -> str:
    """The words under a file, if there are any."""
    return words(body, "caption", MOST_CAPTION) if body.get("caption") else ""


def poll(body: Json) -> tuple[str, tuple[str, ...]]:
    """A question and its answers."""
    values = body.get("values")
    if not isinstance(values, list) or len(values) not in _POLL or len(set(values)) != len(values):
        raise wrong("instance.values has 2 to 10 different items")
    if not isinstance(body.get("selectableCount"), int):
        raise wrong('instance requires property "selectableCount"')
    return words(body, "name", 255), tuple(str(value) for value in values)


def buttons(body: Json) -> tuple[str, tuple[tuple[str, str], ...]]:
    """A text with one to three replies; the other kinds of buttons are not sent by us."""
    told = body.get("buttons")
    title = words(body, "title", 255)
    if not isinstance(told, list) or len(told) not in _REPLIES:
        raise wrong("Maximum of 3 reply buttons")
    if any(one.get("type") != "reply" for one in told):
        raise wrong("the box knows reply buttons only")
    return title, tuple((words(one, "id"), words(one, "displayText", 20)) for one in told)


def rows(body: Json) -> tuple[str, tuple[tuple[str, str], ...]]:
    """A list, all of whose parts are wanted."""
    title = words(body, "title", 255)
    words(body, "footerText")
    words(body, "buttonText", 20)
    found: list[tuple[str, str]] = []
    for section in body.get("sections") or ():
        words(section, "title", 24)
        for row in section.get("rows") or ():
            if "description" in row:
                words(row, "description", 72)
            found.append((words(row, "rowId", 200), words(row, "title", 24)))
    if len(found) not in _ROWS:
        raise wrong("instance.sections has 1 to 10 rows")
    return title, tuple(found)
