"""WhatsApp's marks (*bold*, _italic_, ~struck~, `code`) as stretches that look the same."""

import re

from bot.sandbox.seen import Run

_PAIRS = {"*": "bold", "_": "italic", "~": "strike"}
_CODE = re.compile(r"```(.+?)```|`([^`\n]+)`", re.DOTALL)
_PAIR = re.compile(r"(?<!\w)([*_~])(?=\S)([^\n]*?\S)\1(?!\w)")
_LINK = re.compile(r"https?://[^\s<>]+[^\s<>.,;:!?)]")


def runs_of(text: str, marks: tuple[str, ...] = ()) -> tuple[Run, ...]:
    """The text without its marks, cut wherever its look changes."""
    runs: list[Run] = []
    at = 0
    for found in _CODE.finditer(text):
        runs += _paired(text[at : found.start()], marks)
        runs.append(Run(found.group(1) or found.group(2), (*marks, "code")))
        at = found.end()
    return tuple(runs + _paired(text[at:], marks))


def _paired(text: str, marks: tuple[str, ...]) -> list[Run]:
    runs: list[Run] = []
    at = 0
    for found in _PAIR.finditer(text):
        runs += _linked(text[at : found.start()], marks)
        sign, inside = found.groups()
        runs += _paired(inside, (*marks, _PAIRS[sign]))
        at = found.end()
    return runs + _linked(text[at:], marks)


def _linked(text: str, marks: tuple[str, ...]) -> list[Run]:
    runs: list[Run] = []
    at = 0
    for found in _LINK.finditer(text):
        runs += [Run(text[at : found.start()], marks)] if found.start() > at else []
        runs.append(Run(found.group(), (*marks, "link"), found.group()))
        at = found.end()
    return runs + ([Run(text[at:], marks)] if at < len(text) else [])
