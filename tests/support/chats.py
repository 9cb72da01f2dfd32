"""Somebody who writes and taps, answered by the real reception; what they see, in keys."""

import itertools
from collections.abc import Sequence

import sqlalchemy as sa

from bot.composition.entrance import new_reception
from bot.composition.premises import Premises
from bot.domain.ids import FileId, PersonId
from bot.domain.message import Button, ChannelName, Incoming, IncomingFile, Outgoing
from bot.services.team import Doors
from bot.storage.files import Files
from bot.storage.tables import addresses, outbox
from bot.storage.unit_of_work import Units
from bot.storage.wire import unpack
from bot.words import Catalogues
from tests.support.till import Till

WORDS = Catalogues()
_MESSAGES = itertools.count(1)


class Chat:
    """One person's chat; ``screens`` are the answers to the last thing they did."""

    def __init__(self, till: Till, person: PersonId, channel: ChannelName, sender: str) -> None:
        self._till = till
        self._person = person
        self._channel = channel
        self._sender = sender
        premises = Premises(till.clock, WORDS, Doors(), (channel,))
        self._reception = new_reception(Units(till.engines, till.clock), premises)
        self.screens: Sequence[Outgoing] = ()

    @classmethod
    async def of(cls, till: Till, person: PersonId) -> "Chat":
        """The chat of somebody we know."""
        (row,) = await till.rows(sa.select(addresses).where(addresses.c.person_id == person))
        return cls(till, person, ChannelName(row.channel), row.send_to)

    @property
    def sees(self) -> list[str]:
        """The keys of the sentences of the last answer, of all its messages."""
        return [text.key for screen in self.screens for text in screen.body]

    @property
    def choices(self) -> list[str]:
        """The buttons of the last answer, as they read."""
        return [self.read(button) for screen in self.screens for button in screen.buttons]

    @property
    def words(self) -> str:
        """The last answer as it reads."""
        return "\n".join(
            WORDS.say(text, "pt_BR") for screen in self.screens for text in screen.body
        )

    def read(self, button: Button) -> str:
        return WORDS.say(button.label, "pt_BR")

    async def says(self, text: str) -> list[str]:
        """They write."""
        return await self._does(text=text)

    async def sends(self, content: bytes, mime: str, text: str = "") -> list[str]:
        """They send a file."""
        async with self._till.engines.writer.begin() as connection:
            number = await Files(connection, self._till.clock).put("sent", mime, content)
        return await self._does(text=text, file=IncomingFile("1", mime, "sent"), file_id=number)

    async def speaks(self) -> list[str]:
        """They send what nobody can read."""
        return await self._does(unsupported=True)

    async def taps(self, label: str) -> list[str]:
        """They tap a button of the last answer by the key, or the words, of its label."""
        tokens = [
            button.token
            for screen in self.screens
            for button in screen.buttons
            if label in {button.label.key, self.read(button)}
        ]
        return await self._does(token=tokens[0])

    async def told(self, purpose: str) -> list[str]:
        """They look at the newest notice of a purpose; its buttons may then be tapped."""
        query = sa.select(outbox.c.payload).where(
            outbox.c.person_id == self._person, outbox.c.purpose == purpose
        )
        (row,) = await self._till.rows(query.order_by(outbox.c.id.desc()).limit(1))
        self.screens = (unpack(row.payload),)
        return self.sees

    async def _does(
        self,
        text: str = "",
        *,
        token: str | None = None,
        file: IncomingFile | None = None,
        file_id: FileId | None = None,
        unsupported: bool = False,
    ) -> list[str]:
        seen = sa.select(sa.func.coalesce(sa.func.max(outbox.c.id), 0).label("last"))
        ((last,),) = await self._till.rows(seen)
        incoming = Incoming(
            channel=self._channel,
            sender=self._sender,
            message_id=f"m{next(_MESSAGES)}",
            at=self._till.clock.now(),
            text=text,
            token=token,
            file=file,
            file_id=file_id,
            unsupported=unsupported,
        )
        await self._reception.answer(incoming)
        answers = sa.select(outbox.c.payload).where(
            outbox.c.id > last, outbox.c.kind == "screen", outbox.c.person_id == self._person
        )
        rows = await self._till.rows(answers.order_by(outbox.c.id))
        self.screens = tuple(unpack(row.payload) for row in rows)
        return self.sees
