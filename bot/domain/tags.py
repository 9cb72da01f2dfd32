"""Tags: the ``#words`` of a note, by which clients are found."""

import re

from bot.domain.names import fold

_TAG = re.compile(r"(?<![\w#])#(\w{2,30})")
_MOST = 20  # a note with more of them is not tagged but shouting


def tags_in(note: str) -> str:
    """The tags of a note, folded, each once and between blanks: `` vip ouro ``; none is empty.

    The blanks at both ends let one tag be found without finding the start of another.
    """
    found = dict.fromkeys(fold(tag) for tag in _TAG.findall(note))
    words = list(found)[:_MOST]
    return f" {' '.join(words)} " if words else ""
