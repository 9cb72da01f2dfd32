"""Money that came in: recorded once, told to the client, taken back within a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.calendar import Calendar
from bot.domain.clock import Clock
from bot.domain.errors import Conflict
from bot.domain.ids import PaymentId, PersonId
from bot.domain.payment import UNDO_WITHIN
from bot.domain.reasons import Reason
from bot.domain.trail import details
from bot.forms.payment import PaymentReceived
from bot.services.ports.billing import (
    LEAD_DAYS,
    ChargeStore,
    NewPayment,
    Part,
    Payer,
    PaymentStore,
    PaymentView,
)
from bot.services.ports.claims import ClaimStore
from bot.services.ports.house import Audit, BusinessView
from bot.services.ports.post import Post
from bot.services.ports.reminders import ReminderHold
from bot.services.receipts import receipt
from bot.services.settlements import Settlement, Settlements


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a payment of this client would do."""

    client_name: str
    settlement: Settlement


@dataclass(frozen=True, slots=True)
class Recorded:
    """A payment, and how things stand after it. Not ``new``: the same tap came before."""

    payment: PaymentView
    settlement: Settlement
    new: bool


@dataclass(frozen=True, slots=True)
class Undone:
    """A payment taken back. ``told``: the client has had the receipt, and should hear of it."""

    payment: PaymentView
    told: bool


class Payments:
    """Payments of the one business."""

    def __init__(
        self,
        *,
        payments: PaymentStore,
        charges: ChargeStore,
        claims: ClaimStore,
        post: Post,
        outbox: ReminderHold,
        audit: Audit,
        house: BusinessView,
        calendar: Calendar,
        clock: Clock,
    ) -> None:
        self._payments = payments
        self._charges = charges
        self._claims = claims
        self._post = post
        self._outbox = outbox
        self._audit = audit
        self._house = house
        self._calendar = calendar
        self._clock = clock
        self._settlements = Settlements(
            charges=charges, house=house, calendar=calendar, clock=clock
        )

    async def preview(self, answers: PaymentReceived) -> Foreseen:
        """What an amount would settle; nothing is written."""
        payer = await self._charges.payer(answers.client)
        settlement = await self._settlements.foresee(payer.client_id, answers.amount)
        return Foreseen(payer.name, settlement)

    async def record(self, answers: PaymentReceived, *, by: PersonId, once: str) -> Recorded:
        """Write a payment down: the oldest debt first, what is over pays the next cycles.

        The same key means the same tap delivered again, so the first payment is the answer, not
        an error. Whatever the client claimed to have paid is confirmed with it.
        """
        payer = await self._charges.lock(answers.client)
        if already := await self._payments.by_once(once):
            parts = await self._payments.parts(already.id)
            standing = await self._settlements.standing(already.client_id, parts)
            return Recorded(already, standing, new=False)
        now = self._clock.now()
        settlement = await self._settlements.prepare(answers.client, answers.amount, now)
        new = NewPayment(
            client_id=answers.client,
            amount=answers.amount,
            paid_on=answers.paid_on,
            method=answers.method,
            once=once,
            recorded_by=by,
        )
        number = await self._payments.add(new, settlement.parts, now)
        claimed = await self._claims.answer(answers.client, number, by, now)
        payment = await self._payments.get(number)
        await self._outbox.drop_moot(payer.person_id, now, Reason.MOOT)
        await self._audit.note("payment.recorded", by, now, _about(payment, settlement.parts))
        # Who asked not to be written to is told only what they asked.
        if claimed or not payer.opted_out:
            await self._thank(payer, payment, settlement)
        return Recorded(await self._payments.get(number), settlement, new=True)

    async def undo(self, payment: PaymentId, *, by: PersonId) -> Undone:
        """Take a payment back, as long as no later one of the same client rests on it.

        Its charges are open again, due when they were; cycles opened only for it close again. The
        client hears nothing from us: only the owner knows what is to be said.
        """
        found = await self._payments.get(payment)
        await self._charges.lock(found.client_id)
        found = await self._payments.get(payment)  # nobody else can touch it from here on
        now = self._clock.now()
        if found.reversed_at:
            raise Conflict("errors.payment.already_undone", at=found.reversed_at)
        if now - found.recorded_at > UNDO_WITHIN:
            raise Conflict("errors.payment.too_late", at=found.recorded_at)
        if later := await self._payments.later(found):
            raise Conflict("errors.payment.rests_on", amount=later.amount, day=later.paid_on)
        parts = await self._payments.parts(payment)
        await self._payments.reverse(payment, by, now)
        await self._claims.undo(payment)
        until = self._calendar.today(now) + timedelta(days=LEAD_DAYS)
        await self._charges.close_ahead(found.client_id, until)
        told = found.receipt_id is not None and not await self._payments.hold_back(
            found.receipt_id, now, Reason.MOOT
        )
        await self._audit.note("payment.undone", by, now, _about(found, parts))
        return Undone(found, told)

    async def last_by(self, person: PersonId) -> PaymentView | None:
        """The last payment this person recorded that may still be taken back."""
        return await self._payments.last_by(person, self._clock.now() - UNDO_WITHIN)

    async def _thank(self, payer: Payer, payment: PaymentView, settlement: Settlement) -> None:
        if not self._house.name:
            return  # a receipt that nobody signs is none
        notice = receipt(payment, settlement, self._house.name)
        if told := await self._post.tell(payer.person_id, notice):
            await self._payments.told(payment.id, told)


def _about(payment: PaymentView, parts: Sequence[Part]) -> dict[str, object]:
    """What the record of deeds keeps of a payment; no names, no phones."""
    return {
        "payment": payment.id,
        "client": payment.client_id,
        "amount": payment.amount.minor,
        "currency": payment.amount.currency,
        **details(amount=payment.amount, method=payment.method, paid_on=payment.paid_on),
        "parts": [[part.due_on.isoformat(), part.amount.minor] for part in parts],
    }
