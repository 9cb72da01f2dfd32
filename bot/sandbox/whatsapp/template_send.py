"""A template message: found, filled in and checked as the network does it."""

import re
from typing import Any

from bot.sandbox.seen import Choice
from bot.sandbox.whatsapp.checks import Json, attached, part, words
from bot.sandbox.whatsapp.errors import GraphError, bad_parameter, invalid
from bot.sandbox.whatsapp.media import FILMS, PICTURES, Media
from bot.sandbox.whatsapp.message import Content
from bot.sandbox.whatsapp.payment_request import PAYMENT, check_sent
from bot.sandbox.whatsapp.template import Template
from bot.sandbox.whatsapp.template_rules import MOST_BODY, MOST_SMALL, fill, variables
from bot.sandbox.whatsapp.templates import Templates

MOST_PAYLOAD = 256
_CODE = 3
_PARTS = frozenset({"header", "body", "button"})
_BREAKS = re.compile(r"[\n\t]| {5,}")
_REFUSED = {"PAUSED": 132015, "DISABLED": 132016}
_HEADERS = {"image": PICTURES, "video": FILMS, "document": ("application/pdf",)}
_HELD = {"QUICK_REPLY": "payload", "URL": "text", "COPY_CODE": "coupon_code"}
_FALLBACKS = {"currency": "fallback_value", "date_time": "fallback_value"}


def check_template(payload: Json, templates: Templates, media: Media) -> Content:
    """What the person will read, or a refusal."""
    sent = part(payload, "template")
    name = words(sent, "name", 512)
    language = part(sent, "language")
    code = words(language, "code", 10)
    if language.get("policy", "deterministic") != "deterministic":
        raise bad_parameter("template.language.policy must be deterministic")
    template = _approved(templates, name, code)
    components = sent.get("components") or []
    strange = {str(c.get("type", "")).lower() for c in components} - _PARTS
    if strange:
        raise bad_parameter(f"template.components: type {', '.join(sorted(strange))} is not known")
    content = Content("template", template=name, category=template.category)
    content.text, content.lives = _body(template, components), template.lives
    content.footer = str(template.component("FOOTER").get("text", ""))
    _header(template, components, content, media)
    content.choices = _buttons(template, components, accepted=templates.payment_request)
    return content


def _approved(templates: Templates, name: str, code: str) -> Template:
    template = templates.find(name, code)
    if template and template.status in _REFUSED:
        raise GraphError(_REFUSED[template.status], f"template {name} is {template.status}")
    if template is None or template.status != "APPROVED":
        raise GraphError(132001, f"template name ({name}) does not exist in {code}")
    return template


def _body(template: Template, components: list[Json]) -> str:
    text = str(template.component("BODY")["text"])
    filled = fill(text, _values(template, variables(text), _given(components, "body"), "body"))
    if len(filled) > MOST_BODY:
        raise GraphError(132005, f"body of {template.name} is {len(filled)} characters long")
    return filled


def _header(template: Template, components: list[Json], content: Content, media: Media) -> None:
    header = template.component("HEADER")
    kind = str(header.get("format", "")).lower()
    given = _given(components, "header")
    if kind == "text":
        text = str(header["text"])
        content.header = fill(text, _values(template, variables(text), given, "header"))
        if len(content.header) > MOST_SMALL:
            raise GraphError(132005, f"header of {template.name} is too long")
    elif kind in _HEADERS:
        if len(given) != 1 or given[0].get("type") != kind:
            raise GraphError(132012, f"header: Format mismatch, expected {kind.upper()}")
        if "caption" in part(given[0], kind):
            raise GraphError(132012, "header: a caption is not allowed")
        held = attached(kind, part(given[0], kind), media, _HEADERS[kind])
        content.file, content.link, content.picture = held.file, held.link, kind == "image"
    elif given:
        raise GraphError(132000, f"header: number of params ({len(given)}) does not match (0)")


def _given(components: list[Json], kind: str) -> list[Json]:
    found = [c for c in components if str(c.get("type", "")).lower() == kind]
    if len(found) > 1:
        raise GraphError(132012, f"{kind} is given twice")
    return list(found[0].get("parameters") or []) if found else []


def _values(template: Template, names: list[str], given: list[Json], where: str) -> dict[str, str]:
    if len(given) != len(names):
        expected = f"expected number of params ({len(names)})"
        raise GraphError(
            132000,
            f"{where}: number of localizable_params ({len(given)}) does not match the {expected}",
        )
    texts = [_value(parameter, where) for parameter in given]
    if not template.named:
        if any("parameter_name" in parameter for parameter in given):
            raise GraphError(132012, f"{where}: Parameter name is not allowed")
        return dict(zip(names, texts, strict=True))
    values = {str(p.get("parameter_name")): text for p, text in zip(given, texts, strict=True)}
    if values.keys() != set(names):
        raise GraphError(100, f"{where}: Parameter name is missing or unknown: {sorted(values)}")
    return values


def _value(parameter: Json, where: str) -> str:
    kind = str(parameter.get("type"))
    if kind in _FALLBACKS:
        held = part(parameter, kind)
        text: Any = held.get(_FALLBACKS[kind])
        if kind == "currency" and not _is_currency(held):
            raise GraphError(132012, f"{where}: currency needs code and amount_1000")
    elif kind == "text":
        text = parameter.get("text")
    else:
        raise GraphError(132012, f"{where}: Format mismatch, expected TEXT, received {kind}")
    if not isinstance(text, str) or not text.strip():
        raise GraphError(132012, f"{where}: a text parameter is missing or empty")
    if _BREAKS.search(text):
        raise GraphError(
            132018,
            "Param text cannot have new-line/tab characters or more than 4 consecutive spaces",
        )
    return text


def _is_currency(held: Json) -> bool:
    code, amount = held.get("code"), held.get("amount_1000")
    return isinstance(code, str) and len(code) == _CODE and isinstance(amount, int)


def _buttons(template: Template, components: list[Json], *, accepted: bool) -> tuple[Choice, ...]:
    buttons = template.buttons
    given: dict[int, Json] = {}
    for component in components:
        if str(component.get("type", "")).lower() != "button":
            continue
        place = _place(component)
        if place >= len(buttons) or place in given:
            raise GraphError(132000, f"buttons: no button at index {place}, or it is given twice")
        if str(component.get("sub_type", "")).upper() != buttons[place]["type"]:
            raise GraphError(132012, f"button at index {place} is a {buttons[place]['type']}")
        given[place] = component
    return tuple(
        _paying(b, place, given.get(place), accepted=accepted)
        if b["type"] == PAYMENT
        else _button(b, place, given.get(place))
        for place, b in enumerate(buttons)
    )


def _paying(button: Json, place: int, given: Json | None, *, accepted: bool) -> Choice:
    parameters = (given or {}).get("parameters") or []
    if len(parameters) != 1:
        raise GraphError(132000, f"button at index {place} takes one parameter")
    value = check_sent(parameters[0], accepted=accepted)
    is_link = value.startswith(("http://", "https://"))
    label = str(button["text"])
    return Choice(value, label, "url" if is_link else "copy", place, url=value if is_link else "")


def _place(component: Json) -> int:
    index = str(component.get("index", ""))
    if not index.isdecimal():
        raise invalid("button index must be a number")
    return int(index)


def _button(button: Json, place: int, given: Json | None) -> Choice:
    label, kind = str(button.get("text", "")), button["type"]
    parameters = (given or {}).get("parameters") or []
    if given is not None and len(parameters) != 1:
        raise GraphError(132000, f"button at index {place} takes one parameter")
    if parameters and not (kind in _HELD and (kind != "URL" or variables(str(button["url"])))):
        raise GraphError(132000, f"button at index {place} takes no parameter")
    if parameters and parameters[0].get("type") != _HELD[kind]:
        raise GraphError(132012, f"button at index {place} takes a {_HELD[kind]}")
    if kind == "QUICK_REPLY":
        payload = words(parameters[0], "payload", MOST_PAYLOAD) if parameters else label
        return Choice(payload, label, row=place)
    if kind == "URL":
        url = str(button["url"])
        if variables(url):
            if not parameters:
                raise GraphError(132000, f"button at index {place} takes one parameter")
            url = fill(url, {variables(url)[0]: words(parameters[0], "text", 2000)})
        return Choice(url, label, "url", place, url=url)
    if kind == "COPY_CODE":
        code = words(parameters[0] if parameters else {}, "coupon_code", 15)
        return Choice(code, label or "Copy code", "copy", place)
    return Choice(str(button.get("phone_number", "")), label, "url", place)
