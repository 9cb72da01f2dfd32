"""Finding the words for a text in somebody's language; the catalogues are behind it."""

from typing import Literal, Protocol, TypeAlias

from bot.domain.text import Text

Marks: TypeAlias = Literal["plain", "html", "whatsapp", "numbered"]


class Words(Protocol):
    """The catalogues of ``locales/``. ``style`` is how a chat writes bold, and what it escapes.

    ``numbered`` is WhatsApp where choices are numbered lines: what speaks of tapping is said there
    in the words of ``numbered.<key>``.
    """

    def say(self, text: Text, language: str, style: Marks = "plain") -> str:
        """The sentence, its values written the local way."""
        ...

    def raw(self, key: str, language: str) -> str:
        """The sentence as the catalogue holds it, ``{names}`` and marks and all."""
        ...
