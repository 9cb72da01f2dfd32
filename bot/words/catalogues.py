"""Say texts in somebody's language; a word we lack is logged, never thrown at a person."""

from pathlib import Path
from zoneinfo import ZoneInfo

import structlog
from babel import Locale

from bot.domain.text import Param, Text
from bot.services.ports.words import Marks
from bot.words.sentence import Gap, Sentence, take_apart
from bot.words.shelf import Forms, read_all, usual_folder
from bot.words.values import harmless, shown

log = structlog.get_logger(__name__)

DEFAULT = "pt_BR"
_FALLBACKS = (DEFAULT, "en")
_PLAIN = "plain"  # a person's own words, see bot.domain.text.plain
_OWN = "own"  # an owner's own sentence, see bot.domain.text.own
_NOT_THERE = "…"


class Catalogues:
    """Every sentence of every language, in memory once its language was spoken.

    ``zone`` is the business's: moments are shown by its clock. It may be set at any time.
    """

    def __init__(self, folder: Path | None = None, zone: ZoneInfo | None = None) -> None:
        self.zone = zone or ZoneInfo("America/Sao_Paulo")
        self._all = read_all(folder or usual_folder())
        self._locales = {language: Locale.parse(language) for language in self._all}
        self._ready: dict[tuple[str, str, Marks], tuple[Sentence, ...]] = {}
        self._nearest: dict[str, str] = {}
        self._missed: set[tuple[str, str]] = set()

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages we speak, our own first."""
        return tuple(sorted(self._all, key=lambda language: (language != DEFAULT, language)))

    def known(self, language: str) -> bool:
        """Whether we speak exactly this."""
        return language in self._all

    def nearest(self, language: str) -> str:
        """The language of ours for what a chat calls one: ``pt``, ``es-AR``, ``en_US``."""
        if language in self._all:
            return language
        if language not in self._nearest:
            stem = language.replace("-", "_").partition("_")[0].lower()
            alike = (ours for ours in self.languages if ours.partition("_")[0] == stem)
            if len(self._nearest) > len(self._locales) * 100:
                self._nearest.clear()  # whoever invents languages shall not fill the memory
            self._nearest[language] = next(alike, DEFAULT)
        return self._nearest[language]

    def say(self, text: Text, language: str, style: Marks = "plain") -> str:
        """The sentence, its values written the local way and harmless in this style."""
        return self._say(text, self.nearest(language), style)

    def raw(self, key: str, language: str) -> str:
        """The sentence as it stands in the catalogue; of several forms, the one for many."""
        return self._forms(key, self.nearest(language))[-1]

    def _say(self, text: Text, language: str, style: Marks, *, verbatim: bool = False) -> str:
        if text.key == _PLAIN:
            return harmless(str(text.params.get("words", "")), style, verbatim=verbatim)
        if text.key == _OWN:
            sentence = take_apart(str(text.params.get("words", "")), style)
            return self._filled(sentence, text, language, style)
        ready = self._ready.get((text.key, language, style))
        if ready is None:
            forms = self._forms(self._variant(text.key, language, style), language)
            ready = tuple(take_apart(form, style) for form in forms)
            self._ready[text.key, language, style] = ready
        sentence = ready[0] if len(ready) == 1 else ready[self._which(text, language, len(ready))]
        return self._filled(sentence, text, language, style)

    def _filled(self, sentence: Sentence, text: Text, language: str, style: Marks) -> str:
        return "".join(
            part if isinstance(part, str) else self._fill(part, text, language, style)
            for part in sentence
        )

    def _which(self, text: Text, language: str, forms: int) -> int:
        count = text.params.get("count")
        if not isinstance(count, int):
            self._miss(text.key, "count")
            return forms - 1
        return min(self._all[language].plural(abs(count)), forms - 1)

    def _fill(self, gap: Gap, text: Text, language: str, style: Marks) -> str:
        if gap.name not in text.params:
            self._miss(text.key, gap.name)
            return _NOT_THERE
        return self._value(text.params[gap.name], language, style, verbatim=gap.verbatim)

    def _value(self, value: Param, language: str, style: Marks, *, verbatim: bool) -> str:
        if isinstance(value, Text):
            return self._say(value, language, style, verbatim=verbatim)
        if isinstance(value, tuple):
            lines = (self._say(line, language, style, verbatim=verbatim) for line in value)
            return "\n".join(lines)
        return harmless(shown(value, self._locales[language], self.zone), style, verbatim=verbatim)

    def _variant(self, key: str, language: str, style: Marks) -> str:
        """The key of what is said instead where there is nothing to tap, if there is one."""
        other = f"numbered.{key}"
        return other if style == "numbered" and other in self._all[language].sentences else key

    def _forms(self, key: str, language: str) -> Forms:
        for spoken in (language, *_FALLBACKS):
            if spoken in self._all and (found := self._all[spoken].sentences.get(key)):
                if spoken != language:
                    self._miss(key, language)
                return found
        self._miss(key, language)
        return (key,)

    def _miss(self, key: str, what: str) -> None:
        """Log once what is missing: a key's language, or a sentence's value."""
        if (key, what) not in self._missed:
            self._missed.add((key, what))
            log.warning("words.missing", key=key, missing=what)
