"""Read an owner's own words for a form: gaps, marks, and the rules that no network bends.

The rules are WhatsApp's for templates, and hold for every chat: a text that is fine on one and
refused on the other would leave half of the clients with other words.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from bot.domain.errors import Unreadable
from bot.domain.names import tidy_lines
from bot.domain.placeholders import gap_named, nearest, offered
from bot.domain.text import plain
from bot.domain.wording import WORDING, Wording

LONGEST = 1024  # letters of a text, as long as its values may ever make it
MOST_TYPED = 3000
VALUE_UNITS = 120  # of a value: every one that is longer is cut
_SHORTEST = 20
_WORDS_A_GAP = 3
_UNITS: Mapping[str, int] = MappingProxyType(
    {"name": VALUE_UNITS, "business": VALUE_UNITS, "amount": 24, "due": 12, "day": 12, "count": 6}
)
# Without these a message would not say what it is about.
_NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "reminder_before": ("amount", "due"),
        "reminder_today": ("amount",),
        "reminder_late": ("amount", "due"),
        "reminder_last": ("amount", "due"),
        "reminder_many": ("amount",),
        "receipt": ("amount",),
        "claim_rejected": ("amount",),
    }
)

_GAP = re.compile(r"\{([a-z_]+)\}")
_TYPED_GAP = re.compile(r"\{\{?\s*([^{}\n]{1,40}?)\s*\}?\}")
_TAG = re.compile(r"</?(?:b|i|code|pre)>")
_BOLD = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])")
_ITALIC = re.compile(r"(?<![\w_])_(?=\S)([^_<>\n]+?)(?<=\S)_(?![\w_])")
_SIDE_BY_SIDE = re.compile(r"\}\W*\{")


def gaps_in(words: str) -> tuple[str, ...]:
    """The gaps of a text as it is kept, in the order in which they stand."""
    return tuple(_GAP.findall(words))


def read_words(typed: str, form: str, language: str) -> str:
    """The text as it is kept; a refusal if no network would take it. ``language`` of the typist."""
    wording = WORDING[form]
    if len(typed) > MOST_TYPED:  # no marks can account for that, and reading it may take long
        raise Unreadable("errors.own.long", field="words", count=len(typed) - LONGEST)
    words = _without_tags(typed)
    if len(words) < _SHORTEST:
        raise Unreadable("errors.own.short", field="words")
    words = _with_gaps(words, wording, language)
    words = _ITALIC.sub(r"<i>\1</i>", _BOLD.sub(r"<b>\1</b>", words))
    _check(words, wording, language)
    return words


def as_typed(words: str, language: str) -> str:
    """A text that is kept, as somebody would type it."""
    marked = words.replace("<b>", "*").replace("</b>", "*")
    marked = marked.replace("<i>", "_").replace("</i>", "_")
    return _GAP.sub(lambda found: f"{{{offered(found[1], language)}}}", marked)


def _without_tags(typed: str) -> str:
    """One tag taken out may leave another: half a pair would spoil a whole message."""
    words = tidy_lines(typed)
    while _TAG.search(words):
        words = tidy_lines(_TAG.sub("", words))
    return words


def _with_gaps(words: str, wording: Wording, language: str) -> str:
    def named(found: re.Match[str]) -> str:
        gap = gap_named(found[1])
        if gap not in wording.params:
            raise _unknown(found[1], wording, language)
        return f"{{{gap}}}"

    kept = _TYPED_GAP.sub(named, words)
    if set("{}") & set(_GAP.sub("", kept)):
        raise Unreadable("errors.own.brace", field="words")
    return kept


def _unknown(typed: str, wording: Wording, language: str) -> Unreadable:
    known = ", ".join(f"{{{offered(gap, language)}}}" for gap in wording.params)
    word, choice = plain(f"{{{typed}}}"), plain(known)
    meant = None if gap_named(typed) else nearest(typed, wording.params)
    if meant is None:
        return Unreadable("errors.own.unknown", field="words", word=word, known=choice)
    near = plain(f"{{{offered(meant, language)}}}")
    return Unreadable("errors.own.nearly", field="words", word=word, near=near)


def _check(words: str, wording: Wording, language: str) -> None:
    gaps = gaps_in(words)
    missing = [gap for gap in _NEEDED.get(wording.name, ()) if gap not in gaps]
    twice = [gap for gap in gaps if gaps.count(gap) > 1]
    for key, wrong in (("errors.own.missing", missing), ("errors.own.twice", twice)):
        if wrong:
            raise Unreadable(key, field="words", gap=plain(f"{{{offered(wrong[0], language)}}}"))
    bare = _TAG.sub("", words).strip()
    if _SIDE_BY_SIDE.search(bare):
        raise Unreadable("errors.own.side_by_side", field="words")
    # A gap with only a stop behind it counts as the end for some reviewers.
    if not re.match(r"\W*\w", bare.partition("{")[0]) or not re.search(r"\w", _behind(bare)):
        raise Unreadable("errors.own.edge", field="words")
    if len(re.findall(r"\S*\w\S*", _GAP.sub(" ", bare))) < _WORDS_A_GAP * len(gaps) - 1:
        raise Unreadable("errors.own.thin", field="words")
    too_many = _longest(words) - LONGEST
    if too_many > 0:
        raise Unreadable("errors.own.long", field="words", count=too_many)


def _behind(bare: str) -> str:
    return bare.rpartition("}")[2]


def _longest(words: str) -> int:
    """How many letters it may come to with its values in, as the network counts them."""
    marked = words.replace("</b>", "*").replace("<b>", "*").replace("<i>", "_")
    rest = _GAP.sub("", marked.replace("</i>", "_"))
    return len(rest.encode("utf-16-le")) // 2 + sum(_UNITS[gap] for gap in gaps_in(words))
