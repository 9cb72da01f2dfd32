"""A client says they paid: the reminders rest, and the house decides, once."""

from dataclasses import dataclass

from bot.domain.calendar import Calendar
from bot.domain.clock import Clock
from bot.domain.errors import Conflict
from bot.domain.ids import ClaimId, ClientId, FileId, PersonId
from bot.domain.names import tidy_lines
from bot.domain.payment import Method
from bot.domain.reasons import Reason
from bot.domain.text import Text, t
from bot.domain.trail import details
from bot.forms.payment import PaymentReceived
from bot.services.charges import Charges
from bot.services.claim_words import asking, not_found
from bot.services.payments import Payments, Recorded
from bot.services.ports.billing import ChargeStore
from bot.services.ports.claims import ClaimState, ClaimStore, ClaimView, Word
from bot.services.ports.house import Audit, BusinessView
from bot.services.ports.paging import ROWS, Found, Key
from bot.services.ports.post import Post
from bot.services.ports.reminders import ReminderHold

_SAID = 500  # letters kept of what came with a claim


@dataclass(frozen=True, slots=True)
class Made:
    """A claim. Not ``new``: the client has one pending, and this was added to it."""

    claim: ClaimView
    new: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """A claim as it stands decided. Not ``new``: somebody had decided before.

    ``recorded`` is the payment that a confirmation made.
    """

    claim: ClaimView
    new: bool
    recorded: Recorded | None = None


class Claims:
    """Claims of the one business."""

    def __init__(
        self,
        *,
        claims: ClaimStore,
        payments: Payments,
        charges: ChargeStore,
        post: Post,
        outbox: ReminderHold,
        audit: Audit,
        house: BusinessView,
        calendar: Calendar,
        clock: Clock,
    ) -> None:
        self._claims = claims
        self._payments = payments
        self._charges = charges
        self._owing = Charges(charges=charges, house=house, calendar=calendar, clock=clock)
        self._post = post
        self._outbox = outbox
        self._audit = audit
        self._house = house
        self._calendar = calendar
        self._clock = clock

    async def make(
        self, client: ClientId, *, said: str, file_id: FileId | None, came_by: str = ""
    ) -> Made:
        """Take a client's word, with what they sent: reminders rest, and the house is asked.

        Whoever has one pending has said so already; a file is added to it and shown to the house.
        ``came_by`` is the message, by the name that the network gives it.
        """
        payer = await self._charges.lock(client)
        owed = (await self._owing.payable_by(client)).amount
        now = self._clock.now()
        words = tidy_lines(said)[:_SAID]
        pending = await self._claims.pending_of(client)
        if pending is None:
            number = await self._claims.add(client, Word(words, file_id, came_by), owed, now)
        else:
            number = pending.id
            await self._claims.join(number, Word(words, file_id, came_by), owed)
        claim = await self._claims.get(number)
        if pending is None or file_id is not None:
            await self._outbox.drop_moot(payer.person_id, now, Reason.MOOT)
            await self._ask(claim)
        return Made(claim, pending is None)

    async def correct(self, client: ClientId, message: str, *, said: str) -> bool:
        """Let a claim say what its message says now; whether that message made one that waits."""
        return await self._claims.correct(client, message, tidy_lines(said)[:_SAID])

    async def take_back(self, client: ClientId, message: str) -> None:
        """Show the house that the message behind a claim was deleted; what came is kept."""
        claim = await self._claims.take_back(client, message, self._clock.now())
        if claim is not None:
            found = await self._claims.get(claim)
            await self._ask(found, t("claim.was_deleted", client=found.client_name))

    async def get(self, claim: ClaimId) -> ClaimView:
        """One claim as it stands."""
        return await self._claims.get(claim)

    async def pending(self, *, after: Key | None) -> Found[ClaimView]:
        """Those that wait for a decision, the oldest first."""
        found = await self._claims.pending(after, ROWS + 1)
        shown = tuple(found[:ROWS])
        return Found(shown, {"id": shown[-1].id} if len(found) > ROWS else None)

    async def confirm(self, claim: ClaimId, *, by: PersonId) -> Decision:
        """Record what was to be paid when they said so; once, whoever confirms how often."""
        found = await self._locked(claim)
        if found.state is not ClaimState.PENDING:
            return Decision(found, new=False)
        open_now = await self._owing.owed_by(found.client_id)
        amount = min(found.owed, open_now)
        if amount.is_zero:
            raise Conflict("errors.claim.nothing_open", client=found.client_name)
        recorded = await self._payments.record(
            PaymentReceived(
                client=found.client_id,
                amount=amount,
                paid_on=self._calendar.today(found.created_at),
                method=Method.PIX,
            ),
            by=by,
            once=f"claim:{claim}",
        )
        return Decision(await self._claims.get(claim), new=True, recorded=recorded)

    async def reject(self, claim: ClaimId, *, by: PersonId) -> Decision:
        """Tell the client kindly that nothing was found yet; reminders go on."""
        found = await self._locked(claim)
        now = self._clock.now()
        if not await self._claims.reject(claim, by, now):
            return Decision(found, new=False)
        payer = await self._charges.payer(found.client_id)
        await self._post.tell(payer.person_id, not_found(payer, found.owed, self._house))
        about = {"claim": claim, "client": found.client_id, **details(owed=found.owed)}
        await self._audit.note("claim.rejected", by, now, about)
        return Decision(await self._claims.get(claim), new=True)

    async def _locked(self, claim: ClaimId) -> ClaimView:
        """The claim, with nobody else able to decide it until the transaction ends."""
        found = await self._claims.get(claim)
        await self._charges.lock(found.client_id)
        return await self._claims.get(claim)

    async def _ask(self, claim: ClaimView, why: Text | None = None) -> None:
        """Ask everyone of the house who decides on payments."""
        notice = asking(claim, why)
        for member in await self._post.staff():
            await self._post.tell(member, notice)
