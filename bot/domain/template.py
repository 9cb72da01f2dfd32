"""Approved forms of words: where each stands with the provider, and what it reports of them."""

from dataclasses import dataclass

APPROVED = "APPROVED"
PENDING = "PENDING"


@dataclass(frozen=True, slots=True)
class TemplateStatus:
    """One template in one language, as the provider last described it.

    ``status`` is the provider's word (APPROVED, PENDING, REJECTED, PAUSED, DISABLED...).
    ``fingerprint`` is of the words we last asked for: others than today's are asked for again.
    """

    name: str
    language: str
    status: str
    category: str = ""
    reason: str = ""
    remote_id: str = ""
    fingerprint: str = ""

    @property
    def usable(self) -> bool:
        """Whether it may be sent now."""
        return self.status == APPROVED


@dataclass(frozen=True, slots=True)
class TemplateNews:
    """What a webhook says of one template; what is empty was not said, and stays as it was."""

    name: str
    language: str
    status: str = ""
    category: str = ""
    reason: str = ""
