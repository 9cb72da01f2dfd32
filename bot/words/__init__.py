"""A key, its values and a language in, a sentence out: ``locales/`` read once."""

from bot.words.catalogues import Catalogues

__all__ = ["Catalogues"]
