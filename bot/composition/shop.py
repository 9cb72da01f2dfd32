"""Every service over one open transaction: for a message's desk, for a tick, for a command."""

from functools import cached_property

from bot.composition.till import Till
from bot.services.client_doors import ClientDoors
from bot.services.clients import Clients
from bot.services.exports import Exports
from bot.services.happenings import Happenings
from bot.services.identities import Identities
from bot.services.imports import Imports
from bot.services.pix_button import PixButtons
from bot.services.stats import Stats


class Shop(Till):
    """The services over one open transaction; each is made when it is first asked for."""

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
    def pix_button(self) -> PixButtons:
        """Whether reminders copy the Pix code."""
        return PixButtons(store=self.unit.templates, audit=self.unit.audit, clock=self._clock)

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
    def happenings(self) -> Happenings:
        """What the networks tell of people."""
        return Happenings(
            seen=self.unit.inbox,
            people=self.unit.people,
            claims=self.claims,
            post=self.post,
            audit=self.unit.audit,
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

    @cached_property
    def identities(self) -> Identities:
        """Whose a chat is."""
        return Identities(
            people=self.unit.people,
            clients=self.unit.clients,
            post=self.post,
            audit=self.unit.audit,
            house=self.house,
            clock=self._clock,
        )
