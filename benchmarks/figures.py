"""One line of the table: what was measured, beside what in the same run, and what we want."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Figure:
    """A result as it is shown. ``held`` is whether the goal is; none where there is no goal."""

    work: str
    ours: str
    beside: str
    result: str
    goal: str = ""
    held: bool | None = None


_HEADS = ("work", "ours", "beside it, in the same run", "result", "goal", "held")
_HELD = {True: "yes", False: "NO", None: ""}


def table(figures: Sequence[Figure]) -> str:
    """As Markdown that also reads well in a terminal."""
    rows = [_HEADS, *(_cells(figure) for figure in figures)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(_HEADS))]
    lines = [_line(row, widths) for row in rows]
    lines.insert(1, "|".join(["", *("-" * (width + 2) for width in widths), ""]))
    return "\n".join(lines)


def middle(values: Sequence[float]) -> float:
    """The median: a neighbour on the same machine spoils one round, rarely most of them."""
    return median(values)


def at_percent(values: Sequence[float], percent: float) -> float:
    """The value below which so many percent of them lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def _cells(figure: Figure) -> tuple[str, ...]:
    held = _HELD[figure.held]
    return figure.work, figure.ours, figure.beside, figure.result, figure.goal, held


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"| {' | '.join(padded)} |"
