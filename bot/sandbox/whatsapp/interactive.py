"""Limits of buttons, lists and links that the business may send."""

from collections.abc import Callable

from bot.sandbox.seen import Choice
from bot.sandbox.whatsapp.checks import Json, attached, part, words
from bot.sandbox.whatsapp.errors import invalid, missing
from bot.sandbox.whatsapp.media import DOCUMENTS, FILMS, PICTURES, Media
from bot.sandbox.whatsapp.message import Content

MOST_BUTTON_BODY = 1024
MOST_LIST_BODY = 4096
MOST_FOOTER = 60
MOST_BUTTONS = 3
MOST_TITLE = 20
MOST_ID = 256
MOST_ROWS = 10
MOST_ROW_ID = 200
MOST_ROW_TITLE = 24
MOST_HINT = 72
_HEADERS = {"image": PICTURES, "document": DOCUMENTS, "video": FILMS}


def check_interactive(payload: Json, media: Media) -> Content:
    """Buttons, a list or a link."""
    inner = part(payload, "interactive")
    check = _INTERACTIVE.get(str(inner.get("type")))
    if check is None:
        raise invalid(f"interactive.type {inner.get('type')!r} is not supported by the sandbox")
    content = check(inner)
    if "footer" in inner:
        content.footer = words(part(inner, "footer"), "text", MOST_FOOTER)
    if "header" in inner:
        if inner["type"] == "request_contact_info":
            raise invalid("a header is not allowed here")
        _header(part(inner, "header"), content, media)
    return content


def _header(header: Json, content: Content, media: Media) -> None:
    kind = header.get("type")
    if kind == "text":
        content.header = words(header, "text", MOST_FOOTER)
    elif kind in _HEADERS and not content.list_label:
        allowed = _HEADERS[kind]
        held = attached(kind, part(header, kind), media, allowed)
        content.file, content.link, content.picture = held.file, held.link, kind == "image"
    else:
        raise invalid(f"header.type {kind!r} is not allowed here")


def _buttons(inner: Json) -> Content:
    body = words(part(inner, "body"), "text", MOST_BUTTON_BODY)
    buttons = part(inner, "action").get("buttons") or []
    if not 1 <= len(buttons) <= MOST_BUTTONS:
        raise invalid(f"action.buttons must hold 1 to {MOST_BUTTONS} buttons")
    choices: list[Choice] = []
    for button in buttons:
        if button.get("type") != "reply":
            raise invalid("action.buttons.type must be reply")
        reply = part(button, "reply")
        label = words(reply, "title", MOST_TITLE)
        choices.append(Choice(_trimmed_id(reply, MOST_ID), label, row=len(choices)))
    _unique([choice.label for choice in choices], "button titles")
    _unique([choice.id for choice in choices], "button ids")
    return Content("interactive", body, choices=tuple(choices))


def _list(inner: Json) -> Content:
    body = words(part(inner, "body"), "text", MOST_LIST_BODY)
    action = part(inner, "action")
    label = words(action, "button", MOST_TITLE)
    sections = action.get("sections") or []
    if not 1 <= len(sections) <= MOST_ROWS:
        raise invalid("action.sections must hold 1 to 10 sections")
    choices: list[Choice] = []
    for section in sections:
        if len(sections) > 1 or section.get("title"):
            words(section, "title", MOST_ROW_TITLE)
        if not section.get("rows"):
            raise missing("section.rows")
        for row in section["rows"]:
            hint = words(row, "description", MOST_HINT) if row.get("description") else ""
            title = words(row, "title", MOST_ROW_TITLE)
            token = _trimmed_id(row, MOST_ROW_ID)
            choices.append(Choice(token, title, "row", len(choices), hint))
    if len(choices) > MOST_ROWS:
        raise invalid(f"Total row count exceed max allowed count: {MOST_ROWS}")
    _unique([choice.id for choice in choices], "row ids")
    return Content("interactive", body, choices=tuple(choices), list_label=label)


def _link(inner: Json) -> Content:
    body = words(part(inner, "body"), "text", MOST_BUTTON_BODY)
    action = part(inner, "action")
    if action.get("name") != "cta_url":
        raise invalid("action.name must be cta_url")
    parameters = part(action, "parameters")
    url = words(parameters, "url", 2000)
    if not url.startswith(("http://", "https://")):
        raise invalid("action.parameters.url is not a valid address")
    choice = Choice(url, words(parameters, "display_text", MOST_TITLE), "url", url=url)
    return Content("interactive", body, choices=(choice,))


def _number_wanted(inner: Json) -> Content:
    body = words(part(inner, "body"), "text", MOST_BUTTON_BODY)
    if part(inner, "action").get("name") != "request_contact_info":
        raise invalid("action.name must be request_contact_info")
    return Content("interactive", body)


def _trimmed_id(holder: Json, most: int) -> str:
    token = words(holder, "id", most)
    if token != token.strip():
        raise invalid("id must not begin or end with a blank")
    return token


def _unique(values: list[str], what: str) -> None:
    if len(set(values)) != len(values):
        raise invalid(f"duplicated {what} are not allowed")


_INTERACTIVE: dict[str, Callable[[Json], Content]] = {
    "button": _buttons,
    "list": _list,
    "cta_url": _link,
    "request_contact_info": _number_wanted,
}
