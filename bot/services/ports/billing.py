"""What is owed and what was paid: charges that open by the calendar, payments that settle them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.domain.ids import ChargeId, ClientId, OutboxId, PaymentId, PersonId, SubscriptionId
from bot.domain.money import Money
from bot.domain.payment import Method

LEAD_DAYS = 10  # a charge opens this long before it is due, or earlier if the ladder begins earlier


def lead_days(offsets: Iterable[int]) -> int:
    """How long before its due date a charge opens, given the ladder's steps."""
    return max(LEAD_DAYS, *(-offset for offset in offsets), 0)


@dataclass(frozen=True, slots=True)
class ChargeView:
    """One open charge. ``txid`` names it in a Pix code."""

    id: ChargeId
    subscription_id: SubscriptionId
    cycle: int
    due_on: date
    amount: Money
    paid: Money
    txid: str

    @property
    def left(self) -> Money:
        """What is still to be paid of it."""
        return self.amount - self.paid


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A cycle that has no charge yet."""

    subscription_id: SubscriptionId
    cycle: int
    due_on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class Payer:
    """The client whose money it is about. ``opted_out``: they asked not to be written to."""

    client_id: ClientId
    person_id: PersonId
    name: str
    opted_out: bool = False


@dataclass(frozen=True, slots=True)
class Debtor:
    """A client with something open: since when, and how much in all."""

    client_id: ClientId
    name: str
    owed: Money
    since: date


class ChargeOpening(Protocol):
    """Making charges out of the calendar."""

    async def open_due(
        self,
        today: date,
        lead_days: int,
        now: datetime,
        *,
        subscriptions: Sequence[SubscriptionId] | None = None,
        reminded_from: date | None = None,
    ) -> int:
        """Open every charge due by ``today + lead_days``, all missed cycles too; how many.

        Running it twice, or in two processes at once, opens each charge once. Charges due before
        ``reminded_from`` are never reminded of.
        """
        ...


class ChargeStore(ChargeOpening, Protocol):
    """Charges, and the clients whose they are."""

    async def payer(self, client: ClientId) -> Payer:
        """A client by number; ``NotFound`` if there is none."""
        ...

    async def lock(self, client: ClientId) -> Payer:
        """The same, and until the transaction ends nobody else settles anything of theirs."""
        ...

    async def open_of(self, client: ClientId) -> tuple[ChargeView, ...]:
        """What a client owes, the oldest first."""
        ...

    async def upcoming(self, client: ClientId, limit: int) -> tuple[Upcoming, ...]:
        """The next cycles of a client's active subscriptions, the earliest first."""
        ...

    async def open_ahead(self, client: ClientId, cycles: Sequence[Upcoming], now: datetime) -> None:
        """Open cycles before their time."""
        ...

    async def close_ahead(self, client: ClientId, after: date) -> int:
        """Take unpaid charges due after a day back into the future they came from; how many."""
        ...

    async def debtors(self, limit: int) -> tuple[Debtor, ...]:
        """Clients with something open, the longest overdue first."""
        ...


@dataclass(frozen=True, slots=True)
class Part:
    """What a payment gives to one charge, and what is then left of it."""

    charge_id: ChargeId | None  # none: it would open for this
    due_on: date
    amount: Money
    left: Money


@dataclass(frozen=True, slots=True)
class NewPayment:
    """Money that came in. ``once`` makes the same tap, delivered twice, one payment."""

    client_id: ClientId
    amount: Money
    paid_on: date
    method: Method
    once: str
    recorded_by: PersonId


@dataclass(frozen=True, slots=True)
class PaymentView:
    """A payment as it stands. ``receipt_id`` is the message that told the client of it."""

    id: PaymentId
    client_id: ClientId
    client_name: str
    amount: Money
    paid_on: date
    method: Method
    recorded_at: datetime
    reversed_at: datetime | None = None
    receipt_id: OutboxId | None = None


class PaymentStore(Protocol):
    """Payments, and what each settled. Nothing is ever deleted or edited but by a reversal."""

    async def get(self, payment: PaymentId) -> PaymentView:
        """One by number; ``NotFound`` if there is none."""
        ...

    async def by_once(self, once: str) -> PaymentView | None:
        """The one that this key stands for already."""
        ...

    async def parts(self, payment: PaymentId) -> tuple[Part, ...]:
        """What it settled, the oldest charge first; ``left`` is as things stand now."""
        ...

    async def add(self, new: NewPayment, parts: Sequence[Part], now: datetime) -> PaymentId:
        """Write it down and credit its charges; one that is now paid in full is settled."""
        ...

    async def reverse(self, payment: PaymentId, by: PersonId, now: datetime) -> None:
        """Take back what it gave its charges; they are open again, due when they were."""
        ...

    async def later(self, payment: PaymentView) -> PaymentView | None:
        """The first payment of the same client after this one that still stands."""
        ...

    async def last_by(self, person: PersonId, since: datetime) -> PaymentView | None:
        """The last that this person recorded since then and that still stands."""
        ...

    async def told(self, payment: PaymentId, receipt: OutboxId) -> None:
        """Remember which message told the client."""
        ...

    async def hold_back(self, receipt: OutboxId, now: datetime, reason: str) -> bool:
        """Keep a receipt from leaving; no if it has left."""
        ...
