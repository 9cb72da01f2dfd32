"""Letters as WhatsApp counts them, as its templates take them, and as our tables hold them."""

ELLIPSIS = "…"
_EMPTY = "-"  # a template refuses an empty value


def clean(words: str) -> str:
    """The words without what no database column holds: NULs and halves of characters."""
    whole = words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\x00", "")


def units(words: str) -> int:
    """The length in UTF-16 units, the most that any client of WhatsApp counts a letter for."""
    return len(words.encode("utf-16-le", "surrogatepass")) // 2


def cut(words: str, limit: int) -> str:
    """At most ``limit`` units of it, with dots where something is gone."""
    return words if units(words) <= limit else _begin(words, limit - 1).rstrip() + ELLIPSIS


def cut_at_line(words: str, limit: int) -> str:
    """The same, ending with a whole line, unless that would leave less than half."""
    if units(words) <= limit:
        return words
    begun = _begin(words, limit - 2)
    lines, newline, _ = begun.rpartition("\n")
    if newline and len(lines) > len(begun) // 2:
        return f"{lines}\n{ELLIPSIS}"
    return cut(words, limit)


def one_line(words: str) -> str:
    """Without line breaks, tabs and runs of blanks, none of which a label or a value may hold."""
    return " ".join(clean(words).split())


def value(words: str) -> str:
    """What may stand in for a template's placeholder."""
    return one_line(words) or _EMPTY


def _begin(words: str, limit: int) -> str:
    if limit <= 0:
        return ""
    raw = words.encode("utf-16-le", "surrogatepass")[: 2 * limit]
    # The cut may fall between the halves of a sign: the first half goes too.
    return raw.decode("utf-16-le", "ignore")
