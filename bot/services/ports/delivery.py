"""Looking into what leaves the house: how much waits, what is in trouble, how each chat stands."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.delivery import TROUBLED, State
from bot.domain.ids import OutboxId, PersonId
from bot.domain.message import Address, ChannelName
from bot.services.ports.paging import Found, Key


@dataclass(frozen=True, slots=True)
class ChannelView:
    """One chat: when anything was last heard from it, whether it is stopped, and by what."""

    channel: ChannelName
    heard_at: datetime | None = None
    paused_until: datetime | None = None
    trouble: str = ""
    held_at: datetime | None = None  # since when the house holds back what we start
    starts_rest_until: datetime | None = None  # until when its provider does
    starts_trouble: str = ""  # why it does

    @property
    def reasons(self) -> tuple[str, ...]:
        """All that ails it, each once; what stops everything first."""
        return tuple(dict.fromkeys(filter(None, (self.trouble, self.starts_trouble))))

    def is_paused(self, now: datetime) -> bool:
        """Whether nothing at all leaves over it."""
        return self.paused_until is not None and self.paused_until > now

    def starts_rest(self, now: datetime) -> bool:
        """Whether its provider lets us start nothing."""
        return self.starts_rest_until is not None and self.starts_rest_until > now

    def keeps_back(self, now: datetime) -> bool:
        """Whether what we start waits, whoever stopped it."""
        return self.held_at is not None or self.is_paused(now) or self.starts_rest(now)


@dataclass(frozen=True, slots=True)
class Reasons:
    """How many messages share a reason."""

    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class QueueView:
    """The outbox in figures. ``oldest_at`` is since when the oldest due one has waited.

    ``a_minute`` is how many of what we start have left in one, lately.
    """

    due: int = 0
    a_minute: float = 0
    on_the_way: int = 0
    in_doubt: int = 0
    oldest_at: datetime | None = None
    put_off: Sequence[Reasons] = ()
    failed: Sequence[Reasons] = ()
    troubled: int = 0
    channels: Sequence[ChannelView] = ()


@dataclass(frozen=True, slots=True)
class Pile:
    """Messages that share what became of them and why; ``newest`` is the last that counts."""

    state: State
    reason: str
    newest: OutboxId
    count: int = 0


@dataclass(frozen=True, slots=True)
class TroubledView:
    """A message that did not go, or of which nobody knows."""

    id: OutboxId
    person_id: PersonId
    person_name: str
    channel: ChannelName
    kind: str
    purpose: str
    state: State
    reason: str
    created_at: datetime
    attempts: int
    dismissed: bool

    @property
    def is_troubled(self) -> bool:
        """Whether somebody still has to say what becomes of it."""
        return self.state in TROUBLED and not self.dismissed


class Deliveries(Protocol):
    """The outbox as people look into it."""

    async def overview(self, since: datetime, now: datetime) -> QueueView:
        """Everything at a glance; failures ``since`` then."""
        ...

    async def troubled(self, after: Key | None, of: Pile | None = None) -> Found[TroubledView]:
        """What wants a decision, the newest first; only ``of`` a pile, if one is named."""
        ...

    async def get(self, row: OutboxId) -> TroubledView | None:
        """One message."""
        ...


class Decisions(Protocol):
    """What is decided about messages that did not go."""

    async def dismiss(self, row: OutboxId, now: datetime) -> bool:
        """Take it off the list; no if somebody has. A doubtful one is then given up."""
        ...

    async def by_reason(self) -> Sequence[Pile]:
        """What wants a decision, by what became of it and why, the most first."""
        ...

    async def left_of(self, pile: Pile) -> int:
        """How many of a pile still want a decision."""
        ...

    async def dismiss_all(
        self, pile: Pile, now: datetime, most: int, *, reachable: bool = False
    ) -> Sequence[OutboxId]:
        """Take the oldest ones of a pile off the list; those that were still on it.

        ``reachable``: only messages to people who have an open chat.
        """
        ...

    async def all_again(self, rows: Sequence[OutboxId], now: datetime) -> None:
        """Queue them once more, each over the chat that is best now."""
        ...

    async def again(self, row: OutboxId, address: Address, now: datetime) -> OutboxId:
        """Queue the same once more, for the same lines; it names the one it follows."""
        ...


class ChannelStates(Protocol):
    """How each chat stands."""

    async def all(self) -> Mapping[ChannelName, ChannelView]:
        """Every chat that was ever heard of or stopped."""
        ...

    async def heard(self, channel: ChannelName, at: datetime) -> None:
        """Something came in: news can reach us."""
        ...

    async def say_trouble(self, channel: ChannelName, reason: str) -> None:
        """What ails it; empty when it is well again."""
        ...

    async def alarm(self, channel: ChannelName, reason: str, now: datetime) -> None:
        """What its provider warns of; what has stopped it says more, and stays."""
        ...

    async def mend(self, channel: ChannelName, reasons: Collection[str], now: datetime) -> None:
        """These are over: what one of them had stopped goes on."""
        ...

    async def pause(self, channel: ChannelName, until: datetime, reason: str) -> None:
        """Send nothing over it until then."""
        ...

    async def resume(self, channel: ChannelName, now: datetime) -> None:
        """Try it again at once, with what it had refused; a rest of what we start goes on."""
        ...

    async def start_again(self, channel: ChannelName, now: datetime) -> None:
        """Try at once what its provider would not let us start."""
        ...

    async def hold(self, channel: ChannelName, now: datetime) -> None:
        """Start nothing over it until somebody of the house says otherwise."""
        ...

    async def let_go(self, channel: ChannelName) -> None:
        """Start again what was held back."""
        ...

    async def allow(self, channel: ChannelName, people_a_day: int) -> None:
        """To how many people we may write first within a day."""
        ...
