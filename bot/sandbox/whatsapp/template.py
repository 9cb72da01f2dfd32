"""One template of the account, as it stands and as it is listed."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

_MONTH = timedelta(days=30)


@dataclass(slots=True)
class Template:
    """One template in one language."""

    id: str
    name: str
    language: str
    category: str
    named: bool
    components: list[dict[str, Any]]
    status: str = "PENDING"
    reason: str = "NONE"
    ttl: int | None = None
    edits: list[datetime] = field(default_factory=list)
    quality: str = "UNKNOWN"
    coming: str = ""
    paced: bool = False
    """Whether the network first looks at what people think of it, before more go out."""

    @property
    def lives(self) -> timedelta:
        """How long a message by it waits for a phone that is off."""
        return timedelta(seconds=self.ttl) if self.ttl and self.ttl > 0 else _MONTH

    def component(self, kind: str) -> dict[str, Any]:
        """One part of it; an empty one if it has none."""
        return next((part for part in self.components if part["type"] == kind), {})

    @property
    def buttons(self) -> list[dict[str, Any]]:
        """Its buttons in order."""
        return list(self.component("BUTTONS").get("buttons", []))

    def wire(self) -> dict[str, Any]:
        """As the management API lists it."""
        return {
            "id": self.id,
            "name": self.name,
            "language": self.language,
            "status": self.status,
            "category": self.category,
            "parameter_format": "NAMED" if self.named else "POSITIONAL",
            "components": self.components,
            "quality_score": {"score": self.quality},
            "rejected_reason": self.reason,
            **({"correct_category": self.coming} if self.coming else {}),
        }
