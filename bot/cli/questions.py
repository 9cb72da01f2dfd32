"""Questions at a terminal: each answer read, tried with its service, and written to ``.env``."""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import typer

from bot.cli.voice import Voice
from bot.composition.env_file import change
from bot.config import PREFIX, Settings, SettingsWrong
from bot.domain.errors import Refusal
from bot.domain.text import Text, plain, t

_FILE = Path(".env")
_SECRETS = {"telegram_token", "whatsapp_token", "whatsapp_app_secret", "evolution_api_key"}


class Questions:
    """One round. What was said and proved right is in ``answers``, by setting."""

    def __init__(self, settings: Settings, voice: Voice) -> None:
        self.settings = settings
        self.voice = voice
        self.answers: dict[str, str] = {}

    def ask(self, name: str) -> str:
        """One setting, until it can be read; empty if what is there is to stay."""
        hint = t("setup.keep") if self.knows(name) else t("setup.skip")
        question = t("setup.ask", name=t(f"setup.ask.{name}"), hint=hint)
        while True:
            said = typer.prompt(
                self.voice.words_of(question),
                default="",
                show_default=False,
                hide_input=name in _SECRETS,
            ).strip()
            if not said:
                return ""
            try:
                Settings.load(**self.answers, **{name: said})
            except SettingsWrong as wrong:
                self.voice.say(*(plain(trouble) for trouble in wrong.troubles))
            else:
                self.answers[name] = said
                return str(said)

    def knows(self, name: str) -> bool:
        """Whether it is set already."""
        return bool(getattr(self.settings, name))

    async def tried(self, what: Callable[..., Awaitable[str]], fine: str) -> bool:
        """Whether the service takes what was said; that it cannot be asked is no no."""
        voice = self.voice
        try:
            name = await what(Settings.load(**self.answers), voice.words)
        except Refusal as refusal:
            voice.say(refusal.text)
            return False
        except ConnectionError:
            voice.say(t("setup.unchecked"))
        else:
            voice.say(Text(fine, {"name": plain(name)}))
        return True

    def write(self) -> None:
        """Keep what was said, if anything was; what the environment says goes before it."""
        if not self.answers:
            self.voice.say(t("setup.nothing"))
            return
        values = {PREFIX + name.upper(): value for name, value in self.answers.items()}
        change(_FILE, values)
        self.voice.say(t("setup.written", file=plain(str(_FILE.absolute()))))
        if stronger := sorted(name for name in values if name in os.environ):
            self.voice.say(t("setup.stronger", names=plain(", ".join(stronger))))
