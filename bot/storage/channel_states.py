"""How each chat stands: where its updates go on, when it was last heard, whether it is stopped."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import State, Stop
from bot.domain.message import ChannelName
from bot.services.ports.delivery import ChannelView
from bot.storage.attempts import state_is
from bot.storage.dialect import insert
from bot.storage.tables import channel_states, outbox


class ChannelStates:
    """Fills ``ports.delivery.ChannelStates``; one row a chat."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def all(self) -> Mapping[ChannelName, ChannelView]:
        """Every chat that was ever heard of or stopped."""
        rows = await self._connection.execute(sa.select(channel_states))
        views = (
            ChannelView(
                ChannelName(row.channel),
                row.heard_at,
                row.paused_until,
                row.trouble,
                row.held_at,
                row.starts_rest_until,
                row.starts_trouble,
            )
            for row in rows
        )
        return {view.channel: view for view in views}

    async def heard(self, channel: ChannelName, at: datetime) -> None:
        """Something came in then: news can reach us. What came in later stays the last."""
        row = insert(self._connection, channel_states).values(channel=channel, heard_at=at)
        before = channel_states.c.heard_at
        later = sa.case((before > row.excluded.heard_at, before), else_=row.excluded.heard_at)
        await self._connection.execute(
            row.on_conflict_do_update(index_elements=["channel"], set_={"heard_at": later})
        )

    async def cursor(self, channel: ChannelName) -> int | None:
        """Where its updates go on."""
        query = sa.select(channel_states.c.cursor).where(channel_states.c.channel == channel)
        found: int | None = (await self._connection.execute(query)).scalar_one_or_none()
        return found

    async def move_cursor(self, channel: ChannelName, to: int) -> None:
        """Remember where its updates go on, in the transaction that keeps them."""
        await self._set(channel, cursor=to)

    async def say_trouble(self, channel: ChannelName, reason: str) -> None:
        """What ails it; empty when it is well again."""
        await self._set(channel, trouble=reason)

    async def alarm(self, channel: ChannelName, reason: str, now: datetime) -> None:
        """What its provider warns of; what has stopped everything says more, and stays."""
        row = insert(self._connection, channel_states).values(channel=channel, trouble=reason)
        stopped = sa.func.coalesce(channel_states.c.paused_until, now) > now
        await self._connection.execute(
            row.on_conflict_do_update(
                index_elements=["channel"], set_={"trouble": reason}, where=~stopped
            )
        )

    async def stop(self, channel: ChannelName, stop: Stop, ends: datetime, now: datetime) -> None:
        """Its provider lets nothing leave, or nothing that we start; the longest rest counts.

        A longer rest of what we start keeps its reason, or the end of the shorter one would end it.
        """
        if ends <= now:
            return
        if stop.starts_only and await self._rests_longer(channel, stop.reason, ends):
            await self.alarm(channel, stop.reason, now)
            return
        name, why = _STARTS if stop.starts_only else _EVERYTHING
        row = insert(self._connection, channel_states)
        row = row.values(channel=channel, **{name: ends, why: stop.reason})
        before, after = channel_states.c[name], row.excluded[name]
        longest = sa.case((before > after, before), else_=after)
        await self._connection.execute(
            row.on_conflict_do_update(
                index_elements=["channel"], set_={name: longest, why: stop.reason}
            )
        )

    async def _rests_longer(self, channel: ChannelName, reason: str, ends: datetime) -> bool:
        query = sa.select(channel_states.c.channel).where(
            channel_states.c.channel == channel,
            channel_states.c.starts_rest_until > ends,
            channel_states.c.starts_trouble != reason,
        )
        return (await self._connection.execute(query)).first() is not None

    async def mend(self, channel: ChannelName, reasons: Collection[str], now: datetime) -> None:
        """These are over: what one of them had stopped goes on."""
        for rest in (_EVERYTHING, _STARTS):
            why = channel_states.c[rest.why]
            query = sa.select(why).where(channel_states.c.channel == channel)
            if (await self._connection.execute(query)).scalar_one_or_none() in reasons:
                await self._end(channel, rest, now)

    async def pause(self, channel: ChannelName, until: datetime, reason: str) -> None:
        """Send nothing over it until then: a person must mend something."""
        await self._set(channel, paused_until=until, trouble=reason)

    async def hold(self, channel: ChannelName, now: datetime) -> None:
        """Start nothing over it until somebody of the house says otherwise."""
        await self._set(channel, held_at=now)

    async def let_go(self, channel: ChannelName) -> None:
        """Start again what was held back."""
        await self._set(channel, held_at=None)

    async def resume(self, channel: ChannelName, now: datetime) -> None:
        """Try it again at once, with what it had refused; a rest of what we start goes on."""
        await self._end(channel, _EVERYTHING, now)

    async def start_again(self, channel: ChannelName, now: datetime) -> None:
        """Try at once what its provider would not let us start."""
        await self._end(channel, _STARTS, now)

    async def _end(self, channel: ChannelName, rest: "_Rest", now: datetime) -> None:
        why = sa.select(channel_states.c[rest.why]).where(channel_states.c.channel == channel)
        await self._connection.execute(
            sa.update(outbox)
            .where(
                state_is(outbox, State.WAITING),
                outbox.c.channel == channel,
                outbox.c.due_at > now,
                outbox.c.reason != "",
                outbox.c.reason == why.scalar_subquery(),
            )
            .values(due_at=now)
        )
        await self._set(channel, **{rest.until: None, rest.why: ""})

    async def allow(self, channel: ChannelName, people_a_day: int) -> None:
        """To how many people we may write first within a day, as the network says.

        It says so again and again: only what is new is written, or nothing kept would last.
        """
        row = insert(self._connection, channel_states)
        row = row.values(channel=channel, people_a_day=people_a_day)
        await self._connection.execute(
            row.on_conflict_do_update(
                index_elements=["channel"],
                set_={"people_a_day": people_a_day},
                where=channel_states.c.people_a_day.is_distinct_from(people_a_day),
            )
        )

    async def worked(self, channel: ChannelName, now: datetime) -> None:
        """It took a message: what stopped it, if its time is over, is mended."""
        for until, why in (_EVERYTHING, _STARTS):
            await self._connection.execute(
                sa.update(channel_states)
                .where(channel_states.c.channel == channel, channel_states.c[until] <= now)
                .values({until: None, why: ""})
            )

    async def _set(self, channel: ChannelName, **values: object) -> None:
        row = insert(self._connection, channel_states).values(channel=channel, **values)
        await self._connection.execute(
            row.on_conflict_do_update(index_elements=["channel"], set_=values)
        )


class _Rest(NamedTuple):
    """The columns of one of the two rests: until when, and why."""

    until: str
    why: str


_EVERYTHING = _Rest("paused_until", "trouble")
_STARTS = _Rest("starts_rest_until", "starts_trouble")
