"""The services that remind, over one open transaction: the part of a shop that the engine needs."""

from functools import cached_property

from bot.composition.postal import post_over
from bot.composition.premises import Premises
from bot.services.arrivals import Arrivals
from bot.services.audit_trail import AuditTrail
from bot.services.backups import Backups
from bot.services.big_days import BigDays
from bot.services.business import calendar_of
from bot.services.by_hand import ByHand
from bot.services.delivery import Delivery
from bot.services.explanations import Explanations
from bot.services.ladder import Ladders
from bot.services.ports.house import BusinessView
from bot.services.reminders import Reminders
from bot.services.templates import Templates
from bot.services.texts import Texts
from bot.services.tomorrow import Tomorrow
from bot.services.watch import Watch
from bot.storage.unit_of_work import Unit


class Engine:
    """What reminds; each service is made when it is first asked for."""

    def __init__(self, unit: Unit, house: BusinessView, premises: Premises) -> None:
        self.unit = unit
        self.house = house
        self.premises = premises
        self._clock = premises.clock
        self.calendar = calendar_of(house)
        self.post = post_over(unit, premises)

    @cached_property
    def reminders(self) -> Reminders:
        """Who is to be reminded."""
        return Reminders(
            ladder=self.unit.ladder,
            planner=self.unit.planner,
            sheets=self.unit.sheets,
            texts=self.unit.texts,
            house=self.house,
            calendar=self.calendar,
            contacts=self.unit.contacts,
            channels=self.premises.channels,
            clock=self._clock,
        )

    @cached_property
    def backups(self) -> Backups:
        """What is kept in case the machine is lost."""
        return Backups(
            store=self.unit.backups,
            post=self.post,
            told=self.unit.outbox,
            files=self.unit.files,
            calendar=self.calendar,
            clock=self._clock,
            on=self.premises.backups,
        )

    @cached_property
    def ladder(self) -> Ladders:
        """When and how they are reminded."""
        return Ladders(
            ladder=self.unit.ladder,
            history=self.unit.charge_history,
            plans=self.unit.plans,
            audit=self.unit.audit,
            calendar=self.calendar,
            clock=self._clock,
        )

    @cached_property
    def big_days(self) -> BigDays:
        """Whether far more would go out than usual."""
        return BigDays(
            store=self.unit.big_days,
            ladder=self.unit.ladder,
            post=self.post,
            audit=self.unit.audit,
            house=self.house,
            calendar=self.calendar,
            channels=self.premises.channels,
            clock=self._clock,
        )

    @cached_property
    def tomorrow(self) -> Tomorrow:
        """What leaves tomorrow."""
        return Tomorrow(
            store=self.unit.tomorrow,
            ladder=self.unit.ladder,
            texts=self.unit.texts,
            post=self.post,
            words=self.premises.words,
            audit=self.unit.audit,
            house=self.house,
            channels=self.premises.channels,
            clock=self._clock,
        )

    @cached_property
    def by_hand(self) -> ByHand:
        """Who is reminded because somebody says so."""
        return ByHand(
            store=self.unit.by_hand,
            texts=self.unit.texts,
            audit=self.unit.audit,
            house=self.house,
            calendar=self.calendar,
            channels=self.premises.channels,
            clock=self._clock,
        )

    @cached_property
    def explanations(self) -> Explanations:
        """Why they were reminded, or were not."""
        return Explanations(
            trace=self.unit.trace,
            ladder=self.unit.ladder,
            contacts=self.unit.contacts,
            states=self.unit.channel_states,
            rules=self.house.rules,
            calendar=self.calendar,
            clock=self._clock,
        )

    @cached_property
    def audit(self) -> AuditTrail:
        """Who did what."""
        return AuditTrail(
            book=self.unit.audit_book,
            files=self.unit.files,
            words=self.premises.words,
            calendar=self.calendar,
        )

    @cached_property
    def delivery(self) -> Delivery:
        """What becomes of what leaves."""
        return Delivery(
            deliveries=self.unit.deliveries,
            decisions=self.unit.decisions,
            audit=self.unit.audit,
            states=self.unit.channel_states,
            people=self.unit.people,
            calendar=self.calendar,
            clock=self._clock,
        )

    @cached_property
    def arrivals(self) -> Arrivals:
        """What should have arrived."""
        return Arrivals(
            silence=self.unit.silences,
            detours=self.unit.detours,
            post=self.post,
            lately=self.unit.outbox,
            rules=self.house.rules,
            calendar=self.calendar,
            channels=self.premises.channels,
            clock=self._clock,
        )

    @cached_property
    def watch(self) -> Watch:
        """How the house itself is."""
        return Watch(
            watching=self.unit.watching,
            post=self.post,
            calendar=self.calendar,
            clock=self._clock,
        )

    @cached_property
    def templates(self) -> Templates:
        """Approved forms of words."""
        return Templates(
            store=self.unit.templates,
            texts=self.unit.texts,
            clock=self._clock,
            spoken=self.premises.words.languages,
        )

    @cached_property
    def texts(self) -> Texts:
        """What the owner puts otherwise."""
        return Texts(
            store=self.unit.texts,
            plans=self.unit.plans,
            audit=self.unit.audit,
            words=self.premises.words,
            house=self.house,
            calendar=self.calendar,
            clock=self._clock,
        )
