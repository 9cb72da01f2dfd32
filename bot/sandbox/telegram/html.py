"""Telegram's HTML: what it understands becomes entities, what it does not is refused."""

import html
import re
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.telegram.errors import TelegramRefused, bad

_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_TAG = re.compile(r"<(/?)([a-zA-Z0-9-]*)([^>]*)>")
_ENTITY = re.compile(r"&(#[0-9]{1,7}|#x[0-9a-fA-F]{1,6}|lt|gt|amp|quot);")
_HREF = re.compile(r"""href\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+))""")

Entity = dict[str, Any]


def utf16_length(text: str) -> int:
    """How long Telegram thinks a text is."""
    return len(text.encode("utf-16-le")) // 2


@dataclass(slots=True)
class _Reading:
    text: str = ""
    entities: list[Entity] = field(default_factory=list)
    open: list[tuple[str, Entity]] = field(default_factory=list)

    def start(self, name: str, attributes: str, byte: int) -> None:
        kind = _TYPES.get(name)
        if kind is None:
            raise _unparsed(f'Unsupported start tag "{name}" at byte offset {byte}')
        entity: Entity = {"type": kind, "offset": utf16_length(self.text), "length": 0}
        if kind == "text_link":
            found = _HREF.search(attributes)
            entity["url"] = html.unescape(next(filter(None, found.groups()), "")) if found else ""
        self.open.append((name, entity))

    def end(self, name: str, byte: int) -> None:
        if not self.open:
            raise _unparsed(f"Unexpected end tag at byte offset {byte}")
        opened, entity = self.open.pop()
        if name and name != opened:
            raise _unparsed(
                f'Unmatched end tag at byte offset {byte}, expected "</{opened}>", '
                f'found "</{name}>"'
            )
        entity["length"] = utf16_length(self.text) - entity["offset"]
        self._keep(opened, entity)

    def _keep(self, opened: str, entity: Entity) -> None:
        if entity["length"] == 0 or (opened == "a" and not entity["url"]):
            return
        self.entities.append(entity)


def parse_html(raw: str) -> tuple[str, list[Entity]]:
    """The text without its marks, and the marks; raises what Telegram would say."""
    reading, at = _Reading(), 0
    while (start := raw.find("<", at)) >= 0:
        reading.text += _decoded(raw[at:start])
        byte = len(raw[:start].encode())
        tag = _TAG.match(raw, start)
        if not tag:
            raise _unparsed(f"Unclosed start tag at byte offset {byte}")
        closing, name, attributes = tag.groups()
        if closing:
            reading.end(name.lower(), byte)
        else:
            reading.start(name.lower(), attributes, byte)
        at = tag.end()
    reading.text += _decoded(raw[at:])
    if reading.open:
        missing = reading.open[-1][0]
        raise _unparsed(f'Can\'t find end tag corresponding to start tag "{missing}"')
    return _stripped(reading)


def _stripped(reading: _Reading) -> tuple[str, list[Entity]]:
    """Telegram drops blanks around a message; marks move with what is left."""
    left = utf16_length(reading.text) - utf16_length(reading.text.lstrip())
    text = reading.text.strip()
    most = utf16_length(text)
    kept = []
    for entity in sorted(reading.entities, key=lambda e: (e["offset"], -e["length"])):
        first = max(entity["offset"] - left, 0)
        last = min(entity["offset"] + entity["length"] - left, most)
        if first < last:
            kept.append(entity | {"offset": first, "length": last - first})
    return text, kept[:100]


def _decoded(text: str) -> str:
    """Only four names and numbers are understood; everything else stays as it is written."""
    return _ENTITY.sub(lambda found: html.unescape(found.group()), text)


def _unparsed(why: str) -> TelegramRefused:
    return bad(f"can't parse entities: {why}")
