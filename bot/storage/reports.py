"""What providers say of our messages afterwards: late, twice, out of order, or before we did."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import Report, State, after_status
from bot.domain.ids import OutboxId
from bot.domain.message import Address, ChannelName
from bot.storage.attempts import note
from bot.storage.decisions import Decisions
from bot.storage.dialect import insert, one_of
from bot.storage.message_costs import Billed, keep_billed
from bot.storage.people import mark_unreachable
from bot.storage.tables import Instant, orphan_reports, outbox
from bot.telemetry.metrics import DUE_TO_DELIVERED_SECONDS

_STAMPS = {
    State.SENT: "sent_at",
    State.DELIVERED: "delivered_at",
    State.READ: "read_at",
}


class Reports:
    """Fills ``ports.outbox.Reports``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def apply(self, channel: ChannelName, reports: Sequence[Report], now: datetime) -> int:
        """Take them in; how many were about messages of ours.

        A report by our own id also settles what we do not know to have left: it has.
        """
        if not reports:
            return 0
        rows = await self._rows(channel, reports)
        ours = 0
        for report in reports:
            row = rows.get(report.opaque) or rows.get(report.provider_id)
            if row:
                row.take(report)
                ours += 1
            else:
                await self._keep(channel, report)
        await self._write(rows.values(), now)
        return ours

    async def catch_up(
        self, channel: ChannelName, provider_ids: Sequence[str], now: datetime
    ) -> None:
        """Take in the reports that were quicker than our own commit."""
        early = await self._connection.execute(
            sa.delete(orphan_reports)
            .where(
                orphan_reports.c.channel == channel,
                one_of(self._connection, orphan_reports.c.provider_id, provider_ids),
            )
            .returning(*orphan_reports.c)
        )
        reports = [
            Report(row.provider_id, State(row.state), row.at, reason=row.reason) for row in early
        ]
        if reports:
            await self.apply(channel, reports, now)

    async def _rows(self, channel: ChannelName, reports: Sequence[Report]) -> dict[str, "_Row"]:
        """By provider's id and by ours, locked until the transaction ends."""
        named = {report.provider_id for report in reports if report.provider_id}
        opaque = {report.opaque for report in reports if report.opaque}
        found = await self._connection.execute(
            sa.select(outbox)
            .where(
                outbox.c.channel == channel,
                sa.or_(
                    one_of(self._connection, outbox.c.provider_id, named),
                    one_of(self._connection, outbox.c.opaque, opaque),
                ),
            )
            .order_by(outbox.c.id)
            .with_for_update()
        )
        rows: dict[str, _Row] = {}
        for each in found:
            row = _Row(each)
            rows[each.opaque] = row
            if each.provider_id:
                rows[each.provider_id] = row
        return rows

    async def _keep(self, channel: ChannelName, report: Report) -> None:
        orphan = insert(self._connection, orphan_reports).values(
            channel=channel,
            provider_id=report.provider_id,
            state=report.state,
            reason=report.reason,
            at=report.at,
        )
        await self._connection.execute(orphan.on_conflict_do_nothing())

    async def _write(self, rows: Iterable["_Row"], now: datetime) -> None:
        rows = list({row.id: row for row in rows}.values())
        await keep_billed(self._connection, [row.billed for row in rows if row.billed])
        changed = [row for row in rows if row.changed]
        if not changed:
            return
        await self._connection.execute(_SETTLE, [row.values for row in changed])
        steps = [(row.id, what, why) for row in changed for what, why in row.steps]
        await note(self._connection, steps, now)
        for row in changed:
            if row.late_s is not None:
                DUE_TO_DELIVERED_SECONDS.labels(row.address.channel.value).observe(row.late_s)
            if row.unreachable:
                why, at = row.values["why"], row.values["ended"]
                await mark_unreachable(self._connection, row.address, why, at)
            if row.again_at:
                await self._once_more(row, row.again_at, now)

    async def _once_more(self, row: "_Row", due_at: datetime, now: datetime) -> None:
        """A failure that is no fault of the message's. The second time a person decides."""
        decisions, number = Decisions(self._connection), OutboxId(row.id)
        if row.read.follows_id is None and await decisions.dismiss(number, now):
            await decisions.again(number, row.address, now, max(due_at, now))


@dataclass
class _Row:
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
            **{f"at_{stamp}": getattr(self.read, stamp) for stamp in _STAMPS.values()},
        }

    def take(self, report: Report) -> None:
        """Move it on, if the report says anything new."""
        if report.priced and self.billed is None:
            self.billed = (OutboxId(self.id), self.address.to, report.priced, report.at)
        before: State = self.values["now_is"]
        after = after_status(before, report.state)
        stamp = _STAMPS.get(report.state)
        if stamp == "delivered_at" and self.values[f"at_{stamp}"] is None:
            self.late_s = max((report.at - self.read.due_at).total_seconds(), 0)
        if stamp and self.values[f"at_{stamp}"] is None:
            self.values[f"at_{stamp}"] = report.at
            self.changed = True
        if after is before:
            return
        self.changed = True
        self.values["now_is"] = after
        self.values["provider"] = report.provider_id or self.values["provider"]
        failed = after is State.FAILED
        self.values["why"] = report.reason if failed else ""
        self.values["ended"] = report.at if failed else None
        self.unreachable = failed and report.unreachable
        if failed and report.again_after is not None:
            self.again_at = report.at + report.again_after
        if not failed and self.values["accepted"] is None:
            self.values["accepted"] = report.at
        self.steps.append((after.value, self.values["why"]))


_SETTLE = (
    sa.update(outbox)
    .where(outbox.c.id == sa.bindparam("row", type_=outbox.c.id.type))
    .values(
        state=sa.bindparam("now_is", type_=sa.Text),
        reason=sa.bindparam("why", type_=sa.Text),
        provider_id=sa.bindparam("provider", type_=sa.Text),
        accepted_at=sa.bindparam("accepted", type_=Instant),
        ended_at=sa.bindparam("ended", type_=Instant),
        lease_owner=None,
        lease_until=None,
        **{stamp: sa.bindparam(f"at_{stamp}", type_=Instant) for stamp in _STAMPS.values()},
    )
)
