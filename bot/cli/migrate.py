"""``emdia migrate``: bring the database to the newest schema."""

import asyncio
from typing import Annotated

import typer

from bot.composition.schema import newest, update
from bot.config import Settings


def migrate(
    *,
    check: Annotated[bool, typer.Option("--check", help="Only say whether it is needed.")] = False,
) -> None:
    """Bring the database to the newest schema; at the newest, change nothing."""
    settings = Settings.load()
    if check:
        fine = asyncio.run(newest(settings))
        typer.echo("The database is up to date." if fine else "The database needs `emdia migrate`.")
        raise typer.Exit(0 if fine else 1)
    changed = asyncio.run(update(settings))
    typer.echo(f"The database is now at {changed}.")
