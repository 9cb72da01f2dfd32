"""A list without headings: which column is which, told by what most of its cells can be read as."""

from collections.abc import Callable, Sequence
from typing import Any

from pydantic import TypeAdapter

from bot.domain.errors import Refusal
from bot.forms.columns import Columns, read_standing
from bot.forms.fields import FirstDue, PersonName, PhoneNumber, Price

_LOOKED_AT = 50  # rows: enough to tell, quick for any list
_MOST_OF_THEM = 0.6

_PHONE: TypeAdapter[Any] = TypeAdapter(PhoneNumber)
_PRICE: TypeAdapter[Any] = TypeAdapter(Price)
_DUE: TypeAdapter[Any] = TypeAdapter(FirstDue)
_NAME: TypeAdapter[Any] = TypeAdapter(PersonName)


def guess(rows: Sequence[Sequence[str]], context: dict[str, Any]) -> Columns | None:
    """The columns of a list without headings; none if it cannot be told."""
    some = rows[:_LOOKED_AT]
    left = list(range(max((len(row) for row in some), default=0)))
    of: dict[str, int] = {}

    def reads(adapter: TypeAdapter[Any]) -> Callable[[str], object]:
        return lambda cell: adapter.validate_python(cell, context=context)

    # The narrowest reading first: a phone is never a date, but "27" is a price as well as a day.
    kinds = (
        ("phone", reads(_PHONE)),
        ("standing", read_standing),
        ("first_due", reads(_DUE)),
        ("price", reads(_PRICE)),
        ("name", reads(_NAME)),
        ("plan", reads(_NAME)),
    )
    for field, read in kinds:
        place = next((one for one in left if _mostly([*_column(some, one)], read)), None)
        if place is not None:
            of[field] = place
            left.remove(place)
    if left:
        of["note"] = left[0]
    found = Columns(of, guessed=True)
    return None if found.missing else found


def _column(rows: Sequence[Sequence[str]], place: int) -> list[str]:
    return [row[place].strip() for row in rows if place < len(row) and row[place].strip()]


def _mostly(cells: list[str], read: Callable[[str], object]) -> bool:
    """Whether most of the cells that say anything can be read so."""
    if not cells:
        return False
    return sum(_reads(cell, read) for cell in cells) >= _MOST_OF_THEM * len(cells)


def _reads(cell: str, read: Callable[[str], object]) -> bool:
    try:
        read(cell)
    except Refusal:
        return False
    return True
