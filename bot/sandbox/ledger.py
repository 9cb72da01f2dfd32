"""Every message the networks said yes to, in order: the proof of "exactly once"."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Accepted:
    """One message that was taken, whether or not the sender ever heard so."""

    channel: str
    """telegram or whatsapp."""
    method: str
    to: str
    id: str
    opaque: str
    """What the sender marked it with; empty on Telegram, which knows no such thing."""
    kind: str
    text: str
    at: datetime

    def as_json(self) -> dict[str, Any]:
        """For other processes."""
        return asdict(self) | {"at": self.at.isoformat()}


class Ledger:
    """The list of what was accepted."""

    def __init__(self) -> None:
        self.entries: list[Accepted] = []

    def add(self, entry: Accepted) -> None:
        """One more."""
        self.entries.append(entry)

    def of(self, channel: str | None = None, opaque: str | None = None) -> list[Accepted]:
        """Those of one network, or with one mark of the sender's, or all."""
        return [
            entry
            for entry in self.entries
            if channel in (None, entry.channel) and opaque in (None, entry.opaque)
        ]
