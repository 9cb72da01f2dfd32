"""The whole house: the store, the chats, the web, the work; opened and closed in order."""

import asyncio
from collections.abc import Sequence
from functools import partial

import structlog
from aiohttp import web

from bot.composition.api import new_api
from bot.composition.backups import new_backups
from bot.composition.chats import Chat
from bot.composition.entrance import new_intake
from bot.composition.evolution import EvolutionChat, is_linked
from bot.composition.first_day import first_day
from bot.composition.front import new_front
from bot.composition.health import Health
from bot.composition.limits import new_limiter
from bot.composition.linking import new_link_round
from bot.composition.loops import Loops
from bot.composition.moved_clock import first_offset, follow
from bot.composition.other_ticks import other_ticks
from bot.composition.premises import new_premises
from bot.composition.probes import new_probes
from bot.composition.rule_pushes import new_rule_pushes
from bot.composition.sampling import new_sampler
from bot.composition.telegram import TelegramChat
from bot.composition.telling import Telling
from bot.composition.whatsapp import WhatsAppChat
from bot.composition.work import new_rooms, new_ticks, new_worker
from bot.config import Settings
from bot.domain.clock import SystemClock
from bot.domain.errors import Refusal
from bot.domain.message import ChannelName
from bot.jobs.crew import Crew, OneProcess, OnlyOne
from bot.jobs.number_watch import NumberWatch
from bot.services.team import Doors
from bot.storage.cache_redis import new_cache
from bot.storage.engine import make_engines
from bot.storage.pace_redis import PaceServer
from bot.storage.presence import presence_on
from bot.storage.raw_inbox import RawInbox
from bot.storage.taking_in import PolledUpdates, TakingIn
from bot.storage.unit_of_work import Units
from bot.web.app import Server
from bot.words import Catalogues

log = structlog.get_logger(__name__)

_ASK_AGAIN_S = 60


class House:
    """Everything that runs in one process.

    ``code`` makes its bringer the owner, while there is none; ``port`` is the web's, once open.
    """

    def __init__(
        self, settings: Settings, clock: SystemClock, more_chats: Sequence[Chat] = ()
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.words = Catalogues(zone=settings.timezone)
        self._engines = make_engines(settings.database_url)
        self._pace_server = PaceServer(settings.redis_url) if settings.redis_url else None
        self.units = Units(self._engines, clock, new_cache(clock, self._pace_server))
        self.telling = Telling(self.units, clock)
        self.telegram = TelegramChat(settings, self.words, clock) if settings.telegram_on else None
        cloud = settings.whatsapp_gateway == "cloud" and settings.whatsapp_on
        self.whatsapp = WhatsAppChat(settings, self.words, clock) if cloud else None
        linked = EvolutionChat(settings, self.words, clock) if is_linked(settings) else None
        self.evolution = linked
        self._number = next((c.number for c in (self.whatsapp, self.evolution) if c), None)
        self.chats = [*self._chats(), *more_chats]
        limiter = new_limiter(settings, clock, self._pace_server)
        self.premises = new_premises(settings, clock, self.words, self.chats, limiter)
        self.code: str | None = None
        self.port = 0
        self._taking_in = TakingIn(self.units, clock)
        self._presence = presence_on(settings.database_url, self._heard)
        self._crew: Crew = self._presence or OneProcess()
        self._only = OnlyOne()
        rooms = new_rooms(self.units, self.premises)
        self.worker = new_worker(
            rooms, self.premises, self.chats, settings, self._crew, self._pace_server, self._only
        )
        ways_in = {str(chat.name): chat.way_in for chat in self.chats}
        self.intake = new_intake(self.units, self.premises, ways_in, self.worker.nudge, self._crew)
        self.raw_inbox = RawInbox(self._engines.writer, clock, self.intake.nudge)
        redis = self._pace_server.answers if self._pace_server else None
        probes = new_probes(settings, self.units, redis)
        self.health = Health(self.units, self.premises, redis, probes)
        self.ticks = new_ticks(
            rooms,
            self.whatsapp.templates if self.whatsapp else None,
            self._number,
            {chat.name: chat.well for chat in self.chats if chat.well},
            self._taking_in.forget,
            self.worker.nudge,
            self._crew,
            new_backups(settings, self._engines, self.units, self.premises),
            other_ticks(
                new_rule_pushes(settings, self.units, self.premises),
                new_link_round(self.evolution, self.units, self.premises),
                NumberWatch(rooms, self.evolution.link) if self.evolution else None,
            ),
        )
        self.sampler = new_sampler(self.units, self.premises, probes, self.ticks, settings)
        self._loops = Loops()
        self._server: Server | None = None

    def _chats(self) -> list[Chat]:
        chats = []
        if self.telegram:
            updates = PolledUpdates(self.units, self.clock, ChannelName.TELEGRAM, self._heard)
            chats.append(self.telegram.chat(updates, self.telling.trouble, self.units))
        if self.whatsapp:
            chats.append(self.whatsapp.chat(self.telling.trouble, self.telling.limit))
        if self.evolution:
            chats.append(self.evolution.chat(self.telling))
        return chats

    async def open(self, *, web: bool = True, worker: bool = True) -> None:
        """Take in, or work, or both; returns when everything listens."""
        url = self.settings.clock_url
        if url:
            await first_offset(self.clock, url)
            self._loops.start("clock", lambda: follow(self.clock, url, self.clock_moved))
        # One process gives the code: another one's would take its place.
        self.code = await first_day(self.units, self.premises, self.settings, with_code=web)
        if web:
            await self._listen()
        if worker:
            if self._presence:
                self._loops.start("presence", self._presence.run)
            if self.premises.careful:
                hold = partial(self._crew.alone, "the number", self._only.hold)
                self._loops.start("the number", hold)
            self._loops.start("intake", self.intake.run)
            self._loops.start("worker", self.worker.run)
            self.ticks.start()
            for chat in self.chats:
                for loop in chat.loops:
                    alone = partial(self._crew.alone, f"loop {chat.name}", loop)
                    self._loops.start(chat.name, alone)
        self._loops.start("samples", self.sampler.run)
        for chat in self.chats:
            self._loops.start(f"open {chat.name}", partial(self._open, chat))

    async def close(self) -> None:
        """Stop taking in, finish what is on its way, then let go of everything."""
        if self._server:
            await self._server.stop()
        await self.ticks.stop()
        await self._loops.stop()
        for chat in self.chats:
            await chat.close()
        if self._pace_server:
            await self._pace_server.close()
        await self._engines.dispose()
        log.info("house.closed")

    async def _listen(self) -> None:
        host, port = self.settings.host, self.settings.port
        self._server = Server(self._application(), host, port)
        try:
            self.port = await self._server.start()
        except OSError as error:
            raise Refusal("program.port_taken", host=host, port=str(port)) from error
        if self.evolution:
            self.evolution.port = self.port

    def clock_moved(self) -> None:
        """Time jumped: what is due now is not waited for."""
        self.ticks.all_at_once()
        self.intake.nudge()
        self.worker.nudge()

    def _heard(self) -> None:
        self.intake.nudge()

    async def _open(self, chat: Chat) -> None:
        while True:
            if await chat.opened():
                break
            await asyncio.sleep(_ASK_AGAIN_S)
        self.premises.doors = Doors(
            self.telegram.username if self.telegram else "",
            next((chat.phone for chat in (self.whatsapp, self.evolution) if chat), ""),
        )

    def _application(self) -> web.Application:
        doors = (self._number, self.evolution, self.worker.nudge)
        api = new_api(self.units, self.premises, self.settings, *doors)
        parts = (self.chats, self.raw_inbox.keep, self.health, api)
        return new_front(self.settings, self.words, *parts)
