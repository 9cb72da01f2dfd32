"""Draw a message for Telegram: words in its HTML, choices as buttons, all within its limits."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardMarkup
from telegram.constants import ParseMode

from bot.channels.telegram.keyboard import keyboard
from bot.channels.telegram.letters import cut, units
from bot.channels.telegram.shorten import LADDER, shortened
from bot.domain.message import Outgoing
from bot.domain.text import Text, t
from bot.services.ports.words import Words

TEXT_UNITS = 4096
CAPTION_UNITS = 1024
RAW_BYTES = 32_000  # Telegram refuses 32,768 before it even looks at the marks
_BLANK = "·"  # a message may not be empty

_MARK = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A message as Telegram takes it."""

    text: str
    keyboard: InlineKeyboardMarkup | None
    parse_mode: str | None = ParseMode.HTML

    def unmarked(self) -> "Drawing":
        """The same words without any mark, for when Telegram does not understand the marks."""
        return Drawing(bare(self.text), self.keyboard, None)


def draw(outgoing: Outgoing, language: str, words: Words) -> Drawing:
    """The message in somebody's language; as a caption, if something goes with it."""
    labels = [words.say(button.label, language) for button in outgoing.buttons]
    markup, left_over = keyboard(outgoing.buttons, labels)
    texts = [*outgoing.body, *_rows(outgoing), *left_over]
    limit = CAPTION_UNITS if outgoing.attachment else TEXT_UNITS
    written = _fitting(texts, language, words, limit)
    if not bare(written).strip() and not outgoing.attachment:
        written = _BLANK
    return Drawing(written, markup)


def bare(marked: str) -> str:
    """What a person reads of it."""
    return html.unescape(_MARK.sub("", marked))


def _rows(outgoing: Outgoing) -> list[Text]:
    """The hints of a list's rows, which a button has no room for."""
    return [
        t("telegram.row", label=button.label, hint=button.hint)
        for button in outgoing.buttons
        if button.hint
    ]


def _fitting(texts: Sequence[Text], language: str, words: Words, limit: int) -> str:
    """The texts as HTML, their values shortened until they fit: cut marks would be refused."""
    for longest in LADDER:
        said = (words.say(shortened(text, longest), language, "html") for text in texts)
        written = "\n".join(said)
        if units(bare(written)) <= limit and len(written.encode()) <= RAW_BYTES:
            return written
    # Not the values but the sentences are too many: the marks go, the beginning stays.
    said = (words.say(shortened(text, LADDER[-1]), language, "html") for text in texts)
    return html.escape(cut(bare("\n".join(said)), limit), quote=False)
