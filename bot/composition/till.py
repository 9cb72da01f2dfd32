"""The services that money goes through, over one open transaction: owed, claimed, paid."""

from functools import cached_property

from bot.composition.household import Household
from bot.composition.premises import Premises
from bot.services.charges import Charges
from bot.services.claims import Claims
from bot.services.payments import Payments
from bot.services.pix import Pix
from bot.services.ports.house import BusinessView
from bot.storage.unit_of_work import Unit


class Till(Household):
    """What is owed and how it is paid; each service is made when it is first asked for."""

    def __init__(self, unit: Unit, house: BusinessView, lead: int, premises: Premises) -> None:
        super().__init__(unit, house, premises)
        self._lead = lead

    @cached_property
    def charges(self) -> Charges:
        """What is owed."""
        return Charges(
            charges=self.unit.charges,
            house=self.house,
            calendar=self.calendar,
            clock=self._clock,
            lead=self._lead,
        )

    @cached_property
    def payments(self) -> Payments:
        """What was paid."""
        return Payments(
            payments=self.unit.payments,
            charges=self.unit.charges,
            claims=self.unit.claims,
            post=self.post,
            outbox=self.unit.outbox,
            audit=self.unit.audit,
            house=self.house,
            calendar=self.calendar,
            clock=self._clock,
        )

    @cached_property
    def claims(self) -> Claims:
        """What clients say they paid."""
        return Claims(
            claims=self.unit.claims,
            payments=self.payments,
            charges=self.unit.charges,
            post=self.post,
            outbox=self.unit.outbox,
            audit=self.unit.audit,
            house=self.house,
            calendar=self.calendar,
            clock=self._clock,
        )

    @cached_property
    def pix(self) -> Pix:
        """How it may be paid."""
        return Pix(
            charges=self.charges,
            post=self.post,
            outbox=self.unit.outbox,
            house=self.house,
            clock=self._clock,
        )
