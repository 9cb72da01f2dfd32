"""Everything that the demo is, in one process and one folder, opened and closed in order."""

import errno
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic_settings import SettingsConfigDict

from bot.composition.demo.cast import BUSINESS, CAST, OWNER, OWNER_ID, phone_of
from bot.composition.demo.gateways import KEYS, Gateway, choose, settings_for
from bot.composition.demo.past import play
from bot.composition.demo.stage import Stage
from bot.composition.house import House
from bot.composition.schema import update
from bot.config import Settings
from bot.domain.calendar import DEFAULT_HOURS, Calendar
from bot.domain.clock import SystemClock
from bot.domain.phone import phone_key
from bot.sandbox import Sandbox
from bot.sandbox.ledger import Accepted
from bot.services.holidays import national_holidays

Language = Literal["pt_BR", "en", "es"]

LANGUAGES: dict[str, Language] = {"pt": "pt_BR", "en": "en", "es": "es"}
# Enough of the day is left to see something happen.
_AT_LEAST = timedelta(hours=1)


class Sealed(Settings):
    """Settings of the demo alone: what the operator has set is for the real house."""

    model_config = SettingsConfigDict(env_prefix="EMDIA_DEMO_", env_file=None)


class Show:
    """The house, the box, and one clock for both. ``moved`` is whether that clock is ahead."""

    def __init__(
        self,
        folder: Path,
        language: Language = "pt_BR",
        at: datetime | None = None,
        gateway: Gateway = "cloud",
    ) -> None:
        """``at``: as if it were then, for pictures and tests; otherwise it is now.

        ``gateway``: how clients are reached. A linked device has its code still to be scanned.
        """
        self._folder = folder
        self._at = at
        self._gateway = gateway
        self._language = language
        self._closing = AsyncExitStack()
        self.moved = False
        self.wanted_port_taken = False

    async def open(self, port: int = 0) -> None:
        """Returns when the page can be looked at. Another port is taken where this one is."""
        self.box = await self._unpack(port)
        choose(self.box, self._gateway)
        settings = self._settings(self.box)
        await update(settings)
        self.house = House(settings, SystemClock())
        self._closing.push_async_callback(self.house.close)
        calendar = Calendar(settings.timezone, DEFAULT_HOURS, national_holidays(settings.country))
        began = SystemClock().now()
        opens = opening(self._at or began, calendar)
        self.moved = opens > began
        stage = Stage(self.box, self.house, calendar)
        self._seat()
        await play(stage, calendar.today(opens))
        stage.go_to(opens + (SystemClock().now() - began))
        stage.end()
        self.box.on_clock_moved.append(self._clock_moved)
        await self.house.open()
        self.box.set_webhook(f"{self.house_url}/webhooks/whatsapp")
        self.box.telegram.people[OWNER_ID].says("/start")
        self._told = len(self.box.accepted())

    async def close(self) -> None:
        """Finish what is on its way, however far the opening had come."""
        await self._closing.aclose()

    @property
    def house_url(self) -> str:
        """Where the house listens."""
        return f"http://{self.house.settings.host}:{self.house.port}"

    async def messages(self) -> AsyncGenerator[Accepted]:
        """Every message that goes out from now on, until the box is closed."""
        news = self.box.news
        while not news.stopped:
            version = news.version
            accepted = self.box.accepted()
            for entry in accepted[self._told :]:
                await self._introduce(entry)
                yield entry
            self._told = len(accepted)
            await news.after(version, 1)

    def name_of(self, entry: Accepted) -> str:
        """Who gets a message."""
        if entry.channel == "telegram":
            return self.box.telegram.people[int(entry.to)].name
        return self.box.clients.person(entry.to).name

    async def _introduce(self, entry: Accepted) -> None:
        """Call somebody on the page what the house calls them, who was only a number."""
        if entry.channel != "whatsapp" or not self.name_of(entry).startswith("+"):
            return
        async with self.house.units.read() as unit:
            if known := await unit.clients.with_phone(phone_key(entry.to)):
                self.box.seed_client(entry.to, known[1])
                self.box.news.tell()

    async def _unpack(self, port: int) -> Sandbox:
        box = Sandbox(port=port, **KEYS)
        try:
            await box.start()
        except OSError as error:
            await box.stop()
            if port == 0 or error.errno != errno.EADDRINUSE:
                raise
            self.wanted_port_taken = True
            return await self._unpack(0)
        self._closing.push_async_callback(box.stop)
        return box

    def _settings(self, box: Sandbox) -> Settings:
        told: dict[str, Any] = {
            "data_dir": self._folder,
            "port": 0,
            "business_name": BUSINESS,
            "locale": self._language,
        }
        return Sealed(**told, **settings_for(box))

    def _seat(self) -> None:
        """Everybody has their phone; the owner has said hello to the bot long ago."""
        code = self._language.replace("_", "-").lower()
        self.box.seed_admin(OWNER_ID, OWNER, code).started = True
        for place, member in enumerate(CAST):
            person = self.box.seed_client(phone_of(place), member.name)
            person.reads_at_once = member.reads
            if member.trait:
                setattr(person, member.trait, True)

    def _clock_moved(self) -> None:
        self.house.clock.offset = self.box.clock.offset
        self.house.clock_moved()


def opening(now: datetime, calendar: Calendar) -> datetime:
    """Now, if reminders may go; else the next morning on which they may."""
    if calendar.allows(now) and calendar.allows(now + _AT_LEAST):
        return now
    return calendar.next_allowed(now + _AT_LEAST)
