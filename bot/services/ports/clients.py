"""Clients as they are shown: a line of a list, a card, what happened."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.charge import ChargeState, Standing
from bot.domain.ids import ChargeId, ClientId, PaymentId, PersonId, PlanId, SubscriptionId
from bot.domain.money import Money
from bot.domain.phone import Phone
from bot.domain.plan import Period


@dataclass(frozen=True, slots=True)
class ClientRow:
    """One line of a list. ``next_due`` is of the oldest open charge, else of the next cycle."""

    id: ClientId
    name: str
    standing: Standing
    plan: str
    price: Money
    owed: Money
    next_due: date | None
    days_late: int


@dataclass(frozen=True, slots=True)
class ChargeLine:
    """One open charge of a card."""

    id: ChargeId
    due_on: date
    amount: Money
    paid: Money
    state: ChargeState
    reminded: bool


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """One payment of a card."""

    id: PaymentId
    amount: Money
    paid_on: date


@dataclass(frozen=True, slots=True)
class MessageLine:
    """The last thing we sent, why, and what became of it (``domain.delivery.State``)."""

    at: datetime
    purpose: str
    state: str


@dataclass(frozen=True, slots=True)
class SubscriptionView:
    """What a client is on, and from which date it is counted."""

    id: SubscriptionId
    plan: str
    plan_id: PlanId
    price: Money
    period: Period
    anchor: date
    day_of_month: int | None
    standing: str  # active, paused, cancelled
    next_cycle: int
    next_due: date


@dataclass(frozen=True, slots=True)
class ClientCard:
    """All that one client's card shows. ``charges`` are the open ones, the oldest first."""

    id: ClientId
    person_id: PersonId
    name: str
    phone: Phone
    standing: Standing
    subscription: SubscriptionView
    note: str
    tags: tuple[str, ...]
    opted_out: bool
    unreachable: bool
    claimed: bool
    owed: Money
    charges: tuple[ChargeLine, ...]
    last_payment: PaymentLine | None = None
    last_message: MessageLine | None = None
    promised_on: date | None = None
    not_before: date | None = None
    today: date = date.min  # as of which day all this is so
    invitable: bool = False  # to Telegram: they are not there yet, and may be told of it

    @property
    def price(self) -> Money:
        """What they pay each time."""
        return self.subscription.price

    @property
    def next_due(self) -> date | None:
        """The day they are next expected to pay; none if nothing is coming."""
        if self.charges:
            return self.charges[0].due_on
        return self.subscription.next_due if self.subscription.standing == "active" else None

    @property
    def unreminded(self) -> int:
        """How many open charges are never reminded, because they were late on arrival."""
        return sum(not charge.reminded for charge in self.charges)


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing that happened: ``charge``, ``payment``, ``reversal``, ``claim`` or ``message``.

    ``state`` is the claim's or the message's, ``purpose`` the message's.
    """

    at: datetime
    kind: str
    amount: Money | None = None
    day: date | None = None
    state: str = ""
    purpose: str = ""
