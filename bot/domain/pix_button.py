"""The button that copies a Pix code: wanted on reminders, refused by the account, switched off."""

from dataclasses import dataclass
from datetime import datetime, timedelta

TRIED_AGAIN_AFTER = timedelta(days=14)  # an account gets it once in its life, if at all


@dataclass(frozen=True, slots=True)
class PixButton:
    """``possible``: the house has a key. ``why`` the account refused it last, and when that was."""

    possible: bool
    off: bool = False
    refused_at: datetime | None = None
    why: str = ""

    @property
    def tried_again(self) -> datetime | None:
        """When the account is asked again; none if it has not refused."""
        return self.refused_at + TRIED_AGAIN_AFTER if self.refused_at else None

    def wanted(self, now: datetime) -> bool:
        """Whether reminders should have it now."""
        again = self.tried_again
        return self.possible and not self.off and (again is None or again <= now)
