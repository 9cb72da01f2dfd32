"""``emdia setup``: ask for the tokens, try each with its service, write ``.env``."""

import os
import secrets
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import typer

from bot.cli.voice import Voice, is_watched, run
from bot.composition.env_file import change
from bot.composition.first_setup import (
    connect_whatsapp,
    telegram_name,
    whatsapp_number,
    whatsapp_token,
)
from bot.config import PREFIX, Settings, SettingsWrong
from bot.domain.errors import Refusal
from bot.domain.text import Text, plain, t

_FILE = Path(".env")
_SECRETS = {"telegram_token", "whatsapp_token", "whatsapp_app_secret"}
_WHATSAPP_IDS = ("whatsapp_phone_number_id", "whatsapp_business_account_id")


def setup() -> None:
    """Ask for tokens, check each with its service, write .env, connect WhatsApp."""
    settings = Settings.load()
    voice = Voice(settings)
    with voice.telling():
        if not is_watched((sys.stdin, sys.stdout)):
            raise Refusal("setup.no_terminal")
        run(settings, _Setup(settings, voice).run())


class _Setup:
    """One round of questions. What was said and proved right is in ``answers``, by setting."""

    def __init__(self, settings: Settings, voice: Voice) -> None:
        self._settings = settings
        self._voice = voice
        self._answers: dict[str, str] = {}

    async def run(self) -> None:
        """Ask, write, connect, and say what comes next."""
        voice = self._voice
        voice.say(t("setup.hello"))
        await self._telegram()
        await self._whatsapp()
        if self._answers:
            self._write()
        else:
            voice.say(t("setup.nothing"))
        settings = Settings.load()
        if settings.whatsapp_on and settings.whatsapp_gateway == "cloud":
            await self._connect(settings)
        elif settings.whatsapp_token:
            missing = plain(", ".join(settings.whatsapp_missing))
            voice.say(t("doctor.whatsapp.missing", names=missing))
        voice.say(t("setup.next"))

    async def _telegram(self) -> None:
        self._voice.say(t("setup.telegram"))
        while self._ask("telegram_token"):
            if await self._tried(telegram_name, "setup.telegram.ok"):
                return
            self._answers.pop("telegram_token")

    async def _whatsapp(self) -> None:
        self._voice.say(t("setup.whatsapp"))
        while self._ask("whatsapp_token") or self._settings.whatsapp_token:
            for name in _WHATSAPP_IDS:
                self._ask(name)
            if await self._tried(whatsapp_number, "setup.whatsapp.ok"):
                await self._warn()
                break
            for name in ("whatsapp_token", *_WHATSAPP_IDS):
                self._answers.pop(name, None)
            if not self._voice.ask(t("setup.again")):
                return
        else:
            return
        self._ask("whatsapp_app_secret")
        self._ask("public_url")
        if not self._settings.whatsapp_verify_token:
            self._answers["whatsapp_verify_token"] = secrets.token_urlsafe(24)

    async def _warn(self) -> None:
        """What will keep the token from working later."""
        voice = self._voice
        for finding in await whatsapp_token(Settings.load(**self._answers), voice.words):
            voice.say(finding.said, *([finding.todo] if finding.todo else []))

    def _ask(self, name: str) -> str:
        """One setting, until it can be read; empty if what is there is to stay."""
        known = self._known(name)
        hint = t("setup.keep") if known else t("setup.skip")
        question = t("setup.ask", name=t(f"setup.ask.{name}"), hint=hint)
        while True:
            said = typer.prompt(
                self._voice.words_of(question),
                default="",
                show_default=False,
                hide_input=name in _SECRETS,
            ).strip()
            if not said:
                return ""
            try:
                Settings.load(**self._answers, **{name: said})
            except SettingsWrong as wrong:
                self._voice.say(*(plain(trouble) for trouble in wrong.troubles))
            else:
                self._answers[name] = said
                return str(said)

    def _known(self, name: str) -> bool:
        return bool(getattr(self._settings, name))

    async def _tried(self, what: Callable[..., Awaitable[str]], fine: str) -> bool:
        """Whether the service takes what was said; that it cannot be asked is no no."""
        voice = self._voice
        try:
            name = await what(Settings.load(**self._answers), voice.words)
        except Refusal as refusal:
            voice.say(refusal.text)
            return False
        except ConnectionError:
            voice.say(t("setup.unchecked"))
        else:
            voice.say(Text(fine, {"name": plain(name)}))
        return True

    def _write(self) -> None:
        values = {PREFIX + name.upper(): value for name, value in self._answers.items()}
        change(_FILE, values)
        self._voice.say(t("setup.written", file=plain(str(_FILE.absolute()))))
        if stronger := sorted(name for name in values if name in os.environ):
            self._voice.say(t("setup.stronger", names=plain(", ".join(stronger))))

    async def _connect(self, settings: Settings) -> None:
        voice = self._voice
        if not settings.whatsapp_business_account_id:
            voice.say(t("doctor.whatsapp.no_account.todo"))
            return
        async with voice.working(t("setup.connecting")):
            connected = await connect_whatsapp(settings, voice.words)
        if connected.refused:
            voice.say(t("setup.not_connected", why=connected.refused.text))
        elif settings.public_url:
            voice.say(t("setup.connected"))
        else:
            voice.say(t("doctor.address.missing.todo"))
        view = connected.templates
        if view.approved:
            voice.say(t("doctor.templates.approved", count=len(view.approved)))
        if view.pending:
            voice.say(t("setup.pending", count=len(view.pending)))
        if view.refused or not (view.approved or view.pending):
            voice.say(t("setup.templates_later"))
