"""``emdia setup``: ask for the tokens, try each with its service, write ``.env``."""

import secrets
import sys
from enum import StrEnum
from typing import Annotated

import typer

from bot.cli.questions import Questions
from bot.cli.setup_device import DeviceQuestions
from bot.cli.voice import Voice, is_watched, run
from bot.composition.evolution import is_linked
from bot.composition.first_setup import (
    connect_whatsapp,
    telegram_name,
    whatsapp_number,
    whatsapp_token,
)
from bot.config import Settings
from bot.domain.errors import Refusal
from bot.domain.text import plain, t

_WHATSAPP_IDS = ("whatsapp_phone_number_id", "whatsapp_business_account_id")


class Gateway(StrEnum):
    """How WhatsApp is reached."""

    CLOUD = "cloud"
    EVOLUTION = "evolution"


def setup(
    *,
    gateway: Annotated[
        Gateway | None, typer.Option(help="How WhatsApp is reached; without it, as until now.")
    ] = None,
) -> None:
    """Ask for tokens, check each with its service, write .env, connect WhatsApp."""
    settings = Settings.load()
    linked = settings.whatsapp_gateway == "evolution"
    chosen = gateway or (Gateway.EVOLUTION if linked else Gateway.CLOUD)
    voice = Voice(settings)
    with voice.telling():
        if not is_watched((sys.stdin, sys.stdout)):
            raise Refusal("setup.no_terminal")
        run(settings, _Setup(settings, voice, chosen).run())


class _Setup:
    """One round of questions, for one of the two ways to WhatsApp."""

    def __init__(self, settings: Settings, voice: Voice, gateway: Gateway) -> None:
        self._settings = settings
        self._voice = voice
        self._questions = Questions(settings, voice)
        self._device = DeviceQuestions(self._questions)
        self._gateway = gateway

    async def run(self) -> None:
        """Ask, write, connect, and say what comes next."""
        voice = self._voice
        voice.say(t("setup.hello"))
        await self._telegram()
        await (self._device.ask() if self._gateway is Gateway.EVOLUTION else self._whatsapp())
        self._questions.write()
        settings = Settings.load()
        if is_linked(settings):
            await self._device.connect(settings)
        elif settings.whatsapp_on:
            await self._connect(settings)
        elif settings.whatsapp_token or settings.evolution_url:
            missing = plain(", ".join(settings.whatsapp_missing))
            voice.say(t("doctor.whatsapp.missing", names=missing))
        voice.say(t("setup.next"))

    async def _telegram(self) -> None:
        self._voice.say(t("setup.telegram"))
        while self._questions.ask("telegram_token"):
            if await self._questions.tried(telegram_name, "setup.telegram.ok"):
                return
            self._questions.answers.pop("telegram_token")

    async def _whatsapp(self) -> None:
        self._voice.say(t("setup.whatsapp"))
        while self._questions.ask("whatsapp_token") or self._settings.whatsapp_token:
            for name in _WHATSAPP_IDS:
                self._questions.ask(name)
            if await self._questions.tried(whatsapp_number, "setup.whatsapp.ok"):
                await self._warn()
                break
            for name in ("whatsapp_token", *_WHATSAPP_IDS):
                self._questions.answers.pop(name, None)
            if not self._voice.ask(t("setup.again")):
                return
        else:
            return
        self._questions.ask("whatsapp_app_secret")
        self._questions.ask("public_url")
        if not self._settings.whatsapp_verify_token:
            self._questions.answers["whatsapp_verify_token"] = secrets.token_urlsafe(24)

    async def _warn(self) -> None:
        """What will keep the token from working later."""
        voice = self._voice
        for finding in await whatsapp_token(Settings.load(**self._questions.answers), voice.words):
            voice.say(finding.said, *([finding.todo] if finding.todo else []))

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
