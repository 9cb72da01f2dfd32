"""Look into what leaves the house, and decide about what did not."""

from collections.abc import Mapping

from bot.domain.calendar import Calendar
from bot.domain.clock import Clock
from bot.domain.errors import Conflict, NotFound, Refusal
from bot.domain.ids import OutboxId
from bot.domain.message import ChannelName
from bot.services.ports.delivery import (
    ChannelStates,
    ChannelView,
    Deliveries,
    QueueView,
    TroubledView,
)
from bot.services.ports.paging import Found, Key
from bot.services.ports.people import People


class Delivery:
    """One transaction's look at the outbox; failures are counted by the business's day."""

    def __init__(
        self,
        *,
        deliveries: Deliveries,
        states: ChannelStates,
        people: People,
        calendar: Calendar,
        clock: Clock,
    ) -> None:
        self._deliveries = deliveries
        self._states = states
        self._people = people
        self._calendar = calendar
        self._clock = clock

    async def queue(self) -> QueueView:
        """Everything at a glance."""
        now = self._clock.now()
        midnight = self._calendar.at(self._calendar.today(now), now.min.time())
        return await self._deliveries.overview(midnight, now)

    async def channels(self) -> Mapping[ChannelName, ChannelView]:
        """How each chat stands."""
        return await self._states.all()

    async def troubled(self, after: Key | None = None) -> Found[TroubledView]:
        """What wants a decision, the newest first."""
        return await self._deliveries.troubled(after)

    async def get(self, row: OutboxId) -> TroubledView:
        """One message; a refusal if there is none."""
        found = await self._deliveries.get(row)
        if found is None:
            raise NotFound("errors.delivery.gone")
        return found

    async def send_again(self, row: OutboxId) -> TroubledView:
        """Queue it once more over the chat that is best now; two taps send it once.

        Whoever taps decides about the doubt: it may arrive twice.
        """
        troubled = await self._decide(row)
        for reached in await self._people.addresses(troubled.person_id):
            if not reached.unreachable:
                await self._deliveries.again(row, reached.address, self._clock.now())
                return troubled
        raise Refusal("errors.delivery.no_address")

    async def drop(self, row: OutboxId) -> TroubledView:
        """Let it be."""
        return await self._decide(row)

    async def resume(self, channel: ChannelName) -> None:
        """Try a stopped chat again at once."""
        await self._states.resume(channel)

    async def _decide(self, row: OutboxId) -> TroubledView:
        """Take it off the list, for one deciding person only."""
        troubled = await self.get(row)
        if not await self._deliveries.dismiss(row, self._clock.now()):
            raise Conflict("errors.delivery.decided")
        return troubled
