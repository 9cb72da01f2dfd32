"""What is sold: the plans, a new one, another price, and no longer sold."""

from collections.abc import Sequence

from bot.dialog.handler import Said, action, form
from bot.dialog.screen import Offer, Screen, say
from bot.domain.ids import PlanId
from bot.domain.plan import Period
from bot.domain.role import Role
from bot.domain.text import plain, t
from bot.forms.plan import ChangePlanPrice, NewPlan, RenamePlan
from bot.handlers.desk import Desk

_OFTEN = (Period.MONTHLY, Period.QUARTERLY, Period.SEMIANNUAL, Period.ANNUAL, Period.WEEKLY)
_SHOWN = 20  # a house with more plans than this finds the others by their clients


@action("plans", needs=Role.VIEWER)
async def plans(desk: Desk, typed: str = "") -> Screen:
    """Every plan, with how many are on it; a tap opens it."""
    del typed
    all_ = await desk.plans.all()
    screen = say("plans.title") if all_ else say("plans.none")
    for plan in all_[:_SHOWN]:
        hint = (
            t("plans.row", price=plan.price, period=plan.period.shown, count=plan.clients)
            if plan.on_sale
            else t("plans.row_not_sold", count=plan.clients)
        )
        screen = screen.offer(plain(plan.name), plan_view, hint, plan=plan.id)
    return screen.offer("plans.add", add_plan).offer("go.home", "home")


@action(needs=Role.VIEWER)
async def plan_view(desk: Desk, plan: int) -> Screen:
    """One plan and what may change about it."""
    found = await desk.plans.view(PlanId(plan))
    screen = say("plans.one", name=found.name, price=found.price, period=found.period.shown).add(
        "plans.on_it", count=found.clients
    )
    if not found.on_sale:
        screen = screen.add("plans.not_sold")
    return (
        screen.offer("plans.change_price", change_plan_price, plan_id=plan)
        .offer("plans.rename", rename_plan, plan_id=plan)
        .offer(
            "plans.stop" if found.on_sale else "plans.sell",
            sell_plan,
            None,
            plan=plan,
            on_sale=not found.on_sale,
        )
        .offer("plans.clients", "clients", filter={"plan": found.name})
        .offer("plans.back", plans)
    )


@action()
async def sell_plan(desk: Desk, plan: int, *, on_sale: bool) -> Screen:
    """Stop selling it, or sell it again; whoever is on it stays."""
    found = await desk.plans.sell(PlanId(plan), on_sale=on_sale, by=desk.me)
    key = "plans.now_sold" if on_sale else "plans.now_not_sold"
    return say(key, name=found.name).offer("plans.back", plans).offer("go.home", "home")


@form(NewPlan)
async def add_plan(answers: NewPlan, desk: Desk) -> Screen:
    """Put a plan on sale."""
    made = await desk.plans.add(answers, by=desk.me)
    return (
        say("plans.added", name=made.name, price=made.price, period=made.period.shown)
        .offer("home.go.add", "add_client")
        .offer("plans.back", plans)
        .offer("go.home", "home")
    )


@add_plan.offers("period")
async def usual_periods(desk: Desk, said: Said) -> Sequence[Offer]:
    """What the plan's name says first; any of them may be typed."""
    del desk
    named = Period.read(str(said.get("plan", "")))
    order = [named, *_OFTEN] if named else list(_OFTEN)
    return [Offer(period.value, period.shown) for period in dict.fromkeys(order)]


@form(ChangePlanPrice, hidden=("plan_id",))
async def change_plan_price(answers: ChangePlanPrice, desk: Desk) -> Screen:
    """What new clients pay; whoever is on it keeps the price they have."""
    found = await desk.plans.change_price(PlanId(answers.plan_id), answers.price, by=desk.me)
    return say("plans.price_changed", name=found.name, price=found.price).offer("plans.back", plans)


@form(RenamePlan, confirm=False, hidden=("plan_id",))
async def rename_plan(answers: RenamePlan, desk: Desk) -> Screen:
    """The same plan under another name."""
    found = await desk.plans.rename(PlanId(answers.plan_id), answers.plan, by=desk.me)
    return say("plans.renamed", name=found.name).offer("plans.back", plans)
