"""A chat with the house as a transcript: what somebody says and taps, and what they then see."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from bot.composition.entrance import new_reception
from bot.composition.premises import Premises
from bot.domain.ids import FileId, PersonId
from bot.domain.message import Address, Attachment, Button, ChannelName, Incoming, Outgoing
from bot.domain.role import Role
from bot.domain.text import Text
from bot.resilience.limiter import Limiter
from bot.services.ports.people import Caller
from bot.services.team import Doors
from bot.storage.tables import outbox
from bot.storage.unit_of_work import Units
from bot.storage.wire import unpack
from tests.support.books import Books, words

_MESSAGES = itertools.count(1)  # no two of anybody's are the same


@dataclass
class Talk:
    """One person's chat. Every message goes through the reception, as from a real channel."""

    books: Books
    sender: str = "7001"
    channel: ChannelName = ChannelName.TELEGRAM
    limiter: Limiter | None = None
    aliases: tuple[str, ...] = ()  # what else their network calls them
    lines: list[Text] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    attachment: Attachment | None = None

    async def join(self, role: Role) -> PersonId:
        """Belong to the house."""
        async with self.books.open() as shop:
            caller = Caller(Address(self.channel, self.sender), "Rita", "pt_BR")
            person = await shop.unit.people.calling(caller, self._now)
            await shop.unit.people.set_role(person.id, role)
        return person.id

    async def says(self, *texts: str) -> None:
        for text in texts:
            await self._send(self._incoming(text=text))

    async def sends(self, content: bytes, name: str = "clientes.csv") -> FileId:
        file = await self.books.file(content, name)
        await self._send(self._incoming(file_id=file))
        return file

    async def taps(self, label: str, place: int = 0) -> None:
        """Tap the button with this key, or with these words of a person; of several, the nth."""
        fitting = [button for button in self.buttons if label in _names(button.label)]
        assert fitting, f"no {label!r} among {[_names(button.label)[0] for button in self.buttons]}"
        await self._send(self._incoming(token=fitting[place].token))

    @property
    def sees(self) -> Sequence[str]:
        """The keys of the last screen's sentences."""
        return [line.key for line in self.lines]

    @property
    def offered(self) -> Sequence[str]:
        """The buttons: keys, or the words of persons."""
        return [_names(button.label)[0] for button in self.buttons]

    @property
    def hints(self) -> Sequence[str]:
        """What stands beside the buttons, in Portuguese."""
        return [words().say(button.hint, "pt_BR") for button in self.buttons if button.hint]

    @property
    def reads(self) -> str:
        """The last screen in Portuguese."""
        return "\n".join(words().say(line, "pt_BR") for line in self.lines)

    @property
    def _now(self) -> datetime:
        return self.books.clock.now()

    def _incoming(
        self, *, text: str = "", token: str | None = None, file_id: FileId | None = None
    ) -> Incoming:
        return Incoming(
            channel=self.channel,
            sender=self.sender,
            message_id=f"m{next(_MESSAGES)}",
            at=self._now,
            text=text,
            token=token,
            file_id=file_id,
            language="pt_BR",
            aliases=self.aliases,
        )

    async def _send(self, incoming: Incoming) -> None:
        premises = Premises(
            self.books.clock, words(), Doors(), frozenset({self.channel, ChannelName.WHATSAPP})
        )
        if self.limiter:
            premises.limiter = self.limiter
        # A reception of its own each time: nothing is remembered but in the database.
        reception = new_reception(Units(self.books.engines, self.books.clock), premises)
        before = await self._rows()
        assert await reception.answer(incoming)
        shown = (await self._rows())[len(before) :]
        self.lines = [line for out in shown for line in out.body]
        self.buttons = [button for out in shown for button in out.buttons]
        self.attachment = next((out.attachment for out in shown if out.attachment), None)

    async def sees_notice(self, purpose: str) -> None:
        """Look at the newest notice of a purpose; its buttons may then be tapped."""
        query = sa.select(outbox.c.payload).where(
            outbox.c.send_to == self.sender, outbox.c.purpose == purpose
        )
        async with self.books.engines.reader.connect() as connection:
            newest = query.order_by(outbox.c.id.desc()).limit(1)
            out = unpack((await connection.execute(newest)).scalar_one())
        self.lines, self.buttons = list(out.body), list(out.buttons)

    async def _rows(self) -> list[Outgoing]:
        query = sa.select(outbox.c.payload).where(
            outbox.c.send_to == self.sender, outbox.c.kind == "screen"
        )
        async with self.books.engines.reader.connect() as connection:
            packed = (await connection.execute(query.order_by(outbox.c.id))).scalars()
            return [unpack(one) for one in packed]


def _names(label: Text) -> list[str]:
    """What a button may be called by: a person's words, or its key and the words it says."""
    if label.key == "plain":
        return [str(label.params["words"])]
    return [label.key, words().say(label, "pt_BR")]
