"""Shapes and words as SVG, and SVG as PNG. Every word is escaped here, and only here."""

import asyncio
import html
from functools import lru_cache
from pathlib import Path

import resvg_py

_FONTS = Path(__file__).with_name("fonts")
_FONT_FILES = [str(_FONTS / "DejaVuSans.ttf"), str(_FONTS / "DejaVuSans-Bold.ttf")]
_FAMILY = "DejaVu Sans"

# How wide a letter of our font is, in shares of its size: near enough to see what fits.
_NARROW = frozenset(" .,:;'!|()[]iljftI1r/-")
_NARROW_WIDTH, _WIDE_WIDTH = 0.42, 0.68


def width_of(words: str, size: float) -> float:
    """About how wide words will be drawn; rather more than less."""
    return size * sum(_NARROW_WIDTH if sign in _NARROW else _WIDE_WIDTH for sign in words)


def fitting(words: str, size: float, room: float) -> str:
    """The words, cut with dots where they would not fit."""
    if width_of(words, size) <= room:
        return words
    kept = words
    while kept and width_of(kept + "…", size) > room:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def text(
    x: float,
    y: float,
    words: str,
    *,
    size: float,
    fill: str,
    anchor: str = "start",
    bold: bool = False,
) -> str:
    """Words with their baseline at ``y``."""
    weight = ' font-weight="bold"' if bold else ""
    # What is no character of XML would make the whole picture unreadable.
    clean = "".join(sign for sign in words if sign.isprintable())
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{fill}"'
        f' text-anchor="{anchor}"{weight}>{html.escape(clean)}</text>'
    )


def bar(x: float, y: float, width: float, height: float, fill: str) -> str:
    """A bar standing on its foot: round shoulders, flat below."""
    if height <= 0:
        return ""
    r = min(width / 4, 6, height)
    return (
        f'<path fill="{fill}" d="M{x:.1f},{y + height:.1f} V{y + r:.1f}'
        f" q0,{-r:.1f} {r:.1f},{-r:.1f} h{width - 2 * r:.1f} q{r:.1f},0 {r:.1f},{r:.1f}"
        f' V{y + height:.1f} Z"/>'
    )


def line(x: float, y: float, width: float, fill: str) -> str:
    """A level line."""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="1" fill="{fill}"/>'


def swatch(x: float, y: float, side: float, fill: str) -> str:
    """A small square of a colour, for a legend."""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{side:g}" height="{side:g}" rx="3" fill="{fill}"/>'
    )


def page(width: int, height: int, parts: list[str]) -> str:
    """The whole drawing. White behind it: a dark chat must not swallow dark words."""
    inner = "".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
        f' font-family="{_FAMILY}"><rect width="{width}" height="{height}" fill="#ffffff"/>'
        f"{inner}</svg>"
    )


async def png(drawing: str) -> bytes:
    """The drawing as PNG, off the event loop; the same bytes on every machine."""
    return await asyncio.to_thread(_rendered, drawing)


# Figures that are asked for twice in a row are the same picture, and drawing takes the longest.
@lru_cache(maxsize=8)
def _rendered(drawing: str) -> bytes:
    return resvg_py.svg_to_bytes(
        svg_string=drawing, font_files=_FONT_FILES, skip_system_fonts=True, font_family=_FAMILY
    )
