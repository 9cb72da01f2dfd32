"""Tell the house when one of its chats has stopped, over another one: silence is no news."""

from datetime import timedelta

from bot.domain.clock import Clock
from bot.domain.message import ChannelName
from bot.domain.text import t
from bot.services.ports.delivery import ChannelStates, ChannelView
from bot.services.ports.outbox import Waiting
from bot.services.ports.post import Notice, Post, Press

AGAIN_AFTER = timedelta(hours=24)
# These come and go by themselves, and are told where the chats are looked at.
_PASSING = frozenset(
    {"no_connection", "store_away", "throttled", "unanswered", "unavailable", "disconnected"}
)


class Alerts:
    """One transaction's look at the chats."""

    def __init__(self, *, states: ChannelStates, post: Post, told: Waiting, clock: Clock) -> None:
        self._states = states
        self._post = post
        self._told = told
        self._clock = clock

    async def tell(self) -> int:
        """Tell everybody who decides, once a day for each trouble; how many notices that made.

        Whoever has only the chat that is in trouble is not told: they would hear of it after it
        is over.
        """
        made = 0
        for view in (await self._states.all()).values():
            for reason in filter(_stays, view.reasons):
                made += await self._of(view, reason)
        return made

    async def _of(self, view: ChannelView, reason: str) -> int:
        purpose = f"trouble:{reason}"
        name = t(f"channel.{view.channel}")
        notice = Notice(
            purpose,
            (t("alert.channel_troubled", channel=name, why=t(f"reason.{reason}")),),
            _ways_on(view.channel),
            not_over=view.channel,
        )
        now = self._clock.now()
        made = 0
        for member in await self._post.staff():
            if not await self._told.told_lately(member, purpose, now, AGAIN_AFTER):
                made += await self._post.tell(member, notice) is not None
        return made


def _ways_on(channel: ChannelName) -> tuple[Press, ...]:
    """Where it can be seen what waits, and mended what can be mended in the chat."""
    queue = Press(t("alert.go.queue"), "queue")
    if channel is not ChannelName.WHATSAPP:
        return (queue,)
    return (Press(t("alert.go.whatsapp"), "whatsapp"), queue)


def _stays(trouble: str) -> bool:
    """Whether a person has to do something about it."""
    return trouble.rpartition(".")[2] not in _PASSING
