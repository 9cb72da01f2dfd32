"""In which language a program or its user is answered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.domain.text import Text

_LONGEST = 200  # letters of the header that are looked at


@dataclass(frozen=True, slots=True)
class Spoken:
    """The languages we have; ``usual`` is the house's own."""

    say: Callable[[Text, str], str]
    languages: Sequence[str]
    usual: str


def language_of(request: web.Request, spoken: Spoken) -> str:
    """What ``Accept-Language`` likes best of what we speak, else the house's own."""
    asked = request.headers.get("Accept-Language", "")[:_LONGEST].split(",")
    for tag in sorted(asked, key=_liking, reverse=True):
        stem = _stem(tag.partition(";")[0].strip())
        for language in spoken.languages:
            if _stem(language) == stem:
                return language
    return spoken.usual


def _stem(language: str) -> str:
    return language.replace("_", "-").partition("-")[0].lower()


def _liking(tag: str) -> float:
    _, _, quality = tag.replace(" ", "").partition(";q=")
    try:
        return float(quality) if quality else 1.0
    except ValueError:
        return 0.0
