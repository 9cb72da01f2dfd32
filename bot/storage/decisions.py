"""What is decided about messages that did not go: send them once more, or let them be."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import TROUBLED, State
from bot.domain.ids import OutboxId
from bot.domain.message import Address, ChannelName
from bot.domain.reasons import Reason
from bot.services.ports.delivery import Pile
from bot.storage.attempts import note, state_is
from bot.storage.dialect import one_of
from bot.storage.reached import best_address
from bot.storage.tables import addresses, notice_lines, outbox

_OPAQUE_BYTES = 12


class Decisions:
    """Fills ``ports.delivery.Decisions``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def by_reason(self) -> Sequence[Pile]:
        """What wants a decision, by what became of it and why, the most first."""
        count = sa.func.count()
        query = (
            sa.select(outbox.c.state, outbox.c.reason, sa.func.max(outbox.c.id), count)
            .where(wants_decision())
            .group_by(outbox.c.state, outbox.c.reason)
            .order_by(count.desc(), outbox.c.state, outbox.c.reason)
        )
        return [
            Pile(State(state), reason, OutboxId(newest), number)
            for state, reason, newest, number in await self._connection.execute(query)
        ]

    async def dismiss(self, row: OutboxId, now: datetime) -> bool:
        """Take it off the list; no if somebody has. A doubtful one is then given up."""
        return bool(await self._dismiss([outbox.c.id == row, wants_decision()], now))

    async def left_of(self, pile: Pile) -> int:
        """How many of a pile still want a decision."""
        query = sa.select(sa.func.count()).select_from(outbox).where(*in_pile(pile))
        return int((await self._connection.execute(query)).scalar_one())

    async def dismiss_all(
        self, pile: Pile, now: datetime, most: int, *, reachable: bool = False
    ) -> Sequence[OutboxId]:
        """Take the oldest ones of a pile off the list; those that were still on it.

        ``reachable``: only messages to people who have an open chat.
        """
        few = sa.select(outbox.c.id).where(*in_pile(pile)).order_by(outbox.c.id).limit(most)
        if reachable:
            few = few.where(best_address(list(ChannelName), outbox.c.person_id).is_not(None))
        return await self._dismiss([outbox.c.id.in_(few), *in_pile(pile)], now)

    async def again(
        self, row: OutboxId, address: Address, now: datetime, due_at: datetime | None = None
    ) -> OutboxId:
        """Queue the same once more, for the same lines; it names the one it follows."""
        return (await self._copy([(row, address)], now, due_at))[0]

    async def all_again(self, rows: Sequence[OutboxId], now: datetime) -> None:
        """Queue them once more, each over the chat that is best now."""
        theirs = addresses.alias("best")
        best = best_address(list(ChannelName), outbox.c.person_id)
        query = (
            sa.select(outbox.c.id, theirs.c.channel, theirs.c.send_to)
            .select_from(outbox.join(theirs, theirs.c.id == best))
            .where(one_of(self._connection, outbox.c.id, rows))
            .order_by(outbox.c.id)
        )
        found = [
            (OutboxId(row), Address(ChannelName(channel), to))
            for row, channel, to in await self._connection.execute(query)
        ]
        await self._copy(found, now)

    async def _dismiss(
        self, which: Sequence[sa.ColumnElement[bool]], now: datetime
    ) -> Sequence[OutboxId]:
        in_doubt = outbox.c.state == State.UNCERTAIN
        done = await self._connection.execute(
            sa.update(outbox)
            .where(*which)
            .values(
                dismissed_at=now,
                state=sa.case((in_doubt, State.GIVEN_UP.value), else_=outbox.c.state),
                reason=sa.case((in_doubt, Reason.UNCERTAIN.value), else_=outbox.c.reason),
                ended_at=sa.func.coalesce(outbox.c.ended_at, now),
                lease_owner=None,
                lease_until=None,
            )
            .returning(outbox.c.id)
        )
        rows = sorted(OutboxId(row) for row in done.scalars())
        await note(self._connection, [(row, "dismissed", "") for row in rows], now)
        return rows

    async def _copy(
        self,
        rows: Sequence[tuple[OutboxId, Address]],
        now: datetime,
        due_at: datetime | None = None,
    ) -> Sequence[OutboxId]:
        made: list[OutboxId] = []
        for row, address in rows:
            values = _copied(row, address, now) | ({"due_at": due_at} if due_at else {})
            new = (await self._connection.execute(_COPY, values)).scalar_one()
            made.append(OutboxId(new))
            await self._connection.execute(_MOVE_LINES, {"old": row, "new": new})
        return made


def wants_decision() -> sa.ColumnElement[bool]:
    """Whether somebody still has to say what becomes of a row."""
    return sa.and_(state_is(outbox, *TROUBLED), outbox.c.dismissed_at.is_(None))


def in_pile(pile: Pile) -> tuple[sa.ColumnElement[bool], ...]:
    """Whether a row is one of those that were counted."""
    return (
        wants_decision(),
        outbox.c.state == pile.state,
        outbox.c.reason == pile.reason,
        outbox.c.id <= pile.newest,
    )


_SAME = ("person_id", "kind", "purpose", "payload", "priority")
_NEW = ("opaque", "channel", "send_to", "state", "due_at", "created_at", "follows_id")
_COPY = (
    sa.insert(outbox)
    .from_select(
        [*_NEW, *_SAME],
        sa.select(
            *(sa.bindparam(name, type_=outbox.c[name].type) for name in _NEW),
            *(outbox.c[name] for name in _SAME),
        ).where(outbox.c.id == sa.bindparam("row", type_=outbox.c.id.type)),
    )
    .returning(outbox.c.id)
)
_MOVE_LINES = (
    sa.update(notice_lines)
    .where(
        notice_lines.c.outbox_id == sa.bindparam("old", type_=outbox.c.id.type),
        notice_lines.c.state == "planned",
    )
    .values(outbox_id=sa.bindparam("new", type_=outbox.c.id.type))
)


def _copied(row: OutboxId, address: Address, now: datetime) -> dict[str, Any]:
    return {
        "row": row,
        "opaque": secrets.token_urlsafe(_OPAQUE_BYTES),
        "channel": address.channel.value,
        "send_to": address.to,
        "state": State.WAITING.value,
        "due_at": now,
        "created_at": now,
        "follows_id": row,
    }
