"""What is sold: plans with a name, a price and how often."""

from collections.abc import Sequence

from bot.domain.clock import Clock
from bot.domain.errors import NotFound
from bot.domain.ids import PersonId, PlanId
from bot.domain.money import Money
from bot.domain.names import tidy
from bot.domain.plan import plan_key
from bot.domain.trail import changed, details
from bot.forms.plan import NewPlan
from bot.services.ports.house import Audit
from bot.services.ports.plans import PlanRecord, PlanStore, PlanView


class Plans:
    """The plans on sale. A plan's price is for whoever comes next; clients keep theirs."""

    def __init__(self, *, plans: PlanStore, audit: Audit, clock: Clock) -> None:
        self._plans = plans
        self._audit = audit
        self._clock = clock

    async def get(self, name: str) -> PlanView:
        """One by its name, in any case and with or without accents."""
        plan = await self._plans.by_key(plan_key(name))
        if plan is None:
            raise NotFound("errors.plan.unknown", field="plan", name=tidy(name))
        return plan

    async def view(self, plan: PlanId) -> PlanView:
        """One by its number."""
        found = await self._plans.get(plan)
        if found is None:
            raise NotFound("errors.plan.gone")
        return found

    async def on_sale(self) -> Sequence[PlanView]:
        """Every plan still sold, the most used first."""
        return await self._plans.all(on_sale_only=True)

    async def all(self) -> Sequence[PlanView]:
        """Every plan there ever was, those on sale first."""
        return await self._plans.all(on_sale_only=False)

    async def add(self, new: NewPlan, *, by: PersonId | None = None) -> PlanView:
        """Put a plan on sale; a name that is taken is a ``Conflict``."""
        record = PlanRecord(new.plan, plan_key(new.plan), new.price, new.period)
        (number,) = await self._plans.add([record])
        made = await self.view(number)
        about = details(name=made.name, price=made.price, period=made.period)
        await self._audit.note("plan.added", by, self._clock.now(), about)
        return made

    async def have(self, new: NewPlan, *, by: PersonId | None = None) -> None:
        """Have it on sale at this price; one of that name, perhaps from a list, stays with its
        clients.
        """
        known = await self._plans.by_key(plan_key(new.plan))
        if known is None:
            await self.add(new, by=by)
        elif known.price != new.price:
            await self.change_price(known.id, new.price, by=by)

    async def change_price(
        self, plan: PlanId, price: Money, *, by: PersonId | None = None
    ) -> PlanView:
        """What new clients pay from now on."""
        was = await self.view(plan)
        await self._plans.change(plan, price=price.minor, currency=price.currency)
        return await self._done("plan.repriced", was, by)

    async def rename(self, plan: PlanId, name: str, *, by: PersonId | None = None) -> PlanView:
        """Call it otherwise; whoever is on it stays."""
        was = await self.view(plan)
        await self._plans.change(plan, name=name, key=plan_key(name))
        return await self._done("plan.renamed", was, by)

    async def sell(self, plan: PlanId, *, on_sale: bool, by: PersonId | None = None) -> PlanView:
        """Stop selling it, or sell it again; whoever is on it stays."""
        was = await self.view(plan)
        await self._plans.change(plan, on_sale=on_sale)
        return await self._done("plan.sold" if on_sale else "plan.not_sold", was, by)

    async def _done(self, deed: str, was: PlanView, by: PersonId | None) -> PlanView:
        """Write down who changed what about which plan."""
        now = await self.view(was.id)
        about = changed(_told(was), _told(now))
        about["after"].setdefault("plan", now.name)
        await self._audit.note(deed, by, self._clock.now(), about)
        return now


def _told(plan: PlanView) -> dict[str, object]:
    return {"name": plan.name, "price": plan.price}
