"""Where a charge and a client stand: derived from facts, never stored (decision 0008)."""

from datetime import date
from enum import StrEnum

from bot.domain.text import Text, t

# How long an overdue charge has been so, in days, both ends included; the last has no end.
AGES: tuple[tuple[int, int | None], ...] = ((1, 7), (8, 30), (31, 60), (61, None))


class ChargeState(StrEnum):
    """Where a charge stands today."""

    SETTLED = "settled"
    CANCELLED = "cancelled"
    CLAIMED = "claimed"  # the client says it is paid; nobody has looked yet
    OVERDUE = "overdue"
    DUE_TODAY = "due_today"
    PARTLY_PAID = "partly_paid"
    OPEN = "open"


class Standing(StrEnum):
    """Where a client stands today, all charges and the subscription taken together."""

    LATE = "late"
    CLAIMED = "claimed"
    DUE = "due"  # something is open, nothing is late
    UP_TO_DATE = "up_to_date"
    PAUSED = "paused"
    CANCELLED = "cancelled"

    @property
    def shown(self) -> Text:
        """As a person reads it."""
        return t(f"standing.{self.value}")


def state_of(
    *, amount: int, paid: int, due_on: date, today: date, cancelled: bool, claimed: bool
) -> ChargeState:
    """The state of a charge, the first that is true in this order.

    Cancelled, settled, claimed, overdue, due today, partly paid, open. Amounts are minor units;
    ``today`` is of the business's zone. Due today is not late.
    """
    states = (
        (cancelled, ChargeState.CANCELLED),
        (paid >= amount, ChargeState.SETTLED),
        (claimed, ChargeState.CLAIMED),
        (due_on < today, ChargeState.OVERDUE),
        (due_on == today, ChargeState.DUE_TODAY),
        (paid > 0, ChargeState.PARTLY_PAID),
    )
    return next((state for true, state in states if true), ChargeState.OPEN)


def days_late(due_on: date, today: date) -> int:
    """Days since the due date; 0 until it is past."""
    return max((today - due_on).days, 0)


def age_bucket(days: int) -> int:
    """Which of ``AGES`` a charge so many days late belongs to."""
    for place, (first, last) in enumerate(AGES):
        if first <= days and (last is None or days <= last):
            return place
    msg = "a charge that is not late has no age"
    raise ValueError(msg)


def standing_of(*, subscription: str, overdue: bool, claimed: bool, open_: bool) -> Standing:
    """The standing of a client; ``subscription`` is its stored word: active, paused, cancelled.

    A debt outlives a pause: who is late is late, whatever became of the subscription. Otherwise a
    pause or a cancellation is what the owner wants to see first. A charge that is claimed counts
    as claimed, not as overdue.
    """
    if overdue:
        return Standing.LATE
    if subscription in {Standing.PAUSED, Standing.CANCELLED}:
        return Standing(subscription)
    if claimed:
        return Standing.CLAIMED
    return Standing.DUE if open_ else Standing.UP_TO_DATE
