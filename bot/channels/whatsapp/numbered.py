"""Choices as lines to answer with their number, for where no button can be shown.

The numbers follow the order of the buttons, for so they are understood when they come back. Where
a number is the answer to a question, the choices have none, and are named by their words.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.channels.whatsapp.letters import cut_at_line, one_line, units
from bot.domain.message import Button
from bot.domain.text import t
from bot.services.ports.words import Words

_SIGN = "▸"  # before a choice without a number
BLANK = "·"  # neither a message nor a label may be empty


@dataclass(frozen=True, slots=True)
class Option:
    """One choice in somebody's language."""

    token: str
    label: str
    hint: str = ""


def option_of(button: Button, language: str, words: Words) -> Option:
    """What its reader sees of a button."""
    label = one_line(words.say(button.label, language)) or BLANK
    hint = one_line(words.say(button.hint, language)) if button.hint else ""
    return Option(button.token, label, hint)


def numbered(
    options: Sequence[Option], language: str, words: Words, *, by_words: bool = False
) -> str:
    """The choices, each after its number, and how to choose; nothing if there are none.

    ``by_words``: without numbers, for a number would be taken for an answer.
    """
    lines: list[str] = []
    for number, option in enumerate(options, start=1):
        sign = _SIGN if by_words else f"{number}."
        line = t("whatsapp.option", sign=sign, label=option.label)
        if option.hint:
            line = t("whatsapp.option_hint", sign=sign, label=option.label, hint=option.hint)
        lines.append(words.say(line, language, "whatsapp"))
    if lines:
        how = t("whatsapp.how_to_answer" if by_words else "whatsapp.how_to_choose")
        lines += ["", words.say(how, language, "whatsapp")]
    return "\n".join(lines)


def both(body: str, written: str, limit: int) -> str:
    """Both within the limit; the body gives way first, for a cut choice cannot be made."""
    if not written:
        return cut_at_line(body, limit)
    room = max(limit - units(written) - 2, limit // 4)
    begun = f"{cut_at_line(body, room)}\n\n" if body else ""
    return cut_at_line(begun + written, limit)
