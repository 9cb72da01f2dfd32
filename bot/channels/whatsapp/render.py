"""Draw a message for WhatsApp: its marks, and the narrowest form that shows every choice whole.

Up to three short choices are buttons, up to ten a list, more or longer ones numbered lines: the
numbers follow the order of the buttons, for the switchboard takes them so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels.whatsapp.letters import clean, cut, units
from bot.channels.whatsapp.numbered import BLANK, Option, both, numbered, option_of
from bot.domain.message import Button, Outgoing
from bot.domain.text import t
from bot.services.ports.words import Marks, Words

TEXT_UNITS = 4096
SHORT_UNITS = 1024  # a caption, and the body above buttons or a list
MOST_BUTTONS, BUTTON_UNITS = 3, 20
MOST_ROWS, ROW_UNITS, HINT_UNITS = 10, 24, 72
TOKEN_UNITS = 200  # what a row's id may hold; a button's holds more

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Media:
    """An uploaded file that the message shows: ``kind`` is image, document, audio..."""

    kind: str
    id: str
    name: str

    def as_json(self, caption: str = "") -> Json:
        """The file as the API takes it."""
        file: Json = {"id": self.id}
        if self.kind == "document":
            file["filename"] = self.name
        if caption:
            file["caption"] = caption
        return file


def draw(outgoing: Outgoing, language: str, words: Words, media: Media | None = None) -> Json:
    """The message's type and its content, ready for the API."""
    body = _said(outgoing, language, words, "whatsapp")
    if outgoing.asks_number and not outgoing.buttons:
        return _number_wanted(cut(body, SHORT_UNITS))
    options = [_option(button, language, words) for button in outgoing.buttons]
    if options and units(body) <= SHORT_UNITS:
        if _are_buttons(options):
            return _interactive(_buttons(options), body, media)
        if _are_rows(options) and media is None:
            return _interactive(_rows(options, language, words), body, None)
    if options:
        body = _said(outgoing, language, words, "numbered")
    written = numbered(options, language, words, by_words=outgoing.takes_number)
    if media:
        caption = both(body, written, SHORT_UNITS)
        return {"type": media.kind, media.kind: media.as_json(caption)}
    text = both(body, written, TEXT_UNITS) or BLANK
    return {"type": "text", "text": {"body": text, "preview_url": False}}


def _said(outgoing: Outgoing, language: str, words: Words, style: Marks) -> str:
    return clean("\n".join(words.say(text, language, style) for text in outgoing.body)).strip()


def _option(button: Button, language: str, words: Words) -> Option:
    if not 1 <= units(button.token) <= TOKEN_UNITS:
        raise ValueError("a button's token has 1 to 200 letters")
    return option_of(button, language, words)


def _are_buttons(options: Sequence[Option]) -> bool:
    labels = {option.label for option in options}
    return len(labels) == len(options) <= MOST_BUTTONS and all(
        units(option.label) <= BUTTON_UNITS and not option.hint for option in options
    )


def _are_rows(options: Sequence[Option]) -> bool:
    return len(options) <= MOST_ROWS and all(units(o.label) <= ROW_UNITS for o in options)


def _buttons(options: Sequence[Option]) -> Json:
    replies = [{"id": option.token, "title": option.label} for option in options]
    buttons = [{"type": "reply", "reply": reply} for reply in replies]
    return {"type": "button", "action": {"buttons": buttons}}


def _rows(options: Sequence[Option], language: str, words: Words) -> Json:
    rows: list[Json] = []
    for option in options:
        row = {"id": option.token, "title": option.label}
        if option.hint:
            row["description"] = cut(option.hint, HINT_UNITS)
        rows.append(row)
    opens = cut(words.say(t("whatsapp.list_button"), language), BUTTON_UNITS)
    return {"type": "list", "action": {"button": opens, "sections": [{"rows": rows}]}}


def _interactive(form: Json, body: str, media: Media | None) -> Json:
    interactive = {**form, "body": {"text": body or BLANK}}
    if media:
        interactive["header"] = {"type": media.kind, media.kind: media.as_json()}
    return {"type": "interactive", "interactive": interactive}


def _number_wanted(body: str) -> Json:
    """With a button that gives us their own number, for those who came without one."""
    return _interactive(
        {"type": "request_contact_info", "action": {"name": "request_contact_info"}}, body, None
    )
