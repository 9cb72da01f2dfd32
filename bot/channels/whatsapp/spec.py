"""Our approved forms of words as the account is asked for them, made from the catalogues."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

import orjson

from bot.channels.whatsapp.account import PREFIX
from bot.channels.whatsapp.fill import payment_setting, written
from bot.domain.money import Money
from bot.domain.own_words import gaps_in
from bot.domain.pix import PixKey, pix_code
from bot.domain.template import TemplateText
from bot.domain.text import Param
from bot.domain.wording import COPY_LABEL, WORDING, body_key
from bot.services.ports.words import Words
from bot.services.template_texts import replies

CATEGORY = "UTILITY"
# "Due today" is wrong tomorrow: it is not delivered to a phone that was off for so long.
_LIVES_S = MappingProxyType({"reminder_today": 12 * 3600})
_KEY = PixKey("evp", "123e4567-e12b-12d1-a456-426655440000")  # nobody's
_PARAM = re.compile(r"\{([a-z_]+)\}")
_BOLD, _ITALIC = re.compile(r"</?b>"), re.compile(r"</?i>")
_EXAMPLES: Mapping[str, Param] = MappingProxyType(
    {
        "name": "Ana",
        "business": "Academia Sol",
        "amount": Money(12_000),
        "due": date(2026, 12, 10),
        "day": date(2026, 12, 10),
        "count": 3,
    }
)

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TemplateSpec:
    """One form of words in one language, as the account is asked for it.

    ``fingerprint`` is of the words that people read, so that it can be told from the account's
    own listing whether they are still the ones we want.
    """

    name: str
    language: str
    components: tuple[Json, ...]
    fingerprint: str
    lives_s: int | None = None

    def body(self) -> Json:
        """What a new one is made from."""
        body: Json = {
            "name": self.name,
            "language": self.language,
            "category": CATEGORY,
            "parameter_format": "NAMED",
            "components": list(self.components),
        }
        return body | ({"message_send_ttl_seconds": self.lives_s} if self.lives_s else {})


def spec_of(text: TemplateText, words: Words) -> TemplateSpec:
    """A text with all that belongs to its form; without words of its own, the catalogue's."""
    wording, language = WORDING[text.form], text.language
    key = body_key(text.form, pix=text.pix, copies=text.copies)
    own = text.words or words.raw(key, language)
    body: Json = {"type": "BODY", "text": _PARAM.sub(r"{{\1}}", _marked(own))}
    if gaps := gaps_in(own):
        named = [
            {"param_name": name, "example": written(_EXAMPLES[name], language, words)}
            for name in gaps
        ]
        body["example"] = {"body_text_named_params": named}
    components = [body]
    if not wording.to_staff:
        components.append({"type": "FOOTER", "text": words.raw("template.footer", language)})
    labels = replies(words, text.form, language, pix=text.pix, copies=text.copies)
    if labels:
        buttons: list[Json] = [{"type": "QUICK_REPLY", "text": label} for label in labels]
        # First, for those who answer must stand together.
        ahead = [_copying()] if text.copies else []
        components.append({"type": "BUTTONS", "buttons": ahead + buttons})
    return TemplateSpec(
        name=PREFIX + text.name,
        language=language,
        components=tuple(components),
        fingerprint=fingerprint_of(components),
        lives_s=_LIVES_S.get(wording.name),
    )


def fingerprint_of(components: Sequence[Json]) -> str:
    """Of what is read in them: sentences and buttons, not examples or what was added since."""
    read: Json = {}
    for part in components:
        kind = str(part.get("type", "")).upper()
        if kind == "BUTTONS":
            read[kind] = [button.get("text") for button in part.get("buttons", [])]
        else:
            read[kind] = part.get("text")
    return hashlib.sha256(orjson.dumps(read, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _copying() -> Json:
    """The button that copies a code, with one of nobody's as its example."""
    setting = payment_setting(pix_code(_KEY, "Academia Sol", "Vitoria", Money(12_000)))
    return {"type": "PAYMENT_REQUEST", "text": COPY_LABEL, "payment_setting": setting}


def _marked(text: str) -> str:
    """The catalogue's marks as WhatsApp's."""
    return _ITALIC.sub("_", _BOLD.sub("*", text))
