"""Our own number as its network describes it, and how well what it sends arrives."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class NumberFacts:
    """The business's number in WhatsApp's own words; what it did not say is empty.

    ``status`` is CONNECTED when all is well, ``quality`` GREEN, YELLOW, RED or NA, ``limit`` how
    many people may be written to first within a day (TIER_250, TIER_2K...), ``throughput``
    STANDARD or HIGH.
    """

    phone: str = ""
    name: str = ""
    status: str = ""
    quality: str = ""
    name_status: str = ""
    limit: str = ""
    throughput: str = ""

    @property
    def is_well(self) -> bool:
        """Whether it stands as one that may send."""
        return self.status in {"", "CONNECTED"} and self.name_status in {"", "APPROVED"}


@dataclass(frozen=True, slots=True)
class Arrived:
    """What became of what left lately: of the ``taken`` so many arrived, were read, or failed."""

    taken: int = 0
    delivered: int = 0
    read: int = 0
    failed: Mapping[str, int] = field(default_factory=dict)  # by reason

    @property
    def delivered_share(self) -> int | None:
        """In whole percent; none where nothing was taken."""
        return _percent(self.delivered, self.taken)

    @property
    def read_share(self) -> int | None:
        """Of all that were taken; some people let nobody know that they read."""
        return _percent(self.read, self.taken)


def _percent(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole else None
