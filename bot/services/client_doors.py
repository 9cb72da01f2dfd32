"""A client's own way to us on Telegram: a link for them alone, which works once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.clock import Clock
from bot.domain.errors import Conflict, NotAllowed, NotFound, Refusal
from bot.domain.ids import ClientId, PersonId
from bot.domain.message import ChannelName, Incoming
from bot.domain.role import Role
from bot.domain.text import plain, t
from bot.services.codes import code_in, hash_of, looks_made, new_code
from bot.services.ports.house import Audit, BusinessView, ClientCode, Invitations
from bot.services.ports.outbox import Waiting
from bot.services.ports.people import AddressView, People, PersonView
from bot.services.ports.post import Notice, Post
from bot.services.team import Doors

OPEN_FOR = timedelta(days=7)
# WhatsApp lets free words through for a day after they wrote; what is sent has to get there, too.
_THEY_WROTE_WITHIN = timedelta(hours=24) - timedelta(minutes=10)
_PURPOSE = "invitation"
_AGAIN_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class ClientDoor:
    """A way in for one client; ``may_send`` says whether we may write to them right now."""

    name: str
    link: str
    may_send: bool


class ClientDoors:
    """One transaction's links. ``channels`` are those that are on."""

    def __init__(
        self,
        *,
        people: People,
        invitations: Invitations,
        post: Post,
        lately: Waiting,
        audit: Audit,
        house: BusinessView,
        clock: Clock,
        doors: Doors,
        channels: Collection[ChannelName],
    ) -> None:
        self._people = people
        self._invitations = invitations
        self._post = post
        self._lately = lately
        self._audit = audit
        self._house = house
        self._clock = clock
        self._doors = doors
        self._channels = channels

    async def invite(self, client: ClientId, *, by: PersonId) -> ClientDoor:
        """A link for one client; earlier ones of theirs stand as well until one is used."""
        person, reached = await self._to_be_invited(client)
        code = new_code()
        now = self._clock.now()
        await self._invitations.offer(hash_of(code), Role.CLIENT, now + OPEN_FOR, person.id)
        await self._audit.note("client.invited", by, now, {"client": client})
        return ClientDoor(person.name, self._doors.to(code).telegram, self._hears_us(reached, now))

    @property
    def on_telegram(self) -> bool:
        """Whether the house is there at all."""
        return bool(self._doors.telegram)

    async def may_come(self, person: PersonView, channel: ChannelName) -> bool:
        """Whether a client who writes on another chat could come to Telegram as well."""
        if channel is ChannelName.TELEGRAM or not self.on_telegram:
            return False
        return not _on_telegram(await self._people.addresses(person.id))

    async def own(self, client: ClientId, me: PersonId) -> str:
        """A link that a client asks for themselves, in a chat that is theirs already."""
        return (await self.invite(client, by=me)).link

    async def send(self, client: ClientId, *, by: PersonId) -> str:
        """Send the client a link over the chat they last wrote in; their name."""
        person, reached = await self._to_be_invited(client)
        now = self._clock.now()
        if not self._hears_us(reached, now):
            raise Refusal("errors.invite.window_closed", name=plain(person.name))
        await self._people.hold(person.id)  # of two who send it at once, the second sees the first
        if await self._lately.told_lately(person.id, _PURPOSE, now, _AGAIN_AFTER):
            raise Conflict("errors.invite.sent_already", name=plain(person.name))
        door = await self.invite(client, by=by)
        words = t(
            "invite.to_client",
            name=plain(person.name),
            business=plain(self._house.name),
            link=plain(door.link),
        )
        await self._post.tell(person.id, Notice(_PURPOSE, (words,)))
        return person.name

    async def enter(self, person: PersonView, incoming: Incoming) -> PersonView | None:
        """Tie the chat of whoever brought a client's code to that client.

        None if the words are no such code. Only a chat that is nobody's yet may be tied: that of
        the house, or of another client, would be lost to them.
        """
        code = code_in(incoming.text)
        found = await self._code(code)
        if found is None:
            return None
        if person.role.is_staff:
            whose = await self._people.get(found.person_id)
            raise NotAllowed("errors.invite.for_the_client", name=plain(whose.name))
        if person.id == found.person_id and incoming.channel is ChannelName.TELEGRAM:
            return None  # they are here already
        if person.id != found.person_id and person.role is not Role.STRANGER:
            raise NotAllowed("errors.invite.of_another")
        if not found.stands:
            raise NotFound("errors.invite.over")
        if incoming.channel is not ChannelName.TELEGRAM:
            raise Refusal("errors.invite.open_on_telegram")
        return await self._tie(person, incoming, found.person_id, code)

    async def leads_here(self, incoming: Incoming) -> bool:
        """Whether it is a client's code, of whatever client and whether or not it still stands."""
        return await self._code(code_in(incoming.text)) is not None

    async def _tie(
        self, person: PersonView, incoming: Incoming, to: PersonId, code: str
    ) -> PersonView:
        now = self._clock.now()
        await self._people.hold(to)
        client = await self._people.get(to)
        # Who was let into the house meanwhile must not let others in by a client's link.
        if client.role is not Role.CLIENT or _on_telegram(await self._people.addresses(to)):
            raise NotFound("errors.invite.over")
        if not await self._invitations.take_of_client(hash_of(code), person.id, now):
            raise NotFound("errors.invite.over")
        await self._people.join(to, incoming.channel, incoming.sender)
        await self._audit.note("client.on_telegram", to, now, {"client": client.client_id})
        return client

    async def _code(self, code: str) -> ClientCode | None:
        if not looks_made(code):
            return None
        return await self._invitations.of_client(hash_of(code), self._clock.now())

    async def _to_be_invited(self, client: ClientId) -> tuple[PersonView, Sequence[AddressView]]:
        """Who it is, and where they are reached, if a link may be made for them."""
        person = await self._people.get(await self._people.of_client(client))
        reached = await self._people.addresses(person.id)
        if not self._doors.telegram:
            raise Refusal("errors.invite.no_telegram")
        if person.role is not Role.CLIENT:
            raise NotAllowed("errors.invite.of_the_house", name=plain(person.name))
        if _on_telegram(reached):
            raise Conflict("errors.invite.has_telegram", name=plain(person.name))
        return person, reached

    def _hears_us(self, reached: Sequence[AddressView], now: datetime) -> bool:
        """Whether the first chat that a notice would go over is open, and the window, too."""
        first = next((each for each in reached if not each.unreachable), None)
        if first is None or first.address.channel not in self._channels:
            return False
        wrote = first.last_inbound_at
        return wrote is not None and wrote > now - _THEY_WROTE_WITHIN


def _on_telegram(reached: Sequence[AddressView]) -> bool:
    return any(each.address.channel is ChannelName.TELEGRAM for each in reached)
