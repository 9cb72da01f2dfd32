"""The way in from WhatsApp's own bytes: signed, kept, understood, answered; over a real store."""

import json
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from bot.channels.whatsapp.receive import Reader
from bot.composition.entrance import new_intake, new_reception
from bot.composition.premises import Premises
from bot.domain.errors import Refusal
from bot.domain.ids import ClientId, PersonId
from bot.domain.message import Address, Button, ChannelName, Incoming, IncomingFile, Outgoing
from bot.domain.role import Role
from bot.jobs.crew import OneProcess
from bot.jobs.deliveries import ChannelIn
from bot.services.ports.people import Caller
from bot.services.team import Doors
from bot.storage.raw_inbox import RawInbox
from bot.storage.tables import outbox
from bot.storage.unit_of_work import Units
from bot.storage.wire import unpack
from tests.support.books import Books, a_client, words
from tests.support.boxes import PHONE_ID
from tests.support.cloud_schemas import WEBHOOK

WHATSAPP, TELEGRAM = ChannelName.WHATSAPP, ChannelName.TELEGRAM
ANA = "5511987650001"
ANAS_ID = "BR.77001122"
_FILES = frozenset(("image", "document", "audio", "video", "sticker"))


@dataclass
class Seen:
    """What somebody sees: keys, their words in Portuguese, buttons, files."""

    out: list[Outgoing]

    @property
    def keys(self) -> list[str]:
        return [line.key for out in self.out for line in out.body]

    @property
    def reads(self) -> str:
        return "\n".join(words().say(line, "pt_BR") for out in self.out for line in out.body)

    @property
    def buttons(self) -> list[Button]:
        return [button for out in self.out for button in out.buttons]

    @property
    def files(self) -> list[tuple[str, str]]:
        held = (out.attachment for out in self.out)
        return [(each.name, each.mime) for each in held if each]


@dataclass
class Doorway:
    """A house with an owner on Telegram and Ana, who is billed, on WhatsApp."""

    books: Books
    files: dict[str, bytes] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)
    client: ClientId = field(init=False)
    ana: PersonId = field(init=False)
    owner: PersonId = field(init=False)
    _count: int = 0
    _shown: int = 0

    async def begin(self) -> None:
        await self.books.begin()
        self.owner = await self.member("7001", TELEGRAM)
        card = await self.books.add(a_client("Ana Souza", "11 98765-0001"))
        self.client, self.ana = card.id, card.person_id
        units = Units(self.books.engines, self.books.clock)
        premises = Premises(
            self.books.clock, words(), Doors("the_bot"), frozenset({WHATSAPP, TELEGRAM})
        )
        channels: dict[str, ChannelIn] = {WHATSAPP: ChannelIn(Reader(PHONE_ID), self._fetch)}
        self._intake = new_intake(units, premises, channels, lambda: None, OneProcess())
        self._reception = new_reception(units, premises)
        self._inbox = RawInbox(self.books.engines.writer, self.books.clock, lambda: None)

    async def member(self, sender: str, channel: ChannelName) -> PersonId:
        """Somebody of the house."""
        async with self.books.open() as shop:
            caller = Caller(Address(channel, sender), "Rita", "pt_BR")
            person = await shop.unit.people.calling(caller, self.books.clock.now())
            await shop.unit.people.set_role(person.id, Role.OWNER)
        return person.id

    async def _fetch(self, file: IncomingFile) -> bytes:
        self.fetched.append(file.remote_id)
        if file.remote_id not in self.files:
            raise Refusal("whatsapp.file_gone")
        return self.files[file.remote_id]

    def message(self, **about: Any) -> dict[str, Any]:
        """A message of Ana's, newly numbered; what is given as none is left out."""
        self._count += 1
        stamp = str(int(self.books.clock.now().timestamp()))
        for kind in _FILES & about.keys():
            about[kind] = {"sha256": "c2hh", **about[kind]}
        usual = {"from": ANA, "id": f"wamid.{self._count}", "timestamp": stamp}
        return {name: value for name, value in (usual | about).items() if value is not None}

    async def hears(self, *messages: dict[str, Any], field_: str = "messages", **value: Any) -> str:
        """A webhook comes in and is understood; the last message's id."""
        metadata = {"display_phone_number": "5511940000000", "phone_number_id": PHONE_ID}
        told = {"messaging_product": "whatsapp", "metadata": metadata} | value
        if messages:
            contact = {"profile": {"name": "Aninha"}, "wa_id": ANA, "user_id": ANAS_ID}
            told = {"contacts": [contact], "messages": list(messages)} | told
        entry: dict[str, Any] = {"id": "9009", "changes": [{"field": field_, "value": told}]}
        entry |= {} if field_ == "messages" else {"time": int(self.books.clock.now().timestamp())}
        body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
        WEBHOOK.validate_json(body)  # as it is published, or it proves nothing
        self._shown = await self._newest()
        await self._inbox.keep(WHATSAPP, body)
        while await self._intake.once():
            pass
        return str(messages[-1]["id"]) if messages else ""

    async def ana_does(self, **about: Any) -> str:
        """Ana sends one message; its id."""
        return await self.hears(self.message(**about))

    async def tapped(self, token: str) -> None:
        """The owner taps, on Telegram."""
        await self._on_telegram("7001", token=token)

    async def tapped_by(self, sender: str, token: str) -> None:
        """Somebody taps, on Telegram."""
        await self._on_telegram(sender, token=token)

    async def on_telegram(self, sender: str, text: str) -> None:
        """Somebody writes there."""
        await self._on_telegram(sender, text=text)

    async def _on_telegram(self, sender: str, text: str = "", token: str | None = None) -> None:
        self._shown = await self._newest()
        self._count += 1
        at = self.books.clock.now()
        incoming = Incoming(TELEGRAM, sender, f"u{self._count}", at, text=text, token=token)
        assert await self._reception.answer(incoming)

    async def says(self, text: str, **about: Any) -> str:
        """Ana writes something."""
        return await self.ana_does(type="text", text={"body": text}, **about)

    async def sees(self, person: PersonId) -> Seen:
        """What the last webhook made for somebody, in order."""
        query = sa.select(outbox.c.payload).where(
            outbox.c.person_id == person, outbox.c.id > self._shown
        )
        async with self.books.engines.reader.connect() as connection:
            packed = (await connection.execute(query.order_by(outbox.c.id))).scalars()
            return Seen([unpack(one) for one in packed])

    async def someone_sees(self, address: str) -> Seen:
        """The same, for whoever is reached there."""
        query = sa.select(outbox.c.payload).where(
            outbox.c.send_to == address, outbox.c.id > self._shown
        )
        async with self.books.engines.reader.connect() as connection:
            packed = (await connection.execute(query.order_by(outbox.c.id))).scalars()
            return Seen([unpack(one) for one in packed])

    async def _newest(self) -> int:
        async with self.books.engines.reader.connect() as connection:
            query = sa.select(sa.func.coalesce(sa.func.max(outbox.c.id), 0))
            return int((await connection.execute(query)).scalar_one())
