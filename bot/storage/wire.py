"""A message on its way as JSON, so that a restart sends just what was meant to be sent."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import orjson

from bot.domain.ids import FileId
from bot.domain.message import Attachment, Button, Outgoing, Style, TemplateUse
from bot.domain.money import Money
from bot.domain.text import Param, Text

Json = Any


def pack(outgoing: Outgoing) -> str:
    """Write it down; values keep their kind, so that they are said in the reader's language."""
    attachment = outgoing.attachment
    template = outgoing.template
    return orjson.dumps(
        {
            "body": [_text(text) for text in outgoing.body],
            "buttons": [_button(button) for button in outgoing.buttons],
            "attachment": attachment and [attachment.file_id, attachment.name, attachment.mime],
            "template": template and [template.name, _params(template.params), template.always],
            "edits": outgoing.edits,
            **({"renews": outgoing.renews} if outgoing.renews else {}),
            **({"asks_number": True} if outgoing.asks_number else {}),
            **({"takes_number": True} if outgoing.takes_number else {}),
        }
    ).decode()


def unpack(packed: str) -> Outgoing:
    """Read it back."""
    told = orjson.loads(packed)
    attachment, template = told["attachment"], told["template"]
    return Outgoing(
        body=tuple(_read_text(text) for text in told["body"]),
        buttons=tuple(_read_button(button) for button in told["buttons"]),
        attachment=attachment and Attachment(FileId(attachment[0]), attachment[1], attachment[2]),
        template=template and TemplateUse(template[0], _read_params(template[1]), template[2]),
        edits=told["edits"],
        renews=told.get("renews"),
        asks_number=told.get("asks_number", False),
        takes_number=told.get("takes_number", False),
    )


def _button(button: Button) -> Json:
    hint = button.hint and _text(button.hint)
    return [_text(button.label), button.token, hint, button.style.value]


def _read_button(told: Json) -> Button:
    label, token, hint, style = told
    return Button(_read_text(label), token, hint and _read_text(hint), Style(style))


def _text(text: Text) -> Json:
    return [text.key, _params(text.params)] if text.params else [text.key]


def _read_text(told: Json) -> Text:
    return Text(told[0], _read_params(told[1]) if len(told) > 1 else {})


def _params(params: Any) -> Json:
    return {name: _param(value) for name, value in params.items()}


def _read_params(told: Json) -> dict[str, Param]:
    return {name: _read_param(value) for name, value in told.items()}


def _param(value: Param) -> Json:
    """Strings and whole numbers as they are; everything else as [kind, ...]."""
    told: Json = value
    match value:
        case Money():
            told = ["money", value.minor, value.currency]
        case datetime():
            told = ["moment", value.isoformat()]
        case date():
            told = ["day", value.isoformat()]
        case Decimal():
            told = ["number", str(value)]
        case Text():
            told = ["text", _text(value)]
        case tuple():
            told = ["texts", [_text(text) for text in value]]
    return told


def _read_param(told: Json) -> Param:
    if not isinstance(told, list):
        plain: Param = told
        return plain
    kind, *values = told
    return _READERS[kind](*values)


_READERS: Mapping[str, Callable[..., Param]] = {
    "money": Money,
    "moment": datetime.fromisoformat,
    "day": date.fromisoformat,
    "number": Decimal,
    "text": _read_text,
    "texts": lambda texts: tuple(_read_text(text) for text in texts),
}
