"""The choices in a plain text, as its reader sees them: lines with a number or a sign."""

import re
from dataclasses import replace

from bot.sandbox.seen import Choice, Seen

_LINE = re.compile(r"([0-9]{1,3})\. (.+)")
_SIGN = "▸ "


def with_typed_choices(seen: Seen) -> Seen:
    """The same, its lines among what can be chosen: by typing their number, or else their words."""
    if seen.mine or seen.choices:
        return seen
    return replace(seen, choices=_numbered(seen.text) or _named(seen.text))


def _numbered(text: str) -> tuple[Choice, ...]:
    """The last lines that count from one; a list that counts is no choice if another follows."""
    found: list[Choice] = []
    for line in text.split("\n"):
        match = _LINE.fullmatch(line)
        if not match:
            continue
        number, label = match.groups()
        if number == "1":
            found = []
        if int(number) == len(found) + 1:
            found.append(Choice(number, label, "typed"))
    return tuple(found)


def _named(text: str) -> tuple[Choice, ...]:
    """The lines with a sign; what follows a colon is said about a choice, and not typed."""
    lines = (line.removeprefix(_SIGN) for line in text.split("\n") if line.startswith(_SIGN))
    return tuple(Choice(line.partition(": ")[0], line, "typed") for line in lines)
