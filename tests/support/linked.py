"""A linked device wired to a box, with the real words and the real client; and one without ours."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.channels.evolution.client import EvolutionClient
from bot.channels.evolution.files import EvolutionFiles
from bot.channels.evolution.link import Link
from bot.channels.evolution.receive import Reader
from bot.channels.evolution.send import EvolutionSender
from bot.domain.delivery import Report
from bot.domain.message import Incoming, Received
from bot.sandbox import Sandbox
from bot.sandbox.evolution.person import EvolutionPerson
from tests.support.boxes import (
    EVOLUTION_KEY,
    EVOLUTION_SECRET,
    INSTANCE,
    Listener,
    listening,
    new_sandbox,
)
from tests.support.cloud import ANA, WORDS
from tests.support.waiting import until


@dataclass
class Linked:
    """A box, our channel on it, and everything its webhooks brought."""

    box: Sandbox
    client: EvolutionClient
    sender: EvolutionSender
    link: Link
    files: EvolutionFiles
    listener: Listener

    @property
    def ana(self) -> EvolutionPerson:
        """A client with a phone."""
        return self.box.evolution.person(ANA, "Ana")

    def received(self) -> list[Received]:
        """Every event so far, read as we read them."""
        reader = Reader(INSTANCE, self.box.clock)
        return [reader.read(raw) for raw in self.listener.raw]

    def incomings(self) -> list[Incoming]:
        """What people did."""
        return [incoming for got in self.received() for incoming in got.incomings]

    def reports(self) -> list[Report]:
        """What became of our messages."""
        return [report for got in self.received() for report in got.reports]

    def events(self, name: str) -> list[dict[str, Any]]:
        """What the events of one kind told."""
        return [body["data"] for body in self.listener.bodies if body["event"] == name]

    async def heard(self, count: int = 1) -> Incoming:
        """The newest thing somebody did, once so many have come."""
        await until(lambda: len(self.incomings()) >= count)
        return self.incomings()[-1]


@asynccontextmanager
async def a_linked_device(*, scanned: bool = True) -> AsyncIterator[Linked]:
    """The box, up while inside; its device is linked unless nobody has scanned yet."""
    async with listening() as listener:
        box = new_sandbox()
        await box.start()
        if scanned:
            headers = {"X-EmDia-Key": EVOLUTION_SECRET}
            box.evolution.ready(INSTANCE, listener.url, **headers)
            await until(lambda: box.courier_idle)
            listener.raw.clear()
            listener.bodies.clear()
        client = EvolutionClient(box.evolution_url, EVOLUTION_KEY, INSTANCE)
        link = Link(client, box.clock)
        sender = EvolutionSender(client, WORDS, box.clock)
        try:
            yield Linked(box, client, sender, link, EvolutionFiles(client), listener)
        finally:
            await client.close()
            await box.stop()


class PlainClient:
    """The server as any program calls it, without any code of ours in between."""

    def __init__(self, box: Sandbox, session: aiohttp.ClientSession) -> None:
        self._base = box.evolution_url
        self.session = session

    async def call(
        self, verb: str, path: str, key: str = EVOLUTION_KEY, **options: Any
    ) -> tuple[int, Any]:
        """Status and body of one call."""
        url = f"{self._base}/{path}"
        headers = {"apikey": key}
        async with self.session.request(verb, url, headers=headers, **options) as answer:
            return answer.status, await answer.json()

    async def send(self, what: str, **body: Any) -> tuple[int, Any]:
        """Send one message to Ana."""
        path = f"message/send{what}/{INSTANCE}"
        return await self.call("POST", path, json={"number": ANA[1:]} | body)

    async def text(self, words: str = "Oi", **more: Any) -> tuple[int, Any]:
        """Send a text."""
        return await self.send("Text", text=words, **more)
