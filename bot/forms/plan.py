"""What a plan is: a name, a price, how often."""

from pydantic import BaseModel

from bot.forms.fields import PeriodField, PlanName, Price


class NewPlan(BaseModel, frozen=True):
    """A plan to sell."""

    plan: PlanName
    price: Price
    period: PeriodField


class ChangePlanPrice(BaseModel, frozen=True):
    """What new clients pay from now on."""

    plan_id: int
    price: Price


class RenamePlan(BaseModel, frozen=True):
    """The same plan under another name."""

    plan_id: int
    plan: PlanName
