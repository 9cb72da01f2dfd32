"""The buttons of a template that copy a Pix or boleto code, or open a link to pay (Brazil)."""

import re
from typing import Any

from bot.sandbox.whatsapp.checks import part, words
from bot.sandbox.whatsapp.errors import GraphError, bad_parameter, invalid

PAYMENT = "PAYMENT_REQUEST"
MOST_PAYMENTS = 3
TERMS = 134011
_LABELS = {
    "pix_dynamic_code": "Copy Pix code",
    "boleto": "Copy Boleto code",
    "payment_link": "Open payment link",
}
_HOLDS = {"pix_dynamic_code": "code", "boleto": "digitable_line", "payment_link": "uri"}
_BR_CODE = re.compile(r"000201[ -~]{20,}6304[0-9A-F]{4}")
_MOST_LETTERS = 2000

Json = dict[str, Any]


def check_made(button: Json) -> None:
    """As it is asked for: the words are the network's own, the setting an example."""
    setting = button.get("payment_setting")
    if not isinstance(setting, dict) or button.get("text") != _LABELS.get(str(setting.get("type"))):
        raise bad_parameter("payment_setting is required, and the text that belongs to it", 2388072)
    _value(setting)


def check_sent(parameter: Json, *, accepted: bool) -> str:
    """What the button copies or opens; ``accepted``: whether the account may ask for payments."""
    if not accepted:
        raise GraphError(TERMS, "Business has not accepted the terms of service for payments.")
    if parameter.get("type") != "action":
        raise GraphError(132012, "button: Format mismatch, expected ACTION")
    request = part(part(parameter, "action"), "payment_request")
    return _value(part(request, "payment_setting"))


def _value(setting: Json) -> str:
    kind = words(setting, "type", 20)
    if kind not in _HOLDS:
        raise invalid(f"payment_setting: type {kind} is not known")
    value = words(part(setting, kind), _HOLDS[kind], _MOST_LETTERS)
    if kind == "pix_dynamic_code" and not _BR_CODE.fullmatch(value):
        raise invalid("pix_dynamic_code: the code is no BR Code")
    return value
