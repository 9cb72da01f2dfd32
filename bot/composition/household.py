"""The services of the house itself: what it decides, who belongs to it, and what it sells."""

from functools import cached_property

from bot.composition.careful import CarefulNumber
from bot.composition.engine import Engine
from bot.composition.own_number import number_over
from bot.composition.premises import Premises
from bot.composition.versions import rule_pushes_over, versions_over
from bot.services.access import Access
from bot.services.business import Businesses
from bot.services.linking import Linking
from bot.services.own_number import OwnNumber
from bot.services.plans import Plans
from bot.services.ports.house import BusinessView
from bot.services.rule_pushes import RulePushes
from bot.services.team import Team
from bot.services.versions import Versions
from bot.storage.unit_of_work import Unit


class Household(Engine):
    """What the house says about itself; whatever changes its rules becomes a version."""

    def __init__(self, unit: Unit, house: BusinessView, premises: Premises) -> None:
        super().__init__(unit, house, premises)
        unit.at_the_end = lambda: self.versions.keep(unit.audit.noted)

    @cached_property
    def business(self) -> Businesses:
        """What the owner says about the house."""
        return Businesses(
            store=self.unit.business, house=self.house, audit=self.unit.audit, clock=self._clock
        )

    @cached_property
    def linking(self) -> Linking:
        """The phone behind a linked device."""
        return Linking(
            linkings=self.unit.linkings,
            states=self.unit.channel_states,
            post=self.post,
            files=self.unit.files,
            audit=self.unit.audit,
            clock=self._clock,
            on=self.premises.linked,
        )

    @cached_property
    def versions(self) -> Versions:
        """The rules as they were."""
        told = (self.business, self.ladder, self.plans, self.texts)
        return versions_over(self.unit, *told, self.house, self._clock)

    @cached_property
    def rule_pushes(self) -> RulePushes:
        """How far they have come elsewhere."""
        return rule_pushes_over(self.unit, self.versions, self.post, self.house, self.premises)

    @cached_property
    def number(self) -> OwnNumber:
        """How our number stands, and what it costs."""
        return number_over(self.unit, self.house, self.premises, self.post)

    @cached_property
    def careful(self) -> CarefulNumber:
        """How fast our number begins chats."""
        return CarefulNumber(self.unit, self.house, self.calendar, self.post, self._clock)

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
