"""What must be known before someone can be billed, and each part of it that may change later."""

from pydantic import BaseModel

from bot.forms.fields import FirstDue, Note, PersonName, PhoneNumber, PlanName, Price


class NewClient(BaseModel, frozen=True):
    """Asked in this order, read back, then confirmed; or one line; or one row of a spreadsheet."""

    name: PersonName
    phone: PhoneNumber
    plan: PlanName
    price: Price
    first_due: FirstDue
    note: Note | None = None


class ChangeName(BaseModel, frozen=True):
    """They are called otherwise."""

    client: int
    name: PersonName


class ChangePhone(BaseModel, frozen=True):
    """They are reached elsewhere."""

    client: int
    phone: PhoneNumber


class ChangePlan(BaseModel, frozen=True):
    """They are on another plan, at its price or one of their own."""

    client: int
    plan: PlanName
    price: Price


class ChangePrice(BaseModel, frozen=True):
    """They pay another price from the next charge on."""

    client: int
    price: Price


class ChangeDueDay(BaseModel, frozen=True):
    """Their next charge is due on another day, and all later ones with it."""

    client: int
    first_due: FirstDue


class ChangeNote(BaseModel, frozen=True):
    """What is worth knowing about them; ``#words`` in it are tags."""

    client: int
    note: Note | None = None
