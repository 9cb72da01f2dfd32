"""A town under watch: whoever plays in it may see no broken word, and the log no fault."""

import logging
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from structlog.testing import capture_logs

from bot.domain.placeholders import offered
from bot.domain.text import t
from bot.sandbox import Sandbox
from bot.sandbox.telegram.person import TelegramPerson
from bot.sandbox.whatsapp.person import WhatsAppPerson
from bot.words import Catalogues
from bot.words.shelf import read_all, usual_folder
from tests.support.town import Town, a_town

_KEYS = {key for spoken in read_all(usual_folder()).values() for key in spoken.sentences}
_LIKE_A_KEY = re.compile(r"[a-z_]+(?:\.[A-Za-z_]+)+")
_GAPS = ("name", "business", "amount", "due", "count", "day")
_OFFERED = re.compile("|".join(f"{{{offered(gap, 'pt_BR')}}}" for gap in _GAPS))
_WORDS = Catalogues()
_FAULTS = ("error", "critical")


@asynccontextmanager
async def a_watched_town(database_url: str, **settings: Any) -> AsyncIterator[Town]:
    """Like ``a_town``; at the end everything that anybody saw is looked through."""
    with faults() as found:
        async with a_town(database_url, **settings) as town:
            yield town
    assert not found, "\n".join(found)
    broken = broken_words(town.box)
    assert not broken, "\n".join(broken)


@contextmanager
def faults() -> Iterator[list[str]]:
    """What is logged as a fault inside, ours and the libraries', and every word we lack."""
    found: list[str] = []
    listener = _Listener(found)
    logging.getLogger().addHandler(listener)
    try:
        with capture_logs() as logged:
            yield found
    finally:
        logging.getLogger().removeHandler(listener)
    found += [
        f"{entry}"
        for entry in logged
        if entry["log_level"] in _FAULTS or entry["event"] == "words.missing"
    ]


def broken_words(box: Sandbox) -> list[str]:
    """Whatever was shown that no person should see: a key, a gap, our apology for a fault."""
    sorry = [_WORDS.say(t("errors.unexpected"), language) for language in _WORDS.languages]
    people: list[TelegramPerson | WhatsAppPerson] = [*box.telegram.people.values()]
    people += (*box.whatsapp.people.values(), *box.evolution.people.values())
    shown = [
        text
        for person in people
        for seen in person.visible()
        if not seen.mine
        for text in (seen.text, seen.header, seen.footer, *seen.labels)
    ]
    return [text for text in shown if _is_broken(text) or any(one in text for one in sorry)]


def _is_broken(text: str) -> bool:
    # The gaps that an owner may type are shown on purpose; ours have English names.
    return "{" in _OFFERED.sub("", text) or any(
        found in _KEYS for found in _LIKE_A_KEY.findall(text)
    )


class _Listener(logging.Handler):
    def __init__(self, found: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._found = found

    def emit(self, record: logging.LogRecord) -> None:
        self._found.append(record.getMessage())
