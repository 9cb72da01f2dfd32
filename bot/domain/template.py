"""Approved forms of words: where each stands with the provider, and what it reports of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

APPROVED = "APPROVED"
PENDING = "PENDING"
REJECTED = "REJECTED"
PAUSED = "PAUSED"
DISABLED = "DISABLED"
REFUSED = "REFUSED"  # our own word: it was not even taken for a review
MARKETING = "MARKETING"
_WORRIES = {
    REJECTED: "rejected",
    REFUSED: "refused",
    PAUSED: "paused",
    DISABLED: "disabled",
    "LIMIT_EXCEEDED": "gone",
    "LOCKED": "gone",
    "ARCHIVED": "gone",
    "PENDING_DELETION": "gone",
    "DELETED": "gone",
}


@dataclass(frozen=True, slots=True)
class TemplateText:
    """What a template is to say: a form's own words, or the owner's under a name of their own.

    ``copies``: it has the button that copies the Pix code.
    """

    name: str
    form: str
    language: str
    words: str = ""
    pix: bool = True
    copies: bool = False

    @classmethod
    def ours(cls, form: str, language: str, *, pix: bool = True) -> "TemplateText":
        """EmDia's words for a form; ``pix`` is whether the house can be paid so."""
        return cls(form, form, language, pix=pix)


@dataclass(frozen=True, slots=True)
class TemplateStatus:
    """One template in one language, as the provider last described it.

    ``status`` is the provider's word (APPROVED, PENDING, REJECTED, PAUSED, DISABLED...).
    ``fingerprint`` is of the words we last asked for: others than today's are asked for again.
    ``coming`` is the category that it will have soon, ``advice`` what a reviewer would change.
    """

    name: str
    language: str
    status: str
    category: str = ""
    reason: str = ""
    remote_id: str = ""
    fingerprint: str = ""
    quality: str = ""
    coming: str = ""
    advice: str = ""
    paused_until: datetime | None = None

    @property
    def usable(self) -> bool:
        """Whether it may be sent now."""
        return self.status == APPROVED

    @property
    def worries(self) -> Collection[str]:
        """What the house should know of it, each by a word that stays the same."""
        found = [_WORRIES[self.status]] if self.status in _WORRIES else []
        if self.category == MARKETING:
            found.append("marketing")
        elif self.coming == MARKETING:
            found.append("soon_marketing")
        if self.quality in {"YELLOW", "RED"}:
            found.append(self.quality.lower())
        return found


@dataclass(frozen=True, slots=True)
class TemplateNews:
    """What a webhook says of one template; what is empty was not said, and stays as it was.

    ``pause`` says which one it is: after the third a template is disabled for good.
    """

    name: str
    language: str
    status: str = ""
    category: str = ""
    reason: str = ""
    quality: str = ""
    coming: str = ""
    advice: str = ""
    pause: str = ""
