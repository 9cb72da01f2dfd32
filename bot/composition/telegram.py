"""Open the chat on Telegram, if there is a token for it."""

import asyncio
import hashlib
import hmac
from collections.abc import Sequence
from functools import partial

import structlog

from bot.channels.telegram.answer import TapAnswers
from bot.channels.telegram.commands import introduce
from bot.channels.telegram.files import TelegramFiles
from bot.channels.telegram.line import close_bot, make_bot
from bot.channels.telegram.menus import Menu, Menus
from bot.channels.telegram.own import asking, username
from bot.channels.telegram.poll import Poller
from bot.channels.telegram.receive import Reader
from bot.channels.telegram.send import TelegramSender
from bot.channels.telegram.webhook import proof, set_webhook
from bot.composition.chats import Chat, KeepsUpdates, TroubleTold
from bot.config import Settings
from bot.domain.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.message import ChannelName
from bot.domain.text import t
from bot.handlers.commands import FOR_ALL, MENU
from bot.jobs.deliveries import ChannelIn
from bot.storage.unit_of_work import Units
from bot.web.parts import Hook
from bot.words import Catalogues

log = structlog.get_logger(__name__)

ME = ChannelName.TELEGRAM


class TelegramChat:
    """Everything Telegram needs, built once. ``username`` is known once it has been opened."""

    def __init__(self, settings: Settings, words: Catalogues, clock: Clock) -> None:
        assert settings.telegram_token is not None  # asked by the caller
        self._settings = settings
        self._words = words
        self._clock = clock
        self._token = settings.telegram_token.get_secret_value()
        self.bot = make_bot(self._token, settings.telegram_api_url)
        self.username = ""
        self.menus: Menus | None = None

    def chat(self, updates: KeepsUpdates, trouble: TroubleTold, units: Units) -> Chat:
        """The open chat."""
        menus = self.menus = self._new_menus(units)

        async def poll() -> None:
            async def told(reason: str) -> None:
                await trouble(ME, reason)

            poller = Poller(self.bot, updates.keep, told, await updates.cursor())
            await poller.run()

        async def listen() -> None:
            async with asyncio.TaskGroup() as both:
                both.create_task(poll())
                both.create_task(menus.follow())

        async def opened() -> bool:
            return await self._open(trouble)

        polling = self._settings.telegram_mode == "polling"
        return Chat(
            name=ME,
            sender=TelegramSender(self.bot, self._words, self._clock),
            way_in=ChannelIn(
                Reader(self._clock),
                TelegramFiles(self.bot).fetch,
                TapAnswers(self.bot).acknowledge,
            ),
            hooks={} if polling else {"telegram": Hook(ME, proof(self._secret))},
            opened=opened,
            loops=(listen,) if polling else (menus.follow,),
            close=self._close,
            well=self._is_well,
        )

    async def check(self) -> str:
        """The bot's name on Telegram; a refusal says what to mend."""
        return await username(self.bot)

    @property
    def _secret(self) -> str:
        """What proves a webhook: known to whoever holds our key, or else the token."""
        key = self._settings.secret_key
        ours = key.get_secret_value() if key else self._token
        return hmac.new(ours.encode(), b"telegram webhook", hashlib.sha256).hexdigest()

    async def _open(self, trouble: TroubleTold) -> bool:
        try:
            self.username = await self.check()
            await trouble(ME, "")  # what stopped us before the restart is mended
            async with asking():
                await self._dress()
                if self._settings.telegram_mode == "webhook":
                    url = f"{self._settings.public_url}/webhooks/telegram"
                    await set_webhook(self.bot, url, self._secret)
        except Refusal as refusal:
            await trouble(ME, refusal.key.removeprefix("reason."))
        except ConnectionError as error:
            # Names and menus are decoration: the chat works without them, and they come later.
            log.warning("telegram.not_dressed", why=str(error))
            return False
        return True

    def _new_menus(self, units: Units) -> Menus:
        async def staff() -> frozenset[int]:
            async with units.read() as unit:
                chats = await unit.people.chats_of_staff(ME)
            return frozenset(int(chat) for chat in chats if chat.isdecimal())

        whole, small = partial(self._menu, tuple(MENU)), partial(self._menu, FOR_ALL)
        return Menus(self.bot, staff, whole, small, self._settings.locale)

    def _menu(self, commands: Sequence[str]) -> Menu:
        return {
            language: [
                (MENU[command][language], self._words.say(t(f"menu.{command}"), language))
                for command in commands
            ]
            for language in self._words.languages
        }

    async def _dress(self) -> None:
        """The menu of commands and what the bot says it is, in every language."""
        languages = self._words.languages
        if self.menus:
            await self.menus.everybody()
        told = {
            language: (
                self._words.say(t("bot.description"), language),
                self._words.say(t("bot.about"), language),
            )
            for language in languages
        }
        await introduce(self.bot, told, self._settings.locale)

    async def _is_well(self) -> bool:
        """Whether the bot may speak."""
        try:
            await self.check()
        except (Refusal, ConnectionError):
            return False
        return True

    async def _close(self) -> None:
        await close_bot(self.bot)
