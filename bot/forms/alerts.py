"""What an Alertmanager says: which alerts fire, and which are over."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

from bot.domain.watch import BY_NAME, FOREIGN, FOREIGN_URGENT, Trouble

_MOST_ALERTS, _MOST_WORDS = 1000, 200


def _one_line(written: str) -> str:
    """Somebody's own words, short, and without what would disturb a message."""
    return "".join(sign if sign.isprintable() else " " for sign in written)[:_MOST_WORDS].strip()


Words = Annotated[str, AfterValidator(_one_line)]


class Alert(BaseModel):
    """One alert, with the labels that we know and its words."""

    status: Literal["firing", "resolved"]
    labels: dict[str, Words] = Field(default_factory=dict)
    annotations: dict[str, Words] = Field(default_factory=dict)
    starts_at: AwareDatetime = Field(alias="startsAt")
    ends_at: AwareDatetime = Field(alias="endsAt")

    @property
    def trouble(self) -> Trouble:
        """As the house calls it; what it does not know stays in the words of its rule."""
        known = BY_NAME.get(self.labels.get("condition", ""))
        if known is not None:
            return Trouble(known, self.labels.get("about", ""))
        urgent = self.labels.get("urgent") == "yes" or self.labels.get("severity") == "critical"
        words = self.annotations.get("summary") or self.labels.get("alertname") or "?"
        return Trouble(FOREIGN_URGENT if urgent else FOREIGN, words)


class Alerts(BaseModel):
    """One delivery, as version 4 of the webhook has it; only what we need of it."""

    alerts: list[Alert] = Field(max_length=_MOST_ALERTS)

    def firing(self) -> Iterator[tuple[Trouble, datetime]]:
        """What there is, and since when."""
        for alert in self.alerts:
            if alert.status == "firing":
                yield alert.trouble, alert.starts_at

    def over(self) -> Iterator[tuple[Trouble, datetime]]:
        """What is over, and since when."""
        for alert in self.alerts:
            if alert.status == "resolved":
                yield alert.trouble, alert.ends_at
