"""Keyboards: checked as Telegram checks them, and as the person sees them."""

import json
from typing import Any

from bot.sandbox.seen import Choice
from bot.sandbox.telegram.errors import bad

MOST_BUTTONS = 100
MOST_IN_A_ROW = 8
MOST_DATA_BYTES = 64
MOST_MARKUP_BYTES = 10_240
MOST_COPY = 256
_ACTIONS = (
    "url",
    "callback_data",
    "callback_game",
    "pay",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "login_url",
    "web_app",
    "copy_text",
)
_STYLES = ("", "danger", "success", "primary")


def check_markup(markup: Any) -> dict[str, Any] | None:
    """The markup if Telegram would take it; inline keyboards without buttons are none."""
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" not in markup:
        return markup
    rows = [row for row in markup["inline_keyboard"] if row]
    if len(json.dumps(markup, ensure_ascii=False).encode()) > MOST_MARKUP_BYTES:
        raise bad("reply markup is too long")
    if sum(map(len, rows)) > MOST_BUTTONS or any(len(row) > MOST_IN_A_ROW for row in rows):
        raise bad("too many buttons in the inline keyboard")
    for row in rows:
        for button in row:
            _check_button(button)
    return {"inline_keyboard": rows} if rows else None


def _check_button(button: dict[str, Any]) -> None:
    if not str(button.get("text", "")).strip():
        raise bad("can't parse inline keyboard button: Field 'text' must be of type String")
    if not any(action in button for action in _ACTIONS):
        raise bad(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if button.get("style", "") not in _STYLES:
        raise bad("can't parse inline keyboard button: Invalid button style specified")
    data = button.get("callback_data")
    if data is not None and not 1 <= len(str(data).encode()) <= MOST_DATA_BYTES:
        raise bad("BUTTON_DATA_INVALID")
    copied = button.get("copy_text")
    if copied is not None and not 1 <= len(copied.get("text", "")) <= MOST_COPY:
        raise bad("BUTTON_COPY_TEXT_INVALID")


def choices_of(markup: dict[str, Any] | None) -> tuple[Choice, ...]:
    """What can be tapped, row by row."""
    if markup is None:
        return ()
    rows = markup.get("inline_keyboard") or markup.get("keyboard") or []
    return tuple(_choice(button, number) for number, row in enumerate(rows) for button in row)


def _choice(button: Any, row: int) -> Choice:
    if isinstance(button, str):
        return Choice(button, button, "text", row)
    label, style = str(button["text"]), str(button.get("style", ""))
    if "callback_data" in button:
        return Choice(str(button["callback_data"]), label, "button", row, style=style)
    if "url" in button:
        return Choice(str(button["url"]), label, "url", row, style=style, url=str(button["url"]))
    if "web_app" in button:
        link = str(button["web_app"]["url"])
        return Choice(link, label, "url", row, style=style, url=link)
    if "copy_text" in button:
        return Choice(str(button["copy_text"]["text"]), label, "copy", row, style=style)
    kind = "contact" if button.get("request_contact") else "text"
    return Choice(label, label, kind, row, style=style)
