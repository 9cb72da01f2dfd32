"""Fill in an approved form of words: its values by name, and what each of its buttons carries."""

from collections.abc import Iterator
from typing import Any

from bot.channels.whatsapp.account import PREFIX
from bot.channels.whatsapp.letters import cut, value
from bot.domain.message import Outgoing, TemplateUse
from bot.domain.own_words import VALUE_UNITS, gaps_in
from bot.domain.template_names import with_button
from bot.domain.text import Param, Text, t
from bot.domain.wording import PIX_BUTTON, Wording
from bot.services.ports.words import Words

Json = dict[str, Any]


def filled(
    wording: Wording, use: TemplateUse, outgoing: Outgoing, language: str, words: Words
) -> Json:
    """The message's type and its content, ready for the API."""
    known = use.known_as or wording.name
    name = PREFIX + (with_button(known) if use.copies else known)
    template: Json = {"name": name, "language": {"code": language}}
    components: list[Json] = []
    # An owner's text need not have all the gaps, and a value too many is refused.
    gaps = gaps_in(use.words) if use.words else wording.params
    if gaps:
        parameters = [
            {
                "type": "text",
                "parameter_name": name,
                "text": written(use.params.get(name, ""), language, words),
            }
            for name in gaps
        ]
        components.append({"type": "body", "parameters": parameters})
    components += _buttons(wording, use, outgoing)
    if components:
        template["components"] = components
    return {"type": "template", "template": template}


def payment_setting(code: str) -> Json:
    """How a Pix code is given to the network."""
    return {"type": "pix_dynamic_code", "pix_dynamic_code": {"code": code}}


def _buttons(wording: Wording, use: TemplateUse, outgoing: Outgoing) -> Iterator[Json]:
    """What each carries. Without a payload of ours one says its own words when it is tapped."""
    buttons = list(outgoing.buttons[: wording.buttons])
    first = 0
    if use.copies:
        del buttons[PIX_BUTTON - 1 : PIX_BUTTON]
        first = 1
        request = {"payment_request": {"payment_setting": payment_setting(use.pix_code)}}
        yield _button("payment_request", 0, {"type": "action", "action": request})
    for place, button in enumerate(buttons, first):
        yield _button("quick_reply", place, {"type": "payload", "payload": button.token})


def _button(kind: str, place: int, parameter: Json) -> Json:
    return {"type": "button", "sub_type": kind, "index": str(place), "parameters": [parameter]}


def written(param: Param, language: str, words: Words) -> str:
    """A value in somebody's language, as a template takes it: one line, never empty."""
    text = param if isinstance(param, Text) else t("whatsapp.value", value=param)
    return cut(value(words.say(text, language)), VALUE_UNITS)
