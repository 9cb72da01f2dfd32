"""The outside world in a box: one server that is Telegram, WhatsApp, a clock and two phones."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from aiohttp import web

from bot.sandbox.control import Control
from bot.sandbox.evolution.account import EvolutionAccount
from bot.sandbox.evolution.routes import EvolutionApi
from bot.sandbox.evolution.world import Evolution
from bot.sandbox.ledger import Accepted
from bot.sandbox.pages import add_pages
from bot.sandbox.surroundings import surroundings
from bot.sandbox.telegram.person import TelegramPerson
from bot.sandbox.telegram.routes import BotApi
from bot.sandbox.telegram.world import Telegram
from bot.sandbox.whatsapp.account import Account
from bot.sandbox.whatsapp.person import WhatsAppPerson
from bot.sandbox.whatsapp.routes import CloudApi
from bot.sandbox.whatsapp.world import WhatsApp

_MOST_BYTES = 110 * 1024 * 1024
_SHUTDOWN_S = 0.5
_LOOK_EVERY_S = 0.02


class Sandbox:
    """Both networks on one loopback port. Nothing in it is real, and nothing leaves it."""

    def __init__(  # noqa: PLR0913 - what a business holds at two networks
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        whatsapp_token: str,
        app_secret: str,
        verify_token: str,
        phone_number_id: str,
        business_account_id: str,
        telegram_token: str,
        evolution_key: str = "evolution-key",
        webhook_url: str | None = None,
        zone: str = "America/Sao_Paulo",
    ) -> None:
        self._host, self._port, self.zone = host, port, zone
        around = surroundings()
        self.news, self.clock, self.faults = around.news, around.clock, around.faults
        self._around = around
        account = Account(
            phone_number_id, business_account_id, whatsapp_token, app_secret, verify_token
        )
        self.telegram = Telegram(telegram_token, around)
        self.whatsapp = WhatsApp(account, around)
        self.whatsapp.webhooks.url = webhook_url
        self.evolution = Evolution(EvolutionAccount(evolution_key), around)
        self.by_evolution = False
        """Whether the people on the right phone are reached by it, not by the Cloud API."""
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def start(self) -> None:
        """Listen; from now on ``url`` and what follows from it are known."""
        app = web.Application(client_max_size=_MOST_BYTES)
        BotApi(self.telegram).add_to(app)
        CloudApi(self.whatsapp).add_to(app)
        EvolutionApi(self.evolution).add_to(app)
        Control(self).add_to(app)
        add_pages(app)
        await self._around.courier.start()
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_S)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        self._port = int(self._runner.addresses[0][1])
        self.url = f"http://{self._host}:{self._port}"

    async def stop(self) -> None:
        """Stop listening; what was not delivered yet never will be."""
        self.news.stop()
        self._around.agenda.stop()
        await self._around.courier.stop()
        if self._runner:
            await self._runner.cleanup()
        self._runner = None

    @property
    def telegram_api_url(self) -> str:
        """Where the Bot API is: ``{this}/bot<token>/...`` and ``{this}/file/bot<token>/...``."""
        return f"{self.url}/telegram"

    @property
    def whatsapp_api_url(self) -> str:
        """Where the Graph API is: ``{this}/v25.0/<id>/messages``."""
        return f"{self.url}/whatsapp"

    @property
    def evolution_url(self) -> str:
        """Where the Evolution API server is: ``{this}/message/sendText/<instance>``."""
        return f"{self.url}/evolution"

    @property
    def clients(self) -> WhatsApp | Evolution:
        """The network that clients are on."""
        return self.evolution if self.by_evolution else self.whatsapp

    @property
    def clock_url(self) -> str:
        """Where other processes ask how far time was moved."""
        return f"{self.url}/sandbox/clock"

    @property
    def courier_idle(self) -> bool:
        """Whether every webhook has been taken."""
        return self._around.courier.idle

    @property
    def on_clock_moved(self) -> list[Callable[[], None]]:
        """What is called after each move of the clock."""
        return self.clock.on_moved

    def set_webhook(self, url: str | None) -> None:
        """Where WhatsApp's webhooks go; None is nowhere."""
        self.whatsapp.webhooks.url = url

    async def verify_webhook(self) -> bool:
        """Do WhatsApp's handshake with the address: whether it answers the challenge."""
        url = self.whatsapp.webhooks.url
        return url is not None and await self.whatsapp.webhooks.verify(url)

    def advance(self, **wait: float) -> None:
        """Move the clock ahead: ``advance(days=1, hours=2)``."""
        self.clock.advance(timedelta(**wait))

    def accepted(self, channel: str | None = None, opaque: str | None = None) -> list[Accepted]:
        """Every message a network said yes to, in order."""
        networks = (self.telegram, self.whatsapp, self.evolution)
        both = [entry for each in networks for entry in each.ledger.of(channel, opaque)]
        return sorted(both, key=lambda entry: entry.at)

    def seed_admin(self, person_id: int, name: str, language_code: str = "pt-br") -> TelegramPerson:
        """Somebody for the left phone."""
        return self.telegram.person(person_id, name, language_code)

    def seed_client(self, phone: str, name: str) -> WhatsAppPerson:
        """Somebody for the right phone."""
        return self.clients.person(phone, name)

    async def until(self, holds: Callable[[], bool], deadline_s: float = 5) -> None:
        """Wait until something came to hold: looked at after each change, and now and then."""
        now = asyncio.get_running_loop().time
        end = now() + deadline_s
        while not await self.news.until(holds, _LOOK_EVERY_S):
            if now() > end or self.news.stopped:
                raise TimeoutError(f"it did not come to hold within {deadline_s} s")
