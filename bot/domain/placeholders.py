"""The gaps of a text by the names that people type: ``{nome}``, ``{name}`` and ``{nombre}``."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from types import MappingProxyType

from bot.domain.names import fold

_IN = {"pt_BR": 0, "en": 1, "es": 2}
# What a gap is offered as in each language; whichever is typed is understood in all of them.
_OFFERED: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "name": ("nome", "name", "nombre"),
        "business": ("empresa", "business", "negocio"),
        "amount": ("valor", "amount", "importe"),
        "due": ("vencimento", "due", "vencimiento"),
        "count": ("quantos", "count", "cuantos"),
        "day": ("dia", "day", "fecha"),
    }
)
_ALSO = {
    "name": "cliente client primeiro_nome first_name",
    "business": "loja academia estudio company shop store tienda equipe team equipo",
    "amount": "preco price monto total quantia precio",
    "due": "vence due_date data_de_vencimento fecha_de_vencimiento",
    "count": "quantidade quantas cuantas cantidad number how_many",
    "day": "data date",
}
_NEAR = 0.6  # of 1: how alike a slip of the finger is to what was meant


def gap_named(typed: str) -> str | None:
    """Which gap somebody means; none if it is none of ours."""
    return _KNOWN.get(_plain(typed))


def offered(gap: str, language: str) -> str:
    """What a gap is called in somebody's language; one that is none of ours, as it is."""
    names = _OFFERED.get(gap)
    return names[_IN.get(language, 0)] if names else gap


def nearest(typed: str, among: Sequence[str]) -> str | None:
    """The gap that was most likely meant, of those that a form has."""
    names = [name for name, gap in _KNOWN.items() if gap in among]
    found = get_close_matches(_plain(typed), names, n=1, cutoff=_NEAR)
    return _KNOWN[found[0]] if found else None


def _plain(typed: str) -> str:
    return fold(typed).replace(" ", "_").replace("-", "_")


_KNOWN: Mapping[str, str] = MappingProxyType(
    {
        _plain(name): gap
        for gap, names in _OFFERED.items()
        for name in (gap, *names, *_ALSO[gap].split())
    }
)
