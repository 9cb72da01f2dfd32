"""Which backups are kept: the newest of each of the last days, weeks and months that have one."""

from collections.abc import Callable, Iterable
from datetime import datetime

DAILY, WEEKLY, MONTHLY = 7, 4, 12

_SPANS: tuple[tuple[int, Callable[[datetime], object]], ...] = (
    (DAILY, lambda at: at.date()),
    (WEEKLY, lambda at: at.isocalendar()[:2]),
    (MONTHLY, lambda at: (at.year, at.month)),
)


def kept(moments: Iterable[datetime]) -> frozenset[datetime]:
    """Those worth keeping; a span without a backup does not use one of its places up."""
    newest_first = sorted(moments, reverse=True)
    keep: set[datetime] = set()
    for places, span_of in _SPANS:
        newest: dict[object, datetime] = {}
        for at in newest_first:
            newest.setdefault(span_of(at), at)
        keep.update(list(newest.values())[:places])
    return frozenset(keep)
