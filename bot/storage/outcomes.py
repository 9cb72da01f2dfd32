"""What became of what was sent, written a batch at a time."""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import (
    ARRIVED,
    Accepted,
    GiveUp,
    Snooze,
    State,
    TryLater,
    Uncertain,
)
from bot.domain.evidence import grace
from bot.domain.message import ChannelName
from bot.domain.reasons import Reason
from bot.resilience.backoff import is_spent, pause
from bot.services.ports.outbox import Cancelled, Ending, Finished
from bot.storage.attempts import note, state_is, word_of
from bot.storage.channel_states import ChannelStates
from bot.storage.dialect import one_of
from bot.storage.learning import learn_names
from bot.storage.people import mark_unreachable
from bot.storage.reports import Reports
from bot.storage.tables import Instant, outbox

_OURS = (State.CLAIMED, State.SENDING, State.UNCERTAIN)


class Outcomes:
    """Fills ``ports.outbox.Outcomes``. ``dice`` spreads what failed together."""

    def __init__(self, connection: AsyncConnection, dice: random.Random) -> None:
        self._connection = connection
        self._dice = dice

    async def record(self, finished: Sequence[Finished], now: datetime) -> None:
        """Write a batch. What evidence settled meanwhile stays settled, and so does what became
        another claim's; what is learned of the channel and of the address counts all the same.
        """
        # In one order everywhere: reports touch the same rows, and two who wait for each other
        # both lose.
        finished = sorted(finished, key=lambda done: done.row.id)
        accepted = [(done, done.ending) for done in finished if isinstance(done.ending, Accepted)]
        others = [done for done in finished if not isinstance(done.ending, Accepted)]
        leases = await self._hold([done.row.id for done in finished]) if others else {}
        if accepted:
            await self._accept(accepted, now)
        ours = [done for done in others if leases.get(done.row.id) == done.row.lease]
        if ours:
            await self._connection.execute(_WRITE, [self._written(done) for done in ours])
        for done in others:
            await self._around(done)
        applied = [*(done for done, _ in accepted), *ours]
        steps = [(done.row.id, word_of(done.ending), _reason(done.ending)) for done in applied]
        await note(self._connection, steps, now)

    async def _hold(self, ids: Sequence[int]) -> Mapping[int, str]:
        """Whose each of them is that nothing has settled."""
        rows = (
            sa.select(outbox.c.id, outbox.c.lease_owner, state_is(outbox, *_OURS).label("open"))
            .where(one_of(self._connection, outbox.c.id, ids))
            .order_by(outbox.c.id)
            .with_for_update()
        )
        found = await self._connection.execute(rows)
        return {row.id: row.lease_owner for row in found if row.open}

    async def _accept(self, accepted: Sequence[tuple[Finished, Accepted]], now: datetime) -> None:
        values = [
            {
                "row": done.row.id,
                "provider": ending.provider_id,
                "now": done.at,
                # Their phone may have changed meanwhile: what is said of it is said of this one.
                "left_for": done.row.address.to,
            }
            for done, ending in accepted
        ]
        await self._connection.execute(_ACCEPT, values)
        names = [(done.row.address, ending.wa_id) for done, ending in accepted]
        await learn_names(self._connection, names)
        channels: dict[ChannelName, list[str]] = {}
        for done, ending in accepted:
            channels.setdefault(done.row.address.channel, []).append(ending.provider_id)
        for channel, provider_ids in channels.items():
            await ChannelStates(self._connection).worked(channel, now)
            await Reports(self._connection).catch_up(channel, provider_ids, now)

    def _written(self, done: Finished) -> dict[str, Any]:
        values: dict[str, Any] = {
            "row": done.row.id,
            "new_state": State.WAITING,
            "new_reason": _reason(done.ending),
            "new_due": done.row.due_at,
            "new_attempts": done.row.attempts,
            "new_until": None,
            "new_ended": None,
            "new_owner": None,
        }
        return values | self._changed(done)

    def _changed(self, done: Finished) -> dict[str, Any]:
        match done.ending:
            case TryLater():
                return self._later(done, done.ending)
            case Snooze():
                return {"new_due": done.ending.until}
            case Uncertain():
                # The owner stays: whoever hears of it late may still say what became of it.
                until = done.at + grace(done.row.address.channel)
                lease = done.row.lease
                return {"new_state": State.UNCERTAIN, "new_until": until, "new_owner": lease}
            case Cancelled():
                return {"new_state": State.CANCELLED, "new_ended": done.at}
        return {"new_state": State.GIVEN_UP, "new_ended": done.at}

    def _later(self, done: Finished, ending: TryLater) -> dict[str, Any]:
        attempts = done.row.attempts + 1
        if is_spent(attempts, done.failing_for):
            return {
                "new_state": State.GIVEN_UP,
                "new_reason": Reason.TOO_MANY_ATTEMPTS,
                "new_attempts": attempts,
                "new_ended": done.at,
            }
        due = done.at + pause(attempts, dice=self._dice)
        if ending.after is not None:
            due = max(due, done.at + ending.after)
        return {"new_attempts": attempts, "new_due": due}

    async def _around(self, done: Finished) -> None:
        """What an outcome means beyond its message: for the channel, for the address."""
        match done.ending:
            case Snooze(pause=True):
                await ChannelStates(self._connection).pause(
                    done.row.address.channel, done.ending.until, done.ending.reason
                )
            case GiveUp(unreachable=True):
                await mark_unreachable(
                    self._connection, done.row.address, done.ending.reason, done.at
                )


def _row() -> sa.ColumnElement[bool]:
    return outbox.c.id == sa.bindparam("row", type_=outbox.c.id.type)


_ACCEPT = (
    sa.update(outbox)
    .where(_row())
    .values(
        provider_id=sa.bindparam("provider", type_=sa.Text),
        send_to=sa.bindparam("left_for", type_=sa.Text),
        accepted_at=sa.func.coalesce(outbox.c.accepted_at, sa.bindparam("now", type_=Instant)),
        # A report by our own id may have been quicker and said more.
        state=sa.case(
            (state_is(outbox, *ARRIVED, State.FAILED), outbox.c.state),
            else_=State.ACCEPTED.value,
        ),
        reason=sa.case((outbox.c.state == State.FAILED, outbox.c.reason), else_=""),
        ended_at=sa.case((outbox.c.state == State.FAILED, outbox.c.ended_at), else_=None),
        lease_owner=None,
        lease_until=None,
    )
)

_WRITE = (
    sa.update(outbox)
    .where(_row())  # held, and looked at
    .values(
        state=sa.bindparam("new_state", type_=sa.Text),
        reason=sa.bindparam("new_reason", type_=sa.Text),
        due_at=sa.bindparam("new_due", type_=Instant),
        attempts=sa.bindparam("new_attempts", type_=sa.Integer),
        lease_until=sa.bindparam("new_until", type_=Instant),
        ended_at=sa.bindparam("new_ended", type_=Instant),
        lease_owner=sa.bindparam("new_owner", type_=sa.Text),
    )
)


def _reason(ending: Ending) -> str:
    return "" if isinstance(ending, Accepted) else ending.reason
