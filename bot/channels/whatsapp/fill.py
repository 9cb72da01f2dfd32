"""Fill in an approved form of words: its values by name, and what each of its buttons carries."""

from typing import Any

from bot.channels.whatsapp.account import PREFIX
from bot.channels.whatsapp.letters import cut, value
from bot.domain.message import Outgoing, TemplateUse
from bot.domain.own_words import VALUE_UNITS, gaps_in
from bot.domain.text import Param, Text, t
from bot.domain.wording import Wording
from bot.services.ports.words import Words

Json = dict[str, Any]


def filled(
    wording: Wording, use: TemplateUse, outgoing: Outgoing, language: str, words: Words
) -> Json:
    """The message's type and its content, ready for the API."""
    name = PREFIX + (use.known_as or wording.name)
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
    # Without a payload of ours a button says its own words when it is tapped.
    for place, button in enumerate(outgoing.buttons[: wording.buttons]):
        payload = [{"type": "payload", "payload": button.token}]
        components.append(
            {
                "type": "button",
                "sub_type": "quick_reply",
                "index": str(place),
                "parameters": payload,
            }
        )
    if components:
        template["components"] = components
    return {"type": "template", "template": template}


def written(param: Param, language: str, words: Words) -> str:
    """A value in somebody's language, as a template takes it: one line, never empty."""
    text = param if isinstance(param, Text) else t("whatsapp.value", value=param)
    return cut(value(words.say(text, language)), VALUE_UNITS)
