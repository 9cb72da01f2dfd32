"""Two bars a month: what was expected, and, in front of it, what came in."""

import re
from collections.abc import Sequence

from bot.pictures import svg
from bot.services.ports.desk import Bars

WIDTH, HEIGHT = 1000, 560
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 44, 150, 62
_FLOOR = HEIGHT - _BOTTOM
_ROOM = WIDTH - _LEFT - _RIGHT
_TALLEST = _FLOOR - _TOP

_INK, _QUIET_INK, _GRID = "#1b2733", "#66727f", "#e6eaee"
_RECEIVED, _EXPECTED, _AMOUNT = "#14926a", "#dfe5ea", "#0b4f3a"
_MOST_BEHIND, _MOST_BEFORE = 118, 72
_STEPS = 4
_ROUND = (10, 12, 16, 20, 24, 30, 40, 50, 60, 80, 100)  # tenths, all in fours

_LABEL_SIZES = (19, 17, 15, 13)
_MONTH_SIZE = 18
_CENTS = re.compile(r"[.,]\d\d(?!\d)")


async def bars(chart: Bars) -> bytes:
    """The chart as PNG; its words come spoken, and are cut where they do not fit."""
    return await svg.png(drawn(chart))


def drawn(chart: Bars) -> str:
    """The chart as SVG."""
    top = _nice(max([*chart.received, *chart.expected, 1]))
    parts = [*_head(chart), *_grid()]
    slot = _ROOM / max(len(chart.months), 1)
    labels, size = _labels(chart.received_labels, slot - 6)
    for place, month in enumerate(chart.months):
        parts += _month(chart, place, slot, top)
        named = svg.fitting(month, _MONTH_SIZE, slot - 4)
        parts.append(_under(_FLOOR + 32, _middle(slot, place), named))
        if place < len(labels):
            foot = _above(chart, place, top, size)
            parts.append(_amount(foot, _middle(slot, place), labels[place], size))
    parts.append(svg.line(_LEFT, _FLOOR, _ROOM, _QUIET_INK))
    return svg.page(WIDTH, HEIGHT, parts)


def _head(chart: Bars) -> list[str]:
    """The title, and below it what each colour means."""
    parts = [
        svg.text(_LEFT, 58, svg.fitting(chart.title, 30, _ROOM), size=30, fill=_INK, bold=True)
    ]
    x = float(_LEFT)
    for words, colour in ((chart.received_word, _RECEIVED), (chart.expected_word, _EXPECTED)):
        named = svg.fitting(words, 19, _ROOM / 2 - 60)
        parts.append(svg.swatch(x, 82, 18, colour))
        parts.append(svg.text(x + 27, 98, named, size=19, fill=_QUIET_INK))
        x += 27 + svg.width_of(named, 19) + 30
    return parts


def _grid() -> list[str]:
    return [
        svg.line(_LEFT, _FLOOR - _TALLEST * step / _STEPS, _ROOM, _GRID)
        for step in range(1, _STEPS + 1)
    ]


def _month(chart: Bars, place: int, slot: float, top: int) -> list[str]:
    """What came in stands before what was expected, like a glass that fills."""
    middle = _middle(slot, place)
    found = []
    for values, colour, share, most in (
        (chart.expected, _EXPECTED, 0.78, _MOST_BEHIND),
        (chart.received, _RECEIVED, 0.48, _MOST_BEFORE),
    ):
        width, level = min(slot * share, most), _level(values, place, top)
        found.append(svg.bar(middle - width / 2, level, width, _FLOOR - level, colour))
    return found


def _middle(slot: float, place: int) -> float:
    return _LEFT + slot * (place + 0.5)


def _under(y: float, middle: float, month: str) -> str:
    return svg.text(middle, y, month, size=_MONTH_SIZE, fill=_QUIET_INK, anchor="middle")


def _amount(y: float, middle: float, label: str, size: float) -> str:
    return svg.text(middle, y, label, size=size, fill=_AMOUNT, anchor="middle", bold=True)


def _above(chart: Bars, place: int, top: int, size: int) -> float:
    """Where the amount stands: on its bar, or on the one behind it if their edges are near."""
    received = _level(chart.received, place, top)
    expected = _level(chart.expected, place, top)
    return (expected if received - size - 12 < expected <= received else received) - 9


def _level(values: Sequence[int], place: int, top: int) -> float:
    value = values[place] if place < len(values) else 0
    return _FLOOR - _TALLEST * max(value, 0) / top


def _labels(labels: Sequence[str], room: float) -> tuple[list[str], int]:
    """The amounts as large as they fit; if they do not, without cents, then without currency."""
    for shorter in (str, _without_cents, _only_digits):
        tried = [shorter(label) for label in labels]
        for size in _LABEL_SIZES:
            if all(svg.width_of(label, size) <= room for label in tried):
                return tried, size
    return [], _LABEL_SIZES[-1]


def _without_cents(label: str) -> str:
    return _CENTS.sub("", label)


def _only_digits(label: str) -> str:
    return re.sub(r"[^\d.,]", "", _without_cents(label)).strip(".,")


def _nice(most: int) -> int:
    """A round number a little above the highest bar."""
    power = 10
    while power * 10 <= most:
        power *= 10
    return next(step * power // 10 for step in _ROUND if step * power >= most * 10)
