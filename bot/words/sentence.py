"""A catalogue's sentence taken apart once: its words, its marks in a chat's way, its gaps."""

import html
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from bot.services.ports.words import Marks


@dataclass(frozen=True, slots=True)
class Gap:
    """Where a value goes; ``verbatim`` inside code, where a chat looks for no other marks."""

    name: str
    verbatim: bool


Sentence: TypeAlias = tuple[str | Gap, ...]

_PARTS = re.compile(r"<(?P<close>/?)(?P<mark>b|i|code|pre)>|\{(?P<gap>[a-z_][a-z0-9_]*)\}")
_OWN = 512  # sentences that owners wrote; a catalogue keeps its own besides
_WHATSAPP = {"b": "*", "i": "_", "code": "```", "pre": "```"}


@lru_cache(maxsize=_OWN)
def take_apart(written: str, style: Marks) -> Sentence:
    """The sentence ready to be filled; what stands next to each other is joined already."""
    parts: list[str | Gap] = []
    inside_code = False
    done = 0
    for found in _PARTS.finditer(written):
        _say(parts, _literal(written[done : found.start()], style))
        done = found.end()
        if name := found["gap"]:
            parts.append(Gap(name, inside_code))
        else:
            _say(parts, _marked(found[0], found["mark"], style))
            if found["mark"] in {"code", "pre"}:
                inside_code = not found["close"]
    _say(parts, _literal(written[done:], style))
    return tuple(parts)


def _say(parts: list[str | Gap], words: str) -> None:
    if not words:
        return
    last = parts[-1] if parts else None
    if isinstance(last, str):
        parts[-1] = last + words
    else:
        parts.append(words)


def _literal(words: str, style: Marks) -> str:
    return html.escape(words, quote=False) if style == "html" else words


def _marked(tag: str, mark: str, style: Marks) -> str:
    if style == "html":
        return tag
    return "" if style == "plain" else _WHATSAPP[mark]
