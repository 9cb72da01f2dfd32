"""Values written as TOML, the one way that each is written; ``tomllib`` reads them back equal."""

from collections.abc import Mapping
from datetime import date
from typing import TypeAlias

Plain: TypeAlias = "bool | int | str | date | list[date] | None"

_SHORT = {"\\": "\\\\", '"': '\\"', "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_FIRST_PRINTABLE, _DELETE = 0x20, 0x7F
_INDENT, _END = "  ", "\n"


def quoted(words: str) -> str:
    """A string on one line."""
    return f'"{"".join(map(_letter, words))}"'


def lines(values: Mapping[str, Plain]) -> list[str]:
    """A line for each value; what is none is left out, as TOML has no word for it."""
    return [f"{name} = {_written(value)}" for name, value in values.items() if value is not None]


def _written(value: Plain) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _block(value) if "\n" in value else quoted(value)
        case list():
            return _listed(value)
        case date():
            return value.isoformat()
    return str(value)


def _block(words: str) -> str:
    """A string of several lines, each on its own."""
    return f'"""\n{"".join(letter if letter == _END else _letter(letter) for letter in words)}"""'


def _listed(days: list[date]) -> str:
    """A line for each: a change of one shows as one line."""
    if not days:
        return "[]"
    return "\n".join(["[", *(f"{_INDENT}{day.isoformat()}," for day in days), "]"])


def _letter(letter: str) -> str:
    code = ord(letter)
    if letter not in _SHORT and (code < _FIRST_PRINTABLE or code == _DELETE):
        return f"\\u{code:04X}"
    return _SHORT.get(letter, letter)
