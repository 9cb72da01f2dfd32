"""``emdia export``: every client as a spreadsheet."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.voice import Voice, run
from bot.composition.lists import give_out
from bot.composition.office import open_office
from bot.config import Settings
from bot.domain.errors import Refusal
from bot.domain.text import plain, t

_KINDS = (".csv", ".xlsx")


def export(
    file: Annotated[Path, typer.Argument(help="Where to: a name that ends in .csv or .xlsx.")],
) -> None:
    """Write every client to a spreadsheet that `emdia import` understands."""
    settings = Settings.load()
    voice = Voice(settings)
    with voice.telling():
        run(settings, export_to(settings, voice, file))


async def export_to(settings: Settings, voice: Voice, file: Path) -> None:
    """Write the list, and say how many are in it."""
    if file.suffix.lower() not in _KINDS:
        raise Refusal("program.export.kind")
    if not file.parent.is_dir():
        raise Refusal("program.file.unwritable", file=plain(str(file)))
    watched = sys.stderr.isatty()

    def told(clients: int) -> None:
        if watched:
            typer.echo(f"\r  {clients}", err=True, nl=False)

    async with open_office(settings, voice.words) as office:
        clients = await give_out(office, file, voice.language, told)
    if watched:
        typer.echo("", err=True)
    voice.say(t("program.export.done", count=clients, file=plain(str(file))))
