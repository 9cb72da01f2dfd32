"""Choices as Telegram's buttons under the message."""

import json
from collections.abc import Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import InlineKeyboardButtonLimit, KeyboardButtonStyle

from bot.channels.telegram.letters import cut, units
from bot.domain.message import Button, Style
from bot.domain.text import Text

MOST_BUTTONS = 100
MOST_BYTES = 9_000  # all buttons as JSON; Telegram refuses some 10,000
LABEL_UNITS = 64  # longer ones do not fit the narrowest phone anyway
SHORT_UNITS = 16  # two of these share a row
TOKEN_BYTES = int(InlineKeyboardButtonLimit.MAX_CALLBACK_DATA)

_STYLES = {
    Style.PLAIN: None,
    Style.PRIMARY: str(KeyboardButtonStyle.PRIMARY),
    Style.DANGER: str(KeyboardButtonStyle.DANGER),
}

Row = list[InlineKeyboardButton]


def keyboard(
    buttons: Sequence[Button], labels: Sequence[str]
) -> tuple[InlineKeyboardMarkup | None, tuple[Text, ...]]:
    """The buttons in rows, and the labels that found no room, to be read and typed instead."""
    drawn: Row = []
    size = 0
    for button, label in zip(buttons, labels, strict=True):
        one = _button(button, label)
        size += len(json.dumps(one.to_dict())) + 4
        if size > MOST_BYTES or len(drawn) == MOST_BUTTONS:
            break
        drawn.append(one)
    left_over = tuple(button.label for button in buttons[len(drawn) :])
    if not drawn:
        return None, left_over
    is_list = any(button.hint for button in buttons)
    return InlineKeyboardMarkup(_rows(drawn, paired=not is_list)), left_over


def _button(button: Button, label: str) -> InlineKeyboardButton:
    if not 1 <= len(button.token.encode()) <= TOKEN_BYTES:
        msg = f"a button's token has 1 to {TOKEN_BYTES} bytes"
        raise ValueError(msg)
    text = cut(" ".join(label.split()), LABEL_UNITS) or "·"
    return InlineKeyboardButton(text, callback_data=button.token, style=_STYLES[button.style])


def _rows(buttons: Sequence[InlineKeyboardButton], *, paired: bool) -> list[Row]:
    """Short neighbours side by side; the rows of a list one under the other."""
    rows: list[Row] = []
    room = False
    for button in buttons:
        short = paired and units(button.text) <= SHORT_UNITS
        if short and room:
            rows[-1].append(button)
            room = False
        else:
            rows.append([button])
            room = short
    return rows
