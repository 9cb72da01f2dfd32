"""What WhatsApp's reviewers will likely refuse in a text, or make dearer: advice, not a rule."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from bot.domain.names import fold
from bot.domain.own_words import gaps_in
from bot.domain.text import Text, plain, t


class Flag(StrEnum):
    """Why somebody who reviews it may say no."""

    PROMOTION = "promotion"  # approved, but as marketing: dearer, and kept back from some people
    THREAT = "threat"  # debts, courts, black lists: the network's policy forbids it
    LINK = "link"
    PHONE = "phone"
    SHOUTING = "shouting"
    NO_BUSINESS = "no_business"
    NO_NAME = "no_name"


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing that may be held against a text, and the words that gave rise to it."""

    flag: Flag
    word: str = ""

    @property
    def told(self) -> Text:
        """What it is, and what to write instead."""
        if not self.word:
            return t(f"texts.flag.{self.flag}")
        return t(f"texts.flag.{self.flag}", word=plain(self.word))


# Beginnings of words, folded: what a language says otherwise is not looked for in it ("sale").
_PROMOTION: Mapping[str, str] = MappingProxyType(
    {
        "pt_BR": "promoc desconto oferta gratis imperdivel aproveite brinde cupom sorteio "
        "black friday liquidacao so hoje renove cashback bonus",
        "en": "promo discount offer free sale special deal coupon giveaway black friday "
        "cashback bonus renew now save up",
        "es": "promoc descuento oferta gratis aprovech regalo cupon sorteo black friday "
        "rebaja renueva cashback bono solo hoy",
    }
)
_THREAT: Mapping[str, str] = MappingProxyType(
    {
        "pt_BR": "divida devedor cobranca inadimpl protesto serasa spc cartorio juridic judicial "
        "advogado processo negativ bloque suspen corte multa",
        "en": "debt collection collector legal lawyer court sue credit bureau delinquen penalty "
        "suspen cut off",
        "es": "deuda deudor cobranza moros juridic judicial abogado demanda juicio buro embargo "
        "suspen corte multa",
    }
)
_PAIRS = ("black friday", "so hoje", "solo hoy", "renew now", "save up", "credit bureau", "cut off")
_LINK = re.compile(
    r"https?://\S+|\bwww\.\S+|\b[\w-]+\.(?:com|net|org|br|ly|me|app|link|io|shop|site|page)\b\S*",
    re.IGNORECASE,
)
_PHONE = re.compile(r"\+?\(?\d[\d\s().-]{7,}\d")
_SHOUTED = re.compile(r"\b[^\W\d_a-zß-ÿ]{4,}\b(?:\W+\b[^\W\d_a-zß-ÿ]{2,}\b)+")


def doubts(words: str, language: str) -> tuple[Doubt, ...]:
    """Everything that may be held against a text, the gravest first."""
    return tuple(_found(words, language))


def _found(words: str, language: str) -> Iterator[Doubt]:
    for flag, lists in ((Flag.THREAT, _THREAT), (Flag.PROMOTION, _PROMOTION)):
        if word := _said(words, lists.get(language, "")):
            yield Doubt(flag, word)
    for flag, shape in ((Flag.LINK, _LINK), (Flag.PHONE, _PHONE), (Flag.SHOUTING, _SHOUTED)):
        if found := shape.search(words):
            yield Doubt(flag, found[0].strip())
    gaps = gaps_in(words)
    if "business" not in gaps:
        yield Doubt(Flag.NO_BUSINESS)
    if "name" not in gaps:
        yield Doubt(Flag.NO_NAME)


def _said(words: str, listed: str) -> str:
    """The first word of the text that begins as one of those listed."""
    folded = fold(words)
    pairs = [pair for pair in _PAIRS if pair in listed]
    rest = listed
    for pair in pairs:
        if re.search(rf"\b{pair}\b", folded):
            return pair
        rest = rest.replace(pair, "")
    starts = tuple(rest.split())
    # The word as it was typed, without its folding.
    return next((w for w in re.findall(r"\w+", words) if fold(w).startswith(starts)), "")
