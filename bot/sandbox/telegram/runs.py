"""A text and its entities as stretches that look the same: for eyes, not for the wire."""

import itertools
import re
from typing import Any

from bot.sandbox.seen import Run
from bot.sandbox.telegram.html import utf16_length

_MARKS = {
    "bold": "bold",
    "italic": "italic",
    "underline": "underline",
    "strikethrough": "strike",
    "spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "quote",
    "text_link": "link",
    "url": "link",
    "bot_command": "command",
}
_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>]+[^\s<>.,;:!?)])|(?<!\S)(?P<command>/[a-z0-9_]{1,32})\b"
)


def found_entities(text: str) -> list[dict[str, Any]]:
    """Links and commands, which Telegram finds by itself."""
    entities = []
    for found in _FOUND.finditer(text):
        kind = "url" if found.group("url") else "bot_command"
        offset = utf16_length(text[: found.start()])
        length = utf16_length(found.group())
        entities.append({"type": kind, "offset": offset, "length": length})
    return entities


def runs_of(text: str, entities: list[dict[str, Any]]) -> tuple[Run, ...]:
    """The whole text, cut wherever its look changes."""
    units = text.encode("utf-16-le")
    code = [e for e in entities if e["type"] in ("code", "pre", "text_link")]
    every = entities + [e for e in found_entities(text) if not any(_overlap(e, c) for c in code)]
    edges = {0, len(units) // 2}
    for entity in every:
        edges |= {entity["offset"], entity["offset"] + entity["length"]}
    cuts = sorted(edges)
    runs = []
    for start, end in itertools.pairwise(cuts):
        stretch = units[start * 2 : end * 2].decode("utf-16-le", "replace")
        inside = [e for e in every if e["offset"] <= start and end <= e["offset"] + e["length"]]
        marks = dict.fromkeys(_MARKS[e["type"]] for e in inside if e["type"] in _MARKS)
        runs.append(Run(stretch, tuple(marks), _url(inside, stretch)))
    return tuple(runs)


def _url(inside: list[dict[str, Any]], stretch: str) -> str:
    for entity in inside:
        if entity["type"] == "text_link":
            return str(entity["url"])
        if entity["type"] == "url":
            return stretch
    return ""


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    first = max(one["offset"], other["offset"])
    last = min(one["offset"] + one["length"], other["offset"] + other["length"])
    return bool(first < last)
