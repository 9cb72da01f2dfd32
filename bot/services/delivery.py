"""Look into what leaves the house, and decide about what did not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.calendar import Calendar
from bot.domain.clock import Clock
from bot.domain.errors import Conflict, NotFound, Refusal
from bot.domain.ids import OutboxId, PersonId
from bot.domain.message import ChannelName
from bot.domain.text import t
from bot.domain.trail import details
from bot.services.ports.delivery import (
    ChannelStates,
    ChannelView,
    Decisions,
    Deliveries,
    Pile,
    QueueView,
    TroubledView,
)
from bot.services.ports.house import Audit
from bot.services.ports.paging import Found, Key
from bot.services.ports.people import People

AT_ONCE = 2000  # messages that are decided about by one tap; more need another


@dataclass(frozen=True, slots=True)
class Decided:
    """What a tap did with a pile: so many messages, and those that are left.

    Some are left because a tap decides about so many only, or because nobody can be reached.
    """

    taken: int
    left: int

    @property
    def unreached(self) -> bool:
        """Whether what is left has no chat to go over."""
        return self.left > 0 and self.taken < AT_ONCE


class Delivery:
    """One transaction's look at the outbox; failures are counted by the business's day."""

    def __init__(
        self,
        *,
        deliveries: Deliveries,
        decisions: Decisions,
        audit: Audit,
        states: ChannelStates,
        people: People,
        calendar: Calendar,
        clock: Clock,
    ) -> None:
        self._deliveries = deliveries
        self._decisions = decisions
        self._audit = audit
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

    async def piles(self) -> Sequence[Pile]:
        """What wants a decision, by what became of it and why, the most first."""
        return await self._decisions.by_reason()

    async def left_of(self, pile: Pile) -> int:
        """How many of a pile still want a decision."""
        return await self._decisions.left_of(pile)

    async def troubled(
        self, after: Key | None = None, of: Pile | None = None
    ) -> Found[TroubledView]:
        """What wants a decision, the newest first; only ``of`` a pile, if one is named."""
        return await self._deliveries.troubled(after, of)

    async def get(self, row: OutboxId) -> TroubledView:
        """One message; a refusal if there is none."""
        found = await self._deliveries.get(row)
        if found is None:
            raise NotFound("errors.delivery.gone")
        return found

    async def send_again(self, row: OutboxId, by: PersonId) -> TroubledView:
        """Queue it once more over the chat that is best now; two taps send it once.

        Whoever taps decides about the doubt: it may arrive twice.
        """
        troubled = await self._decide(row)
        for reached in await self._people.addresses(troubled.person_id):
            if not reached.unreachable:
                await self._decisions.again(row, reached.address, self._clock.now())
                await self._note_one("delivery.sent_again", troubled, by)
                return troubled
        raise Refusal("errors.delivery.no_address")

    async def drop(self, row: OutboxId, by: PersonId) -> TroubledView:
        """Let it be."""
        troubled = await self._decide(row)
        await self._note_one("delivery.dropped", troubled, by)
        return troubled

    async def send_all_again(self, pile: Pile, by: PersonId) -> Decided:
        """Queue a whole pile once more; what goes to nobody's open chat stays on the list."""
        now = self._clock.now()
        rows = await self._decisions.dismiss_all(pile, now, AT_ONCE, reachable=True)
        await self._decisions.all_again(rows, now)
        return await self._decided("delivery.sent_again", by, pile, rows)

    async def drop_all(self, pile: Pile, by: PersonId) -> Decided:
        """Let a whole pile be."""
        rows = await self._decisions.dismiss_all(pile, self._clock.now(), AT_ONCE)
        return await self._decided("delivery.dropped", by, pile, rows)

    async def pause(self, channel: ChannelName, by: PersonId) -> None:
        """Start nothing over a chat until somebody says otherwise; whoever asks is answered."""
        now = self._clock.now()
        await self._states.hold(channel, now)
        about = details(channel=t(f"channel.{channel}"))
        await self._audit.note("channel.held", by, now, about)

    async def resume(self, channel: ChannelName, by: PersonId) -> None:
        """Start again what was held back, and try a stopped chat at once.

        What its provider does not let us start goes on resting as long as there was anything else
        to end: that it shall be tried as well is said by the next tap.
        """
        now = self._clock.now()
        view = (await self._states.all()).get(channel)
        await self._states.let_go(channel)
        if view and view.starts_rest(now) and not view.is_paused(now) and not view.held_at:
            await self._states.start_again(channel, now)
        else:
            await self._states.resume(channel, now)
        about = details(channel=t(f"channel.{channel}"))
        await self._audit.note("channel.resumed", by, now, about)

    async def saw(self, channel: ChannelName, reason: str, by: PersonId) -> None:
        """Say no more of what a chat's provider warned of; what has stopped it stays, and so does
        another warning that came since.
        """
        now = self._clock.now()
        view = (await self._states.all()).get(channel)
        if view is None or view.trouble != reason or view.is_paused(now):
            return
        await self._states.resume(channel, now)
        about = details(channel=t(f"channel.{channel}"))
        await self._audit.note("channel.warning_seen", by, now, about)

    async def _decided(
        self, deed: str, by: PersonId, pile: Pile, rows: Sequence[OutboxId]
    ) -> Decided:
        why = t(f"reason.{pile.reason}") if pile.reason else t(f"queue.state.{pile.state}")
        about = {"messages": len(rows), **details(messages=len(rows), reason=why)}
        await self._audit.note(deed, by, self._clock.now(), about)
        return Decided(len(rows), await self._decisions.left_of(pile))

    async def _note_one(self, deed: str, row: TroubledView, by: PersonId) -> None:
        about = {"message": row.id, **details(messages=1, member=row.person_name)}
        await self._audit.note(deed, by, self._clock.now(), about)

    async def _decide(self, row: OutboxId) -> TroubledView:
        """Take it off the list, for one deciding person only."""
        troubled = await self.get(row)
        if not await self._decisions.dismiss(row, self._clock.now()):
            raise Conflict("errors.delivery.decided")
        return troubled
