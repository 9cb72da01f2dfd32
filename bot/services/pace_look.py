"""Look at what became of the last starts of a number that has to be treated with care."""

from datetime import datetime, timedelta

from bot.domain.message import ChannelName
from bot.domain.number_pace import ANSWERS_AFTER, ANSWERS_OF, ANSWERS_SEEN, LOOKED_AT
from bot.domain.pace_state import NumberPace
from bot.domain.pace_weighing import weighed
from bot.services.ports.delivery import ChannelStates
from bot.services.ports.pace import PaceStore

ME = ChannelName.WHATSAPP
_LOOKED_BACK = timedelta(days=2)


async def looked_at(
    pace: NumberPace, store: PaceStore, states: ChannelStates, now: datetime
) -> NumberPace:
    """How the number stands, with what became of its last starts."""
    starts = await store.starts(now - _LOOKED_BACK, 2 * LOOKED_AT)
    # Some of them did not arrive, and are asked for no answer.
    aged = await store.starts(now - ANSWERS_SEEN, 2 * ANSWERS_OF, now - ANSWERS_AFTER)
    chat = (await states.all()).get(ME)
    stopped = chat is not None and chat.paused_until is not None and chat.paused_until > now
    return weighed(pace, starts, now, chat.trouble if chat and stopped else "", aged)
