"""The choices of messages in chats without buttons."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import ARRIVED, State
from bot.domain.ids import OutboxId, PersonId
from bot.domain.message import ChannelName, Outgoing
from bot.domain.ticket import LIFE
from bot.services.ports.offers import Offer
from bot.storage.dialect import insert
from bot.storage.tables import offers, outbox
from bot.storage.wire import pack, unpack

_SHOWN = (*ARRIVED, State.SENDING, State.UNCERTAIN)  # somebody may have it before them
_MOST = 3


class Offers:
    """Fills ``ports.offers.Offers``."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def keep(self, row: OutboxId, outgoing: Outgoing, now: datetime) -> None:
        """Its choices are about to be offered; what this message offered before counts no more."""
        choices = Outgoing((), outgoing.buttons, takes_number=outgoing.takes_number)
        told = {"buttons": pack(choices), "at": now}
        written = insert(self._connection, offers).values(outbox_id=row, **told)
        await self._connection.execute(
            written.on_conflict_do_update(index_elements=["outbox_id"], set_=told)
        )

    async def to(self, person: PersonId, channel: ChannelName, quotes: str) -> Sequence[Offer]:
        """What they have before them, the newest first; or what the message they quote offers."""
        query = (
            sa.select(offers.c.buttons, offers.c.at)
            .select_from(offers.join(outbox, outbox.c.id == offers.c.outbox_id))
            .where(
                outbox.c.person_id == person,
                outbox.c.channel == channel,
                outbox.c.state.in_(_SHOWN),
            )
            .order_by(offers.c.at.desc(), offers.c.outbox_id.desc())
            .limit(_MOST)
        )
        if quotes:
            query = query.where(outbox.c.provider_id == quotes)
        found = await self._connection.execute(query)
        return [_offer(unpack(row.buttons), row.at) for row in found]

    async def forget(self, now: datetime) -> None:
        """Drop what leads to deeds that are forgotten themselves."""
        await self._connection.execute(sa.delete(offers).where(offers.c.at < now - LIFE))


def _offer(choices: Outgoing, at: datetime) -> Offer:
    return Offer(choices.buttons, at, choices.takes_number)
