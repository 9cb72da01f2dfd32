"""The keys of the catalogues as the code writes them, read without running it."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
A_KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-zA-Z0-9_]+)+")

# Who is given a key first, and the names among its arguments that are no values of the sentence.
SAYING = {"t", "say", "add"}
REFUSING = {"Refusal", "Unreadable", "NotFound", "NotAllowed", "Conflict"}
LABELLING = {"offer", "raw"}  # with no values at all


@dataclass(frozen=True)
class Said:
    """One place where a sentence is asked for; ``values`` are none where they cannot be read."""

    key: str
    values: frozenset[str] | None
    where: str


@dataclass(frozen=True)
class Code:
    """What was found: sentences asked for, every literal, and the shapes of keys put together."""

    said: tuple[Said, ...]
    literals: frozenset[str]
    shapes: frozenset[str]
    asked_shapes: frozenset[str]


def read_code(room: Path = ROOT / "bot") -> Code:
    """Every key in the code of a folder. The sandbox speaks with the words of the providers."""
    said: list[Said] = []
    literals: set[str] = set()
    shapes: set[str] = set()
    asked_shapes: set[str] = set()
    for file in sorted(room.rglob("*.py")):
        if "sandbox" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                literals.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                shapes |= set(_shape(node))
            elif isinstance(node, ast.Call):
                where = f"{file.relative_to(room.parent)}:{node.lineno}"
                said += _sentences(node, where)
                asked_shapes |= set(_asked_shapes(node))
    # A refusal's key may be handed through a function of its own.
    found = {one.key for one in said}
    refusals = {key for key in literals if key.startswith("errors.") and A_KEY.fullmatch(key)}
    said += [Said(key, None, "a literal") for key in refusals - found]
    return Code(tuple(said), frozenset(literals), frozenset(shapes), frozenset(asked_shapes))


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _first(call: ast.Call) -> Iterator[ast.expr]:
    """The first argument, or both of its choices."""
    if call.args and _called(call) in SAYING | REFUSING | LABELLING:
        first = call.args[0]
        yield from (first.body, first.orelse) if isinstance(first, ast.IfExp) else (first,)


def _sentences(call: ast.Call, where: str) -> Iterator[Said]:
    for first in _first(call):
        if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
            continue
        if A_KEY.fullmatch(first.value) or _called(call) in {"t", "say"}:
            yield Said(first.value, _values(call), where)


def _asked_shapes(call: ast.Call) -> Iterator[str]:
    for first in _first(call):
        if isinstance(first, ast.JoinedStr):
            yield from _shape(first)


def _values(call: ast.Call) -> frozenset[str] | None:
    if _called(call) in LABELLING:
        return frozenset()
    names = {keyword.arg for keyword in call.keywords}
    if None in names:
        return None
    not_values = {"field"} if _called(call) in REFUSING else set()
    return frozenset(name for name in names if name) - not_values


def _shape(joined: ast.JoinedStr) -> Iterator[str]:
    """``f"standing.{how}"`` as a pattern of the keys it may become."""
    parts = [str(part.value) if isinstance(part, ast.Constant) else None for part in joined.values]
    if parts[0] and re.fullmatch(r"[a-z_]+\.[a-z0-9_.]*", parts[0]):
        yield "".join(r"[a-zA-Z0-9_.]+" if part is None else re.escape(part) for part in parts)
