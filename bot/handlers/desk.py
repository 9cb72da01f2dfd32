"""What a handler may reach: the services, who asks, and a key that makes a tap count once."""

import math
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.domain.clock import Clock
from bot.domain.errors import NotFound, Refusal
from bot.domain.ids import ClientId, PersonId
from bot.domain.message import Incoming
from bot.domain.role import Role
from bot.domain.text import Text, plain, t
from bot.domain.ticket import Ticket
from bot.resilience.limiter import Limiter, Rate
from bot.services.access import Access
from bot.services.audit_trail import AuditTrail
from bot.services.backups import Backups
from bot.services.big_days import BigDays
from bot.services.business import Businesses
from bot.services.by_hand import ByHand
from bot.services.charges import Charges
from bot.services.claims import Claims
from bot.services.client_doors import ClientDoors
from bot.services.clients import Clients
from bot.services.delivery import Delivery
from bot.services.explanations import Explanations
from bot.services.exports import Exports
from bot.services.identities import Identities
from bot.services.imports import Imports
from bot.services.ladder import Ladders
from bot.services.linking import Linking
from bot.services.own_number import OwnNumber
from bot.services.pace_desk import PaceDesk
from bot.services.payments import Payments
from bot.services.pix import Pix
from bot.services.pix_button import PixButtons
from bot.services.plans import Plans
from bot.services.ports.desk import Pictures, Savepoints, Shelf, TicketDrawer
from bot.services.ports.house import BusinessView
from bot.services.ports.people import PersonView
from bot.services.ports.post import Notice, Post, Press
from bot.services.ports.words import Words
from bot.services.reminders import Reminders
from bot.services.rule_pushes import RulePushes
from bot.services.stats import Stats
from bot.services.team import Team
from bot.services.templates import Templates
from bot.services.texts import Texts
from bot.services.tomorrow import Tomorrow
from bot.services.versions import Versions
from bot.services.watch import Watch

MUCH_WORK = Rate("much work", 10)  # lists in and out, drawings, backups


@dataclass(slots=True)
class Desk:
    """One message's desk, open for one transaction."""

    person: PersonView
    incoming: Incoming
    house: BusinessView
    today: date
    clock: Clock
    business: Businesses
    team: Team
    access: Access
    plans: Plans
    clients: Clients
    client_doors: ClientDoors
    identities: Identities
    imports: Imports
    exports: Exports
    charges: Charges
    payments: Payments
    claims: Claims
    pix: Pix
    pix_button: PixButtons
    stats: Stats
    reminders: Reminders
    ladder: Ladders
    by_hand: ByHand
    tomorrow: Tomorrow
    big_days: BigDays
    explanations: Explanations
    audit: AuditTrail
    delivery: Delivery
    linking: Linking
    pace: PaceDesk
    templates: Templates
    texts: Texts
    number: OwnNumber
    watch: Watch
    backups: Backups
    versions: Versions
    rule_pushes: RulePushes
    post: Post
    files: Shelf
    pictures: Pictures
    tickets: TicketDrawer
    savepoints: Savepoints
    words: Words
    limiter: Limiter

    @property
    def signature(self) -> Text:
        """Who the clients hear from, before the business has a name as well."""
        return plain(self.house.name) if self.house.name else t("client.the_house")

    @property
    def role(self) -> Role:
        """What the person may do."""
        return self.person.role

    @property
    def language(self) -> str:
        """The person's language."""
        return self.person.language

    @property
    def me(self) -> PersonId:
        """Who asks."""
        return self.person.id

    @property
    def client_id(self) -> ClientId:
        """The client who asks; a refusal if they are not billed here."""
        if self.person.client_id is None:
            raise NotFound("errors.not_a_client")
        return self.person.client_id

    @property
    def once(self) -> str:
        """The same for the same message however often it is delivered."""
        return f"{self.incoming.channel}:{self.incoming.message_id}"

    @property
    def reading(self) -> dict[str, Any]:
        """What typed words are read by."""
        return {
            "today": self.today,
            "country": self.house.country,
            "currency": self.house.currency,
        }

    def say(self, text: Text) -> str:
        """A text in the person's language, for where words are drawn or written to a file."""
        return self.words.say(text, self.language)

    async def ticket(self, token: str) -> Ticket | None:
        """What lies behind a button, if it is this person's and still stands."""
        ticket = await self.tickets.find(token)
        if ticket is None or ticket.person_id != self.me or ticket.expires_at < self.clock.now():
            return None
        return ticket

    def trying(self) -> AbstractAsyncContextManager[object]:
        """A stretch of the transaction that leaves no trace if it is refused."""
        return self.savepoints()

    async def pause_for_breath(self) -> None:
        """Refuse what is much work for the machine if they asked for much of it just now."""
        if wait := await self.limiter.hit(MUCH_WORK, f"person {self.me}"):
            raise Refusal("errors.limit.much_work", count=math.ceil(wait))

    async def speak(self, language: str) -> None:
        """Answer this person in another language, beginning with this answer."""
        await self.team.speak(self.me, language)
        self.person = replace(self.person, language=language)

    async def forward(self, words: Text, how: str = "client.wrote") -> None:
        """Show the house what a client wrote, with a way to that client."""
        client = self.client_id
        about = t(how, client=plain(self.person.name), words=words)
        press = Press(t("client.open"), "client_card", {"client": client})
        for member in await self.post.staff():
            await self.post.tell(member, Notice("forwarded", (about,), (press,)))
