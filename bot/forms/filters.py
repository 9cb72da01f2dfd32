"""What narrows a list: every part of a filter is optional, and each can be taken away alone."""

from typing import Self

from pydantic import BaseModel, model_validator

from bot.domain.charge import Standing
from bot.domain.errors import Unreadable
from bot.forms.fields import Day, PlanName, Price, SearchWords, StandingField


class Everything(BaseModel, frozen=True):
    """No filter at all."""


class ClientSearch(BaseModel, frozen=True):
    """Part of a name, of a phone, or a tag; taken away, everybody is found."""

    text: SearchWords | None = None


class ClientFilter(BaseModel, frozen=True):
    """How a client stands, what they are on, what they pay, when they are due next."""

    standing: StandingField | None = None
    plan: PlanName | None = None
    amount_from: Price | None = None
    amount_to: Price | None = None
    due_from: Day | None = None
    due_to: Day | None = None

    @model_validator(mode="after")
    def _ranges_run_forwards(self) -> Self:
        if self.amount_from and self.amount_to and self.amount_from > self.amount_to:
            raise Unreadable("errors.filter.amounts", field="amount_to")
        if self.due_from and self.due_to and self.due_from > self.due_to:
            raise Unreadable("errors.filter.days", field="due_to")
        return self


__all__ = ["ClientFilter", "ClientSearch", "Everything", "Standing"]
