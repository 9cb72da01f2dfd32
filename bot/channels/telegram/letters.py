"""Letters as Telegram counts and as our tables hold them."""


def clean(words: str) -> str:
    """The words without what no database column holds: NULs and halves of characters."""
    whole = words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\x00", "")


def units(words: str) -> int:
    """The length in UTF-16 units: some signs count twice. Telegram's limits are in these."""
    return len(words.encode("utf-16-le", "surrogatepass")) // 2


def cut(words: str, limit: int) -> str:
    """At most ``limit`` units of it, with dots where something is gone."""
    if units(words) <= limit:
        return words
    kept, left = [], limit - 1
    for letter in words:
        left -= units(letter)
        if left < 0:
            break
        kept.append(letter)
    return "".join(kept).rstrip() + "…"
