"""What providers say of our messages afterwards: late, twice, out of order, or before we did."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import Report, State
from bot.domain.ids import OutboxId
from bot.domain.message import ChannelName
from bot.storage.attempts import note
from bot.storage.decisions import Decisions
from bot.storage.dialect import insert, one_of
from bot.storage.message_costs import keep_billed
from bot.storage.people import mark_unreachable
from bot.storage.reported import STAMPS, Reported
from bot.storage.tables import Instant, orphan_reports, outbox
from bot.telemetry.metrics import DUE_TO_DELIVERED_SECONDS


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
            ours += row is not None
            if row and not row.ends_only_another_try(report):
                row.take(report)
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

    async def _rows(self, channel: ChannelName, reports: Sequence[Report]) -> dict[str, Reported]:
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
        rows: dict[str, Reported] = {}
        for each in found:
            row = Reported(each)
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

    async def _write(self, rows: Iterable[Reported], now: datetime) -> None:
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

    async def _once_more(self, row: Reported, due_at: datetime, now: datetime) -> None:
        """A failure that is no fault of the message's. The second time a person decides."""
        decisions, number = Decisions(self._connection), OutboxId(row.id)
        if row.read.follows_id is None and await decisions.dismiss(number, now):
            await decisions.again(number, row.address, now, max(due_at, now))


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
        **{stamp: sa.bindparam(f"at_{stamp}", type_=Instant) for stamp in STAMPS.values()},
    )
)
