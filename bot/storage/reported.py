"""A row of the outbox as the reports of its provider move it on, before it is written."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.delivery import Report, State, after_status
from bot.domain.ids import OutboxId
from bot.domain.message import Address, ChannelName
from bot.storage.message_costs import Billed

STAMPS = {
    State.SENT: "sent_at",
    State.DELIVERED: "delivered_at",
    State.READ: "read_at",
}
_THERE = frozenset({State.DELIVERED, State.READ})


@dataclass
class Reported:
    """A row as the reports move it on."""

    read: sa.Row[Any]
    changed: bool = False
    unreachable: bool = False
    late_s: float | None = None  # from when it was due to its arrival
    again_at: datetime | None = None
    billed: Billed | None = None
    steps: list[tuple[str, str]] = field(default_factory=list)
    values: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.id: int = self.read.id
        self.address = Address(ChannelName(self.read.channel), self.read.send_to)
        self.values = {
            "row": self.read.id,
            "now_is": State(self.read.state),
            "why": self.read.reason,
            "provider": self.read.provider_id,
            "accepted": self.read.accepted_at,
            "ended": self.read.ended_at,
            **{f"at_{stamp}": getattr(self.read, stamp) for stamp in STAMPS.values()},
        }

    def ends_only_another_try(self, report: Report) -> bool:
        """Whether it is a failure of a try that another followed, or may be.

        Of what is in the air for the second time nobody knows yet which name it has.
        """
        if report.state is not State.FAILED or report.provider_id == self.values["provider"]:
            return False
        in_the_air = self.values["now_is"] in {State.SENDING, State.UNCERTAIN}
        named = self.values["provider"] is not None and bool(report.provider_id)
        return self.read.resends > 0 and (in_the_air or named)

    def take(self, report: Report) -> None:
        """Move it on, if the report says anything new."""
        if report.priced and self.billed is None:
            self.billed = (OutboxId(self.id), self.address.to, report.priced, report.at)
        before: State = self.values["now_is"]
        after = after_status(before, report.state)
        stamp = STAMPS.get(report.state)
        if stamp == "delivered_at" and self.values[f"at_{stamp}"] is None:
            self.late_s = max((report.at - self.read.due_at).total_seconds(), 0)
        if stamp and self.values[f"at_{stamp}"] is None:
            self.values[f"at_{stamp}"] = report.at
            self.changed = True
        if after is before:
            return
        self.changed = True
        self.values["now_is"] = after
        if report.provider_id and (after in _THERE or not self.values["provider"]):
            self.values["provider"] = report.provider_id  # else the newest try's stays
        failed = after is State.FAILED
        self.values["why"] = report.reason if failed else ""
        self.values["ended"] = report.at if failed else None
        self.unreachable = failed and report.unreachable
        if failed and report.again_after is not None:
            self.again_at = report.at + report.again_after
        if not failed and self.values["accepted"] is None:
            self.values["accepted"] = report.at
        self.steps.append((after.value, self.values["why"]))
