"""Which approved form a message may go in: the owner's newest text, or what stands in for it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.message import TemplateUse
from bot.domain.own_text import OwnText, TextBook, TextKey
from bot.domain.template_names import name_of, named, with_button
from bot.services.ports.templates import TemplateStore
from bot.services.ports.texts import TextStore

Names = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Approved:
    """The texts as they are now, and what of them the provider takes.

    ``earlier`` are versions that still stand there because no newer one may be sent yet.
    ``button``: whether the one that copies a Pix code is to be used where it is approved.
    """

    book: TextBook = field(default_factory=TextBook)
    usable: Names = frozenset()
    earlier: Sequence[OwnText] = ()
    button: bool = False

    def form(self, use: TemplateUse, language: str) -> TemplateUse | None:
        """The first of the fitting forms that may be sent; none if it has to wait."""
        for one in self._fitting(use, language):
            known = one.known_as or one.name
            if self._copies(one) and (with_button(known), language) in self.usable:
                return replace(one, copies=True)
            if (known, language) in self.usable:
                return one
        return None

    def _copies(self, use: TemplateUse) -> bool:
        return self.button and bool(use.pix_code)

    def _fitting(self, use: TemplateUse, language: str) -> Iterator[TemplateUse]:
        """The wanted words first, the older ones of the same, then other forms that are true."""
        for name in (use.name, *use.others):
            form = replace(use, name=name, known_as="", words="")
            key = TextKey(name, language, use.plan_id)
            for text in self._texts(key):
                yield replace(form, known_as=name_of(text), words=text.words)
            yield form

    def _texts(self, key: TextKey) -> Iterator[OwnText]:
        for one in dict.fromkeys((key, key.for_all)):
            newest = self.book.newest.get(one)
            if newest is None or not newest.words:
                continue
            yield newest
            yield from (text for text in self.earlier if text.key == one)


async def approved_now(forms: TemplateStore, texts: TextStore, now: datetime) -> Approved:
    """As it stands in this transaction."""
    book = TextBook.of(await texts.newest())
    usable = await forms.usable()
    outdated = {_outdated(name, language, book) for name, language in usable} - {None}
    earlier = [
        text
        for key in outdated
        if key is not None
        for text in await texts.versions(key)
        if text.words and not usable.isdisjoint(_names_of(text))
    ]
    earlier.sort(key=lambda text: -text.version)
    button = (await forms.pix_button()).wanted(now)
    earlier = [text for text in earlier if text != book.newest[text.key]]
    return Approved(book, usable, earlier, button)


def _names_of(text: OwnText) -> Names:
    name, language = name_of(text), text.key.language
    return frozenset({(name, language), (with_button(name), language)})


def _outdated(name: str, language: str, book: TextBook) -> TextKey | None:
    """The text of which this is an earlier version."""
    known = named(name, language)
    newest = book.newest.get(known[0]) if known else None
    return known[0] if known and newest and 0 < known[1] < newest.version else None
