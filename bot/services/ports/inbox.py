"""Deliveries as they came, before anybody has understood them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RawRow:
    """One delivery: its number, the chat it came by, its raw bytes, how often it failed.

    ``waits``: it failed, and its next try is still to come.
    """

    id: int
    channel: str
    body: bytes
    tries: int
    waits: bool = False
