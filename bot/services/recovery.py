"""Let a chat go on by itself once its provider finds the account well."""

from collections.abc import Sequence

from bot.domain.clock import Clock
from bot.domain.message import ChannelName
from bot.services.ports.delivery import ChannelStates, ChannelView

# What a look at the account shows to be mended. Of billing, policy and limits it shows nothing:
# those are tried again by one message when their time is over, and never sooner (decision 0023).
_SEEN = frozenset(
    {"token_wrong", "number_wrong", "not_registered", "name_not_approved", "account_locked"}
    # Of a linked device: its server says whether the link stands.
    | {"key_wrong", "no_instance", "not_linked", "disconnected", "logged_out", "banned", "replaced"}
    | {"offline"}
)


class Recovery:
    """One transaction's look at the chats that are stopped."""

    def __init__(self, *, states: ChannelStates, clock: Clock) -> None:
        self._states = states
        self._clock = clock

    async def worth_asking(self) -> Sequence[ChannelName]:
        """Chats that are stopped by something of which their provider can say that it is over."""
        views = (await self._states.all()).values()
        return [view.channel for view in views if self._is_stopped(view)]

    async def is_well(self, channel: ChannelName) -> bool:
        """Go on, if it is still stopped by that; whether it was."""
        if channel not in await self.worth_asking():
            return False
        await self._states.resume(channel, self._clock.now())
        return True

    def _is_stopped(self, view: ChannelView) -> bool:
        now = self._clock.now()
        return view.is_paused(now) and view.trouble.rpartition(".")[2] in _SEEN
