"""``emdia chat``: the owner's conversation in the terminal, on the real database."""

import asyncio
import signal
import sys
from contextlib import suppress

import typer

from bot.cli.voice import Voice, is_watched, run
from bot.composition.console import at_the_console
from bot.composition.office import open_office
from bot.config import Settings
from bot.domain.message import ChannelName
from bot.domain.text import t


def chat() -> None:
    """Talk to the house right here, as its owner; no Telegram or WhatsApp is needed."""
    settings = Settings.load()
    voice = Voice(settings)
    with voice.telling():
        run(settings, _chat(settings, voice))


async def _chat(settings: Settings, voice: Voice) -> None:
    task = asyncio.current_task()
    assert task is not None  # we run in one
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(name, task.cancel)
    voice.say(t("program.chat.hello"))
    with suppress(asyncio.CancelledError):
        async with (
            open_office(settings, voice.words, ChannelName.TERMINAL) as office,
            at_the_console(office, typer.echo) as console,
        ):
            await console.run(sys.stdin, _prompt)
    voice.say(t("program.chat.bye"))


def _prompt() -> None:
    """Show whoever sits there that it is their turn."""
    if is_watched((sys.stdin, sys.stdout)):
        typer.echo("\n> ", nl=False)
