"""Deliveries as they came, before anybody has understood them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RawRow:
    """One delivery: its number, the chat it came by, its raw bytes, how often it failed."""

    id: int
    channel: str
    body: bytes
    tries: int
