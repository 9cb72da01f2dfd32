"""Every service over one open transaction: for a message's desk, for a tick, for a command."""

from functools import cached_property

from bot.composition.engine import Engine
from bot.composition.premises import Premises
from bot.composition.versions import rule_pushes_over, versions_over
from bot.services.access import Access
from bot.services.business import Businesses
from bot.services.charges import Charges
from bot.services.claims import Claims
from bot.services.client_doors import ClientDoors
from bot.services.clients import Clients
from bot.services.exports import Exports
from bot.services.imports import Imports
from bot.services.payments import Payments
from bot.services.pix import Pix
from bot.services.plans import Plans
from bot.services.ports.house import BusinessView
from bot.services.rule_pushes import RulePushes
from bot.services.stats import Stats
from bot.services.team import Team
from bot.services.versions import Versions
from bot.storage.unit_of_work import Unit


class Shop(Engine):
    """The services over one open transaction; each is made when it is first asked for."""

    def __init__(self, unit: Unit, house: BusinessView, lead: int, premises: Premises) -> None:
        super().__init__(unit, house, premises)
        self._lead = lead
        unit.at_the_end = lambda: self.versions.keep(unit.audit.noted)

    @cached_property
    def business(self) -> Businesses:
        """What the owner says about the house."""
        return Businesses(
            store=self.unit.business, house=self.house, audit=self.unit.audit, clock=self._clock
        )

    @cached_property
    def versions(self) -> Versions:
        """The rules as they were."""
        return versions_over(self.unit, self.business, self.ladder, self.plans, self._clock)

    @cached_property
    def rule_pushes(self) -> RulePushes:
        """How far they have come elsewhere."""
        return rule_pushes_over(self.unit, self.versions, self.post, self.house, self.premises)

    @cached_property
    def team(self) -> Team:
        """Who belongs to it."""
        return Team(
            people=self.unit.people,
            invitations=self.unit.invitations,
            business=self.unit.business,
            audit=self.unit.audit,
            clock=self._clock,
            doors=self.premises.doors,
        )

    @cached_property
    def access(self) -> Access:
        """Which programs are let in."""
        return Access(
            tokens=self.unit.api_tokens,
            deeds=self.unit.api_deeds,
            people=self.unit.people,
            audit=self.unit.audit,
            clock=self._clock,
        )

    @cached_property
    def plans(self) -> Plans:
        """What is sold."""
        return Plans(plans=self.unit.plans, audit=self.unit.audit, clock=self._clock)

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
