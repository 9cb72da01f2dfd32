"""Who somebody is to the house, whichever chat they are in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from bot.domain.ids import ClientId, PersonId
from bot.domain.message import Address, ChannelName
from bot.domain.names import profile_name
from bot.domain.role import Role


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody who wrote to us or is written to; ``client_id`` if they are billed here.

    ``in_doubt``: who they could be, where what the channel calls them leads to several.
    """

    id: PersonId
    name: str
    role: Role
    language: str
    client_id: ClientId | None = None
    in_doubt: tuple[PersonId, ...] = ()

    def could_be(self, several: Iterable[PersonId]) -> "PersonView":
        """The same, and who of those we know they may be."""
        return replace(self, in_doubt=tuple(several))


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a message came from, as the channel tells it; a name may hold anything till here.

    ``at`` is when they wrote, as the channel dates it; none: now.
    """

    address: Address
    name: str
    language: str
    aliases: tuple[str, ...] = ()
    at: datetime | None = None

    def __post_init__(self) -> None:
        """No road leads around it: whoever calls is a Caller first."""
        object.__setattr__(self, "name", profile_name(self.name))


@dataclass(frozen=True, slots=True)
class AddressView:
    """One chat in which somebody is reached."""

    address: Address
    last_inbound_at: datetime | None
    unreachable: bool


class People(Protocol):
    """Everybody we know, and where each is reached."""

    async def calling(self, caller: Caller, now: datetime) -> PersonView:
        """Whoever writes from there; somebody new becomes a stranger."""
        ...

    async def get(self, person: PersonId) -> PersonView:
        """Somebody by number; ``NotFound`` if there is none."""
        ...

    async def known(self, address: Address) -> PersonView | None:
        """Whose address it is; none if nobody ever wrote from there. Opens no window."""
        ...

    async def renamed(self, channel: ChannelName, old: str, new: str) -> None:
        """The network calls the same account otherwise from now on."""
        ...

    async def unreachable(self, gone: Iterable[Address], why: str, now: datetime) -> None:
        """Write nothing more to these until they write to us."""
        ...

    async def take_over(self, stranger: PersonId, to: PersonId) -> bool:
        """Give all chats of a stranger's to somebody; no if there are none any more."""
        ...

    async def hold(self, person: PersonId) -> None:
        """Let nobody else change who they are until the transaction ends."""
        ...

    async def of_client(self, client: ClientId) -> PersonId:
        """The person behind a client."""
        ...

    async def staff(self) -> Sequence[PersonView]:
        """Everyone of the house, the owner first."""
        ...

    async def addresses(self, person: PersonId) -> Sequence[AddressView]:
        """Where they are reached, the chat they last wrote in first."""
        ...

    async def rename(self, person: PersonId, name: str) -> None:
        """Call them otherwise."""
        ...

    async def speak(self, person: PersonId, language: str) -> None:
        """Answer them in another language from now on."""
        ...

    async def set_role(self, person: PersonId, role: Role) -> None:
        """Let them into the house, or out of it."""
        ...

    async def join(self, person: PersonId, channel: ChannelName, key: str) -> None:
        """Make a chat theirs that was a stranger's until now."""
        ...
