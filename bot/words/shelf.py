"""Read the catalogues off the disk: every .po file of a language is one part of its words."""

from collections.abc import Callable, Mapping
from functools import cache, cached_property
from gettext import c2py
from pathlib import Path
from typing import TypeAlias

from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po

# One form, or as many as the language tells numbers apart.
Forms: TypeAlias = tuple[str, ...]


class Catalogue:
    """One language's sentences, and which form it takes for a number.

    Read when the first sentence of it is wanted: most houses speak one language, and reading them
    all would be a third of the time it takes to start.
    """

    def __init__(self, home: Path) -> None:
        self.language = home.name
        self.plural: Callable[[int], int] = c2py(get_plural(home.name).plural_expr)
        self._home = home

    @cached_property
    def sentences(self) -> Mapping[str, Forms]:
        """What it says for each key."""
        return _sentences(self._home)


def usual_folder() -> Path:
    """Inside the package once it is installed, beside it in a checkout."""
    package = Path(__file__).parents[1]
    inside = package / "locales"
    return inside if inside.is_dir() else package.parent / "locales"


def read_all(folder: Path) -> dict[str, Catalogue]:
    """Every language that has a folder, by its name."""
    return {home.name: Catalogue(home) for home in sorted(folder.iterdir()) if home.is_dir()}


@cache  # the terminal's voice and the house say the same words
def _sentences(home: Path) -> dict[str, Forms]:
    found: dict[str, Forms] = {}
    for file in sorted(home.glob("*.po")):
        with file.open("rb") as opened:
            for message in read_po(opened, locale=home.name):
                key = message.id if isinstance(message.id, str) else message.id[0]
                said = message.string
                found[key] = (said,) if isinstance(said, str) else tuple(said or ())
    found.pop("", None)
    return {key: forms for key, forms in found.items() if forms and all(forms)}
