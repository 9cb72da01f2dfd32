"""The WhatsApp channel wired to a box, with the real words and the real client."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bot.channels.whatsapp.client import CloudClient
from bot.channels.whatsapp.receive import Reader
from bot.channels.whatsapp.send import WhatsAppSender
from bot.channels.whatsapp.templates import TemplateGateway
from bot.domain.delivery import Report
from bot.domain.message import (
    Address,
    Button,
    ChannelName,
    Incoming,
    Outgoing,
    Parcel,
    Received,
    TemplateUse,
)
from bot.domain.money import Money
from bot.domain.text import plain
from bot.sandbox import Sandbox
from bot.sandbox.whatsapp.person import WhatsAppPerson
from bot.words import Catalogues
from tests.support.boxes import (
    ACCOUNT_ID,
    PHONE_ID,
    WHATSAPP_TOKEN,
    Listener,
    listening,
    new_sandbox,
)
from tests.support.cloud_witness import cloud_witness
from tests.support.waiting import until

ANA = "+5511987650001"
WORDS = Catalogues()


@dataclass
class Cloud:
    """A box, our channel on it, and everything its webhooks brought."""

    box: Sandbox
    client: CloudClient
    sender: WhatsAppSender
    gateway: TemplateGateway
    listener: Listener

    @property
    def ana(self) -> WhatsAppPerson:
        """A client with a phone."""
        return self.box.seed_client(ANA, "Ana")

    def received(self) -> list[Received]:
        """Every webhook so far, read as we read them."""
        return [Reader(PHONE_ID).read(raw) for raw in self.listener.raw]

    def incomings(self) -> list[Incoming]:
        """What people did."""
        return [incoming for got in self.received() for incoming in got.incomings]

    def reports(self) -> list[Report]:
        """What became of our messages."""
        return [report for got in self.received() for report in got.reports]

    async def heard(self, count: int = 1) -> Incoming:
        """The newest thing somebody did, once so many have come."""
        await until(lambda: len(self.incomings()) >= count)
        return self.incomings()[-1]

    async def brought_by(self, label: str) -> str | None:
        """What comes back when Ana taps the newest button with these words."""
        before = len(self.incomings())
        self.ana.taps(label)
        return (await self.heard(before + 1)).token

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait for it."""
        await until(condition)

    def sent(self) -> int:
        """How many messages the network took."""
        return len(self.box.accepted("whatsapp"))


def a_client(box: Sandbox, token: str = WHATSAPP_TOKEN, phone_id: str = PHONE_ID) -> CloudClient:
    """A client of the box's API."""
    return CloudClient(box.whatsapp_api_url, "v25.0", token, phone_id, ACCOUNT_ID)


@asynccontextmanager
async def a_cloud() -> AsyncIterator[Cloud]:
    """The box, up while inside."""
    async with listening() as listener:
        box = new_sandbox()
        witness = cloud_witness(box.whatsapp)
        await box.start()
        box.set_webhook(listener.url)
        client = a_client(box)
        sender = WhatsAppSender(client, WORDS, box.clock)
        try:
            yield Cloud(box, client, sender, TemplateGateway(client, WORDS), listener)
            witness.is_content()
        finally:
            await client.close()
            await box.stop()


def a_letter(
    *labels: str, body: str = "Oi", blob: bytes | None = None, to: str = ANA, **more: Any
) -> Parcel:
    """A message to a client with these choices; their tokens are tok1, tok2..."""
    buttons = tuple(Button(plain(label), f"tok{n}") for n, label in enumerate(labels, start=1))
    about: dict[str, Any] = {
        name: more.pop(name) for name in ("window_open", "opaque") if name in more
    }
    outgoing = Outgoing((plain(body),), buttons, **more)
    parcel: dict[str, Any] = {"language": "pt_BR", "opaque": "o-1", "blob": blob, **about}
    return Parcel(Address(ChannelName.WHATSAPP, to), outgoing, **parcel)


def a_reminder(**more: Any) -> Parcel:
    """A notice outside the window, with the buttons of a reminder."""
    params = {"name": "Ana", "business": "Academia Sol", "amount": Money(12_000), "due": "hoje"}
    use = TemplateUse("reminder_late", params | more.pop("params", {}))
    details: dict[str, Any] = {"window_open": False, "template": use} | more
    return a_letter("Já paguei", "Ver Pix", "Parar avisos", **details)
