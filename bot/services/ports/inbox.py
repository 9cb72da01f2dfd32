"""Deliveries as they came, before anybody has understood them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# Providers repeat a delivery for at most a week. What is older than this we no longer know apart
# from a copy that somebody kept and sends again: it is not answered.
SEEN_FOR = timedelta(days=15)


@dataclass(frozen=True, slots=True)
class RawRow:
    """One delivery: its number, the chat it came by, its raw bytes, how often it failed.

    ``received_at``: it is news as of then, whenever it is understood.
    ``waits``: it failed, and its next try is still to come.
    """

    id: int
    channel: str
    body: bytes
    tries: int
    received_at: datetime
    waits: bool = False
