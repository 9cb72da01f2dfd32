"""Lists a page at a time: by key, never by counting what was passed over."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from bot.domain.text import Text, t

ROWS = 7  # a WhatsApp list holds ten: seven to read, three to steer (back, more, filter)
COUNTED = 1000  # beyond this a list says "more than" instead of counting on

T = TypeVar("T")
Key: TypeAlias = Mapping[str, Any]  # plain JSON values: where the next page goes on


@dataclass(frozen=True, slots=True)
class Total:
    """How many there are, counted only as far as it matters."""

    number: int
    more: bool = False

    @property
    def text(self) -> Text:
        """As a list's title says it."""
        return t("total.more" if self.more else "total.exact", count=self.number)


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """One page. ``next`` is the key to go on after, none at the end."""

    items: tuple[T, ...]
    next: Key | None = None
    total: Total | None = None
