"""The book of clients: what every deed about a client reads, writes and leaves behind."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from bot.domain.calendar import Calendar
from bot.domain.clock import Clock
from bot.domain.errors import NotFound
from bot.domain.ids import ClientId, PersonId, SubscriptionId
from bot.domain.names import tidy
from bot.domain.plan import plan_key
from bot.domain.reasons import Reason
from bot.domain.text import t
from bot.domain.trail import changed
from bot.services.ports.billing import LEAD_DAYS, ChargeStore
from bot.services.ports.client_store import ClientDirectory, ClientStore
from bot.services.ports.clients import ClientCard, SubscriptionView
from bot.services.ports.house import Audit, BusinessView
from bot.services.ports.plans import PlanStore, PlanView
from bot.services.ports.reminders import ReminderHold
from bot.services.terms import Terms


class ClientBook:
    """Stands on the store, for this transaction."""

    def __init__(  # noqa: PLR0913 - what a service stands on, each by its name
        self,
        *,
        clients: ClientStore,
        lists: ClientDirectory,
        plans: PlanStore,
        charges: ChargeStore,
        hold: ReminderHold,
        audit: Audit,
        house: BusinessView,
        calendar: Calendar,
        clock: Clock,
        lead: int = LEAD_DAYS,
        invites: bool = False,
    ) -> None:
        """``invites``: whether we are on Telegram, so that clients may come there."""
        self._clients = clients
        self._lists = lists
        self._plans = plans
        self._charges = charges
        self._hold = hold
        self._audit = audit
        self._house = house
        self._calendar = calendar
        self._clock = clock
        self._lead = lead
        self._invites = invites

    async def card(self, client: ClientId) -> ClientCard:
        """Everything about one client."""
        card = await self._clients.card(client, self._today)
        if card is None:
            raise NotFound("errors.client.gone")
        return card if self._invites else replace(card, invitable=False)

    @property
    def _now(self) -> datetime:
        return self._clock.now()

    @property
    def _today(self) -> date:
        return self._calendar.today(self._now)

    async def _on(self, client: ClientId) -> SubscriptionView:
        """What they are on, held until the transaction ends."""
        on = await self._clients.subscription(client)
        if on is None:
            raise NotFound("errors.client.gone")
        return on

    async def _plan(self, name: str) -> PlanView:
        plan = await self._plans.by_key(plan_key(name))
        if plan is None:
            raise NotFound("errors.plan.unknown", field="plan", name=tidy(name))
        return plan

    async def _set(self, subscription: SubscriptionId, terms: Terms, **values: Any) -> None:
        await self._clients.change_subscription(
            subscription,
            anchor=terms.anchor,
            day_of_month=terms.day_of_month,
            next_cycle=terms.next_cycle,
            next_due=terms.next_due,
            **values,
        )

    async def _open_due(self, subscription: SubscriptionId) -> None:
        """Open what is owed by now; what was late before today is not reminded of."""
        await self._charges.open_due(
            self._today,
            self._lead,
            self._now,
            subscriptions=[subscription],
            reminded_from=self._today,
        )

    async def _note(
        self, deed: str, was: ClientCard | None, now: ClientCard, by: PersonId | None
    ) -> None:
        """Write down who did it, and what is not as it was."""
        about = changed(_told(was) if was else {}, _told(now))
        await self._audit.note(deed, by, self._now, {"client": now.id, **about})

    async def _done(self, deed: str, was: ClientCard, by: PersonId | None) -> ClientCard:
        """Write down who did it, keep back what no longer holds, and show how they stand now."""
        card = await self.card(was.id)
        await self._hold.drop_moot(card.person_id, self._now, Reason.MOOT)
        await self._note(deed, was, card, by)
        return card


def _told(card: ClientCard) -> dict[str, object]:
    """What the record of deeds keeps of a client, to tell what a deed changed."""
    on = card.subscription
    return {
        "name": card.name,
        "phone": card.phone,
        "plan": on.plan,
        "price": on.price,
        "period": on.period,
        "next_due": on.next_due,
        "due_day": on.day_of_month,
        "state": t(f"audit.standing.{on.standing}"),
        "note": card.note,
        "opted_out": card.opted_out,
        "promised_on": card.promised_on,
        "not_before": card.not_before,
    }
