"""A client says when they will pay: ``pago dia 10``, ``vou pagar amanhã``, ``te pago el lunes``."""

import re
from datetime import date, timedelta

from bot.domain.days import DueDay
from bot.domain.errors import Unreadable
from bot.domain.names import fold

_SAID = re.compile(
    r"(?:(?:oi|ola|opa|hola|hi|hello|bom dia|boa tarde|boa noite|buenos dias|buenas)[ ,]+)?"
    r"(?:eu |yo |i )?(?:so )?"
    r"(?:vou (?:te )?(?:pagar|acertar)|(?:te )?pago|pagarei|consigo pagar|posso pagar|acerto|"
    r"(?:te )?voy a pagar|(?:te )?pagare|puedo pagar|(?:ll |'ll |will |can )?pay|am going to pay)"
    r"(?: isso| tudo| it| you| eso| todo)?,? (?P<day>.+?)(?: sem falta| ok| ta| por favor| please)?"
)
_BEFORE_A_DAY = re.compile(
    r"(?:(?:no|na|em|ate|so|para|pra|on|by|until|hasta|en|este|esta|nesta|neste|this|next|"
    r"o|a|el|the|proxima|proximo|que vem) )+"
)
_AFTER_A_DAY = re.compile(r" (?:que vem|que viene|proxima|proximo)$")
_NEAR = {
    **dict.fromkeys(("hoje", "hoy", "today"), 0),
    **dict.fromkeys(("amanha", "manana", "tomorrow"), 1),
    **dict.fromkeys(("depois de amanha", "pasado manana", "day after tomorrow"), 2),
}
_WEEKDAYS = (
    ("segunda", "segunda feira", "lunes", "monday"),
    ("terca", "terca feira", "martes", "tuesday"),
    ("quarta", "quarta feira", "miercoles", "wednesday"),
    ("quinta", "quinta feira", "jueves", "thursday"),
    ("sexta", "sexta feira", "viernes", "friday"),
    ("sabado", "saturday"),
    ("domingo", "sunday"),
)
_WEEKDAY = {name: number for number, names in enumerate(_WEEKDAYS) for name in names}
_MARKS = re.compile(r"[^\w\s/,.-]+")
_NUMBER_ALONE = re.compile(r"[0-9.,]+")


def promised_day(text: str, today: date) -> date | None:
    """The day by which somebody says they will pay; none if they say anything else, or more.

    A weekday is the next one, today included; a day without a month likewise. A bare number is
    no day: it may be an amount.
    """
    words = " ".join(_MARKS.sub(" ", fold(text).replace("'", " ")).split()).rstrip(".,- ")
    said = _SAID.fullmatch(words)
    if said is None:
        return None
    return _day(said["day"].strip(" ,."), today)


def _day(said: str, today: date) -> date | None:
    before = _BEFORE_A_DAY.match(said)
    bare = said[before.end() :] if before else said
    if _AFTER_A_DAY.search(bare):
        # "Friday" and "next Friday" are not the same day everywhere: a person reads that.
        return None
    if bare in _NEAR:
        return today + timedelta(days=_NEAR[bare])
    weekday = _WEEKDAY.get(bare.replace("-", " "))
    if weekday is not None:
        return today + timedelta(days=(weekday - today.weekday()) % 7)
    if _NUMBER_ALONE.fullmatch(said):
        return None
    try:
        return DueDay.read(bare, today).on
    except Unreadable:
        return None
