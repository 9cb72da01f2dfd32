"""What was on its way to a screen that is gone."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.delivery import State
from bot.domain.message import Address
from bot.storage.attempts import state_is
from bot.storage.tables import outbox

_ON_ITS_WAY = (State.CLAIMED, State.SENDING, State.UNCERTAIN)


async def take_back(connection: AsyncConnection, address: Address) -> int:
    """Queue it again at once, whoever leased it: what is printed twice harms nobody."""
    done = await connection.execute(
        sa.update(outbox)
        .where(
            state_is(outbox, *_ON_ITS_WAY),
            outbox.c.channel == address.channel,
            outbox.c.send_to == address.to,
        )
        .values(state=State.WAITING, lease_owner=None, lease_until=None)
    )
    return done.rowcount
