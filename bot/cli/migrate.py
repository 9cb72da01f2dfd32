"""``emdia migrate``: bring the database to the newest schema."""

import asyncio
from typing import Annotated

import typer

from bot.cli.voice import Voice
from bot.composition.schema import newest, update
from bot.config import Settings
from bot.domain.text import t


def migrate(
    *,
    check: Annotated[bool, typer.Option("--check", help="Only say whether it is needed.")] = False,
) -> None:
    """Bring the database to the newest schema; at the newest, change nothing."""
    settings = Settings.load()
    voice = Voice(settings)
    if check:
        with voice.telling():
            fine = asyncio.run(newest(settings))
        voice.say(t("program.migrate.fine") if fine else t("program.migrate.needed"))
        raise typer.Exit(0 if fine else 1)
    with voice.telling():
        changed = asyncio.run(update(settings))
    voice.say(t("program.migrate.done", revision=changed))
