"""``emdia setup --gateway evolution``: a server, an instance, and the code that links a phone."""

import asyncio
import secrets

import typer

from bot import pictures
from bot.cli.questions import Questions
from bot.composition.device_setup import DeviceSetup, a_device, device_known
from bot.config import Settings
from bot.domain.errors import Refusal
from bot.domain.text import t

USUAL_INSTANCE = "emdia"
LOOK_EVERY_S = 2.0
LOOKS = 90  # three minutes: four codes or so


class DeviceQuestions:
    """What an Evolution API server needs, asked and done."""

    def __init__(self, questions: Questions) -> None:
        self._questions = questions
        self._voice = questions.voice

    async def ask(self) -> None:
        """The server, its key, the instance; only of somebody who has read what it may cost."""
        asked, voice = self._questions, self._voice
        voice.say(t("setup.device"))
        if not voice.ask(t("setup.device.sure")):
            return
        while asked.ask("evolution_url") or asked.knows("evolution_url"):
            asked.ask("evolution_api_key")
            if not asked.ask("evolution_instance") and not asked.knows("evolution_instance"):
                asked.answers["evolution_instance"] = USUAL_INSTANCE
            if await asked.tried(device_known, "setup.device.ok"):
                break
            for name in ("evolution_url", "evolution_api_key", "evolution_instance"):
                asked.answers.pop(name, None)
            if not voice.ask(t("setup.again")):
                return
        else:
            return
        asked.ask("evolution_webhook_url")
        if not asked.knows("evolution_webhook_secret"):
            asked.answers["evolution_webhook_secret"] = secrets.token_urlsafe(24)
        asked.answers["whatsapp_gateway"] = "evolution"

    async def connect(self, settings: Settings) -> None:
        """Make the instance, have it tell us, and show codes until one is scanned."""
        voice = self._voice
        async with a_device(settings, voice.words) as device:
            try:
                await device.make()
                voice.say(t("setup.device.scan"))
                linked = await self._watch(device)
            except Refusal as refusal:
                voice.say(refusal.text)
                return
            except ConnectionError:
                voice.say(t("reason.evolution.no_connection"))
                return
        voice.say(t("link.stands") if linked else t("setup.device.later"))

    async def _watch(self, device: DeviceSetup) -> bool:
        """Show each new code until one is scanned; no if nobody does."""
        shown = ""
        for _ in range(LOOKS):
            try:
                code = await device.code()
            except ConnectionError:
                pass  # the server takes a moment for its first code
            else:
                if code is None:
                    return True
                if code.code != shown:
                    typer.echo(pictures.qr_lines(code.code))
                    shown = code.code
            await asyncio.sleep(LOOK_EVERY_S)
        return False
