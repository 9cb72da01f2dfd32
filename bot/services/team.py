"""Who belongs to the house: the code that makes an owner, links that let others in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from bot.domain.clock import Clock
from bot.domain.errors import NotAllowed, NotFound, Refusal
from bot.domain.ids import PersonId
from bot.domain.message import Incoming
from bot.domain.role import Role
from bot.domain.text import plain, t
from bot.domain.trail import details
from bot.services.codes import code_in, hash_of, new_code
from bot.services.ports.house import Audit, BusinessStore, Invitations
from bot.services.ports.people import People, PersonView

INVITED_FOR = timedelta(days=3)
OWNER_CODE_FOR = timedelta(days=3650)  # until somebody takes the house


class Entry(Enum):
    """What a code did."""

    OWNER = auto()  # the house is theirs
    MEMBER = auto()
    CHAT = auto()  # one more chat of somebody who is in already


@dataclass(frozen=True, slots=True)
class Door:
    """Ways in for one code, over the chats that are open."""

    code: str
    telegram: str = ""
    whatsapp: str = ""


@dataclass(frozen=True, slots=True)
class Doors:
    """Where our chats are: the bot's name on Telegram, the number on WhatsApp."""

    telegram: str = ""
    whatsapp: str = ""

    def to(self, code: str) -> Door:
        """Links that bring the code along; WhatsApp's writes it for them to send."""
        return Door(
            code,
            f"https://t.me/{self.telegram}?start={code}" if self.telegram else "",
            f"https://wa.me/{self.whatsapp}?text={code}" if self.whatsapp else "",
        )


class Team:
    """Letting people in and out."""

    def __init__(
        self,
        *,
        people: People,
        invitations: Invitations,
        business: BusinessStore,
        audit: Audit,
        clock: Clock,
        doors: Doors,
    ) -> None:
        self._people = people
        self._invitations = invitations
        self._business = business
        self._audit = audit
        self._clock = clock
        self._doors = doors

    async def open_house(self, code: str) -> None:
        """Let whoever brings this code become the owner; codes of earlier starts end."""
        await self._invitations.withdraw(Role.OWNER)
        now = self._clock.now()
        await self._invitations.offer(hash_of(code), Role.OWNER, now + OWNER_CODE_FOR)

    async def enter(self, person: PersonView, incoming: Incoming) -> Entry | None:
        """Let somebody in who brought a code that stands; nothing happens with any other words.

        A refusal must leave the code unused: whoever asks takes back what was done till then.
        """
        code = code_in(incoming.text)
        now = self._clock.now()
        found = await self._invitations.take(hash_of(code), person.id, now) if code else None
        if found is None:
            return None
        if person.in_doubt:
            # Whichever of their names the code came from may be a client's.
            several = [(await self._people.get(each)).name for each in person.in_doubt]
            raise NotAllowed("errors.team.chat_in_doubt", names=plain(" · ".join(several)))
        if found.person_id is not None:
            if person.role is Role.CLIENT:
                # Their reminders go to this chat: it would be lost to the client.
                raise NotAllowed("errors.team.chat_of_a_client", name=plain(person.name))
            await self._people.join(found.person_id, incoming.channel, incoming.sender)
            channel = t(f"channel.{incoming.channel}")
            await self._note("team.chat_added", found.person_id, now, channel=channel)
            return Entry.CHAT
        if found.role is Role.OWNER and not await self._business.own(now):
            return None
        await self._people.set_role(person.id, found.role)
        role = t(f"role.{found.role.name.lower()}")
        await self._note("team.joined", person.id, now, role=role)
        return Entry.OWNER if found.role is Role.OWNER else Entry.MEMBER

    async def members(self) -> Sequence[PersonView]:
        """Everyone of the house, the owner first."""
        return await self._people.staff()

    async def member(self, person: PersonId) -> PersonView:
        """Somebody as they stand now."""
        return await self._people.get(person)

    async def speak(self, person: PersonId, language: str) -> None:
        """Answer somebody in another language from now on."""
        await self._people.speak(person, language)

    async def invite(self, by: PersonView) -> Door:
        """A way in for one more manager; it works once."""
        code = new_code()
        now = self._clock.now()
        await self._invitations.offer(hash_of(code), Role.MANAGER, now + INVITED_FOR)
        await self._note("team.invited", by.id, now)
        return self._doors.to(code)

    async def another_chat(self, person: PersonView) -> Door:
        """A way to bring one's other chat in, so that both are one person."""
        code = new_code()
        until = self._clock.now() + INVITED_FOR
        await self._invitations.offer(hash_of(code), person.role, until, person.id)
        return self._doors.to(code)

    async def remove(self, member: PersonId, by: PersonView) -> PersonView:
        """Let somebody go; their buttons stop working at once."""
        leaving = await self._people.get(member)
        if not leaving.role.is_staff:
            raise NotFound("errors.team.not_a_member")
        if leaving.role is Role.OWNER:
            raise Refusal("errors.team.owner_stays")
        if by.role is not Role.OWNER:
            raise NotAllowed("errors.not_allowed")
        await self._people.set_role(member, Role.STRANGER)
        await self._note("team.removed", by.id, self._clock.now(), member=leaving.name or member)
        return leaving

    async def _note(self, deed: str, by: PersonId, now: datetime, **about: object) -> None:
        await self._audit.note(deed, by, now, details(**about))
