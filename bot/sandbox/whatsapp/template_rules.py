"""What a template must be like before anybody reviews it."""

import re
from typing import Any

from bot.sandbox.whatsapp.errors import GraphError, bad_parameter
from bot.sandbox.whatsapp.payment_request import MOST_PAYMENTS, PAYMENT, check_made

CATEGORIES = ("UTILITY", "MARKETING", "AUTHENTICATION")
MOST_BODY = 1024
MOST_SMALL = 60
MOST_BUTTONS = 10
MOST_BUTTON_TEXT = 25
MOST_URL = 2000
_MOST_PHONE = 20
_FORMATS = ("TEXT", "IMAGE", "VIDEO", "GIF", "DOCUMENT", "LOCATION")
_NAME = re.compile(r"[a-z0-9_]{1,512}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2,3})?")
_VARIABLE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_NAMED = re.compile(r"[a-z][a-z0-9_]*")
_MOST_OF = {"QUICK_REPLY": 10, "URL": 2, "PHONE_NUMBER": 1, "COPY_CODE": 1, PAYMENT: MOST_PAYMENTS}
_TTL = {
    "AUTHENTICATION": range(30, 901),
    "UTILITY": range(30, 43_201),
    "MARKETING": range(43_200, 2_592_001),
}
_TOO_LONG, _AT_EDGE, _TOO_MANY, _BAD_FORMAT = 2388040, 2388299, 2388293, 2388072
_LETTERS_PER_VARIABLE = 3

Json = dict[str, Any]


def check_head(body: Json) -> None:
    """Name, language, category, life of its messages."""
    if not _NAME.fullmatch(str(body.get("name", ""))):
        raise bad_parameter("name must be lower-case letters, digits and _")
    if not _LANGUAGE.fullmatch(str(body.get("language", ""))):
        raise bad_parameter("language must be a code such as pt_BR")
    if body.get("category") not in CATEGORIES:
        raise bad_parameter(f"category must be one of {', '.join(CATEGORIES)}")
    if str(body.get("parameter_format", "POSITIONAL")).upper() not in ("NAMED", "POSITIONAL"):
        raise bad_parameter("parameter_format must be NAMED or POSITIONAL")
    ttl = body.get("message_send_ttl_seconds")
    if ttl is not None and ttl != -1 and ttl not in _TTL[body["category"]]:
        raise bad_parameter("message_send_ttl_seconds is out of range")


def check_components(components: Any, *, named: bool) -> list[Json]:
    """The parts, each within its limits, or a refusal."""
    if not isinstance(components, list) or not components:
        raise bad_parameter("components are required")
    parts = [part | {"type": str(part.get("type", "")).upper()} for part in components]
    kinds = [part["type"] for part in parts]
    if len(set(kinds)) != len(kinds) or "BODY" not in kinds:
        raise bad_parameter("one BODY is required, and no component may come twice")
    for part in parts:
        check = _CHECKS.get(part["type"])
        if check is None:
            raise bad_parameter(f"component type {part['type']} is not known")
        check(part, named)
    return parts


def variables(text: str) -> list[str]:
    """The names or numbers of a text's variables, each once, in order."""
    return list(dict.fromkeys(_VARIABLE.findall(text)))


def fill(text: str, values: dict[str, str]) -> str:
    """The text with its variables filled in."""
    return _VARIABLE.sub(lambda found: values[found.group(1)], text)


def _header(part: Json, named: bool) -> None:  # noqa: FBT001 - one shape for all checks
    kind = str(part.get("format", "")).upper()
    if kind not in _FORMATS:
        raise bad_parameter(f"header format must be one of {', '.join(_FORMATS)}")
    example = part.get("example") or {}
    if kind == "TEXT":
        text = _text(part, MOST_SMALL)
        if len(variables(text)) > 1:
            raise bad_parameter("a header may have one variable", _TOO_MANY)
        _check_variables(text, example, "header_text", named=named)
    elif kind != "LOCATION" and not example.get("header_handle"):
        raise bad_parameter("a media header needs an example", _BAD_FORMAT)


def _body(part: Json, named: bool) -> None:  # noqa: FBT001
    text = _text(part, MOST_BODY)
    _check_variables(text, part.get("example") or {}, "body_text", named=named)
    found = list(_VARIABLE.finditer(text))
    if found and (found[0].start() == 0 or found[-1].end() == len(text.rstrip())):
        raise bad_parameter("variables cannot be at the start or end of the body", _AT_EDGE)
    if re.search(r"\n{3}|\t| {5}", text):
        raise bad_parameter("no tabs, and at most two line breaks or four blanks", _BAD_FORMAT)
    if re.search(r"\}\}\s*\{\{", text):
        raise bad_parameter("variables cannot stand side by side", _BAD_FORMAT)
    if len(_VARIABLE.sub("", text).split()) < len(found) * _LETTERS_PER_VARIABLE - 1:
        raise bad_parameter("too many variables for the length of the body", _TOO_MANY)


def _footer(part: Json, _named: bool) -> None:  # noqa: FBT001
    if variables(_text(part, MOST_SMALL)):
        raise bad_parameter("a footer has no variables", _BAD_FORMAT)


def _buttons(part: Json, _named: bool) -> None:  # noqa: FBT001
    buttons = part.get("buttons") or []
    kinds = [str(button.get("type")) for button in buttons]
    if not 1 <= len(buttons) <= MOST_BUTTONS:
        raise bad_parameter("1 to 10 buttons are allowed")
    for kind in set(kinds):
        if kinds.count(kind) > _MOST_OF.get(kind, 0):
            raise bad_parameter(f"too many buttons of type {kind}, or no such type")
    replies = [place for place, kind in enumerate(kinds) if kind == "QUICK_REPLY"]
    if replies and replies[-1] - replies[0] != len(replies) - 1:
        raise bad_parameter("quick replies must stand together", _BAD_FORMAT)
    texts = [_button(button) for button in buttons]
    if len(set(texts)) != len(texts):
        raise bad_parameter("buttons must have different texts", _BAD_FORMAT)


def _button(button: Json) -> str:
    text = str(button.get("text", ""))
    if button["type"] != "COPY_CODE" and not 1 <= len(text) <= MOST_BUTTON_TEXT:
        raise bad_parameter("a button's text must be 1 to 25 characters", _TOO_LONG)
    url = str(button.get("url", ""))
    if button["type"] == "URL":
        if not url.startswith(("http://", "https://")) or len(url) > MOST_URL:
            raise bad_parameter("a link button needs an address", _BAD_FORMAT)
        if len(variables(url)) > 1:
            raise bad_parameter("an address has one variable", _TOO_MANY)
        if variables(url) and not (url.endswith("}}") and button.get("example")):
            raise bad_parameter(
                "the variable must end the address and have an example", _BAD_FORMAT
            )
    if button["type"] == PAYMENT:
        check_made(button)
    if button["type"] == "PHONE_NUMBER" and not 1 <= len(_phone(button)) <= _MOST_PHONE:
        raise bad_parameter("a call button needs a number of at most 20 characters", _BAD_FORMAT)
    return text


def _phone(button: Json) -> str:
    return str(button.get("phone_number", ""))


def _text(part: Json, most: int) -> str:
    text = part.get("text")
    if not isinstance(text, str) or not text.strip() or len(text) > most:
        raise bad_parameter(f"{part['type']} must be 1 to {most} characters", _TOO_LONG)
    return text


def _check_variables(text: str, example: Json, name: str, *, named: bool) -> None:
    names = variables(text)
    if not names:
        return
    if named:
        if not all(_NAMED.fullmatch(name) for name in names):
            raise bad_parameter("named variables are lower-case letters and _", _BAD_FORMAT)
        given = {str(e.get("param_name")) for e in example.get(f"{name}_named_params") or []}
    else:
        if names != [str(number) for number in range(1, len(names) + 1)]:
            raise bad_parameter("variables must be numbered from 1", _BAD_FORMAT)
        values = example.get(name) or []
        row = values[0] if values and isinstance(values[0], list) else values
        given = {str(number) for number in range(1, len(row) + 1)}
    if given != set(names):
        raise GraphError(100, "every variable needs an example", subcode=_BAD_FORMAT)


_CHECKS = {"HEADER": _header, "BODY": _body, "FOOTER": _footer, "BUTTONS": _buttons}
