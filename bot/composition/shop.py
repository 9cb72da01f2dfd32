"""Every service over one open transaction: for a message's desk, for a tick, for a command."""

from functools import cached_property

from bot.composition.household import Household
from bot.composition.premises import Premises
from bot.services.charges import Charges
from bot.services.claims import Claims
from bot.services.client_doors import ClientDoors
from bot.services.clients import Clients
from bot.services.exports import Exports
from bot.services.imports import Imports
from bot.services.payments import Payments
from bot.services.pix import Pix
from bot.services.ports.house import BusinessView
from bot.services.stats import Stats
from bot.storage.unit_of_work import Unit


class Shop(Household):
    """The services over one open transaction; each is made when it is first asked for."""

    def __init__(self, unit: Unit, house: BusinessView, lead: int, premises: Premises) -> None:
        super().__init__(unit, house, premises)
        self._lead = lead

    @cached_property
    def clients(self) -> Clients:
        """Who is billed."""
        return Clients(
            clients=self.unit.clients,
            lists=self.unit.client_lists,
            plans=self.unit.plans,
            charges=self.unit.charges,
            hold=self.unit.outbox,
            audit=self.unit.audit,
            house=self.house,
            calendar=self.calendar,
            clock=self._clock,
            lead=self._lead,
            invites=bool(self.premises.doors.telegram),
        )

    @cached_property
    def client_doors(self) -> ClientDoors:
        """How they come to Telegram."""
        return ClientDoors(
            people=self.unit.people,
            invitations=self.unit.invitations,
            post=self.post,
            lately=self.unit.outbox,
            audit=self.unit.audit,
            house=self.house,
            clock=self._clock,
            doors=self.premises.doors,
            channels=self.premises.channels,
        )

    @cached_property
    def imports(self) -> Imports:
        """Lists that are sent in."""
        return Imports(
            imports=self.unit.imports,
            files=self.unit.files,
            clients=self.unit.clients,
            plans=self.unit.plans,
            charges=self.unit.charges,
            audit=self.unit.audit,
            words=self.premises.words,
            house=self.house,
            calendar=self.calendar,
            clock=self._clock,
            lead=self._lead,
        )

    @cached_property
    def exports(self) -> Exports:
        """Lists that are given out."""
        return Exports(
            store=self.unit.client_export,
            files=self.unit.files,
            words=self.premises.words,
            house=self.house,
            calendar=self.calendar,
            clock=self._clock,
        )

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

    @cached_property
    def stats(self) -> Stats:
        """How the business stands."""
        return Stats(
            stats=self.unit.stats,
            house=self.house,
            calendar=self.calendar,
            clock=self._clock,
            kept=self.unit.kept,
        )
