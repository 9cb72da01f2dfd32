"""Read the catalogues off the disk: every .po file of a language is one part of its words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from gettext import c2py
from pathlib import Path
from typing import TypeAlias

from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po

# One form, or as many as the language tells numbers apart.
Forms: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One language's sentences, and which form it takes for a number."""

    language: str
    sentences: Mapping[str, Forms]
    plural: Callable[[int], int]


def usual_folder() -> Path:
    """Inside the package once it is installed, beside it in a checkout."""
    package = Path(__file__).parents[1]
    inside = package / "locales"
    return inside if inside.is_dir() else package.parent / "locales"


def read_all(folder: Path) -> dict[str, Catalogue]:
    """Every language that has a folder, by its name."""
    return {
        home.name: Catalogue(home.name, _sentences(home), c2py(get_plural(home.name).plural_expr))
        for home in sorted(folder.iterdir())
        if home.is_dir()
    }


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
