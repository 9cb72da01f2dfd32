"""Make a text shorter before it is put into words: its values give way, never its marks."""

from bot.channels.telegram.letters import cut
from bot.domain.text import Param, Text

# How long a value may be, tried in turn until the whole fits. A Pix code (some 200 letters) must
# stay whole longer than anybody's notes, for half of one pays nothing.
LADDER = (None, 3000, 1500, 800, 400, 150, 60, 20)
_LINES = 40  # of a text made of many, how many stay once values are cut at all


def shortened(text: Text, longest: int | None) -> Text:
    """The same sentence with no value longer than ``longest`` units."""
    if longest is None:
        return text
    return Text(text.key, {name: _less(value, longest) for name, value in text.params.items()})


def _less(value: Param, longest: int) -> Param:
    if isinstance(value, str):
        return cut(value, longest)
    if isinstance(value, Text):
        return shortened(value, longest)
    if isinstance(value, tuple):
        return tuple(shortened(line, longest) for line in value[: max(_LINES, longest)])
    return value
