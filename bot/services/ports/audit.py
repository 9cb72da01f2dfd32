"""The record of who did what, as those need it who read it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bot.domain.ids import ClientId, PersonId


@dataclass(frozen=True, slots=True)
class DeedView:
    """One line. ``by`` none: the program by itself; ``origin`` is where it began.

    ``about`` holds ``before`` and ``after`` as ``domain.trail`` keeps them.
    """

    id: int
    at: datetime
    deed: str
    by: PersonId | None
    by_name: str
    client: ClientId | None
    client_name: str
    origin: str
    request_id: str
    about: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sought:
    """Which lines are looked for. ``begins``: how the deed's name begins, or with ``but``, not.

    ``whom`` is part of a client's folded name.
    """

    begins: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    by: Collection[PersonId] | None = None
    whom: str = ""
    since: datetime | None = None
    until: datetime | None = None


class AuditBook(Protocol):
    """The table, to be read."""

    async def page(self, sought: Sought, after: int | None, most: int) -> Sequence[DeedView]:
        """The newest first, older than the line ``after``."""
        ...

    async def get(self, number: int) -> DeedView | None:
        """One line."""
        ...

    async def people(self) -> Mapping[PersonId, str]:
        """Everybody who ever did anything, and their names."""
        ...
