"""``emdia backup`` and ``emdia restore``: everything in one encrypted file, and back."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.voice import Voice, run
from bot.composition.backup_keys import make_key
from bot.composition.office import Office
from bot.composition.safe import Safe, restore_into
from bot.composition.schema import update
from bot.config import Settings
from bot.domain.errors import Refusal
from bot.domain.text import plain, t


def backup(
    *,
    to: Annotated[Path | None, typer.Option(help="Where to; else into the data folder.")] = None,
    new_key: Annotated[
        Path | None, typer.Option(help="Make no backup, but a key for them, in this file.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Write everything into one encrypted file, while EmDia goes on working."""
    settings = Settings.load()
    voice = Voice(settings, as_json=json)
    with voice.telling():
        if new_key is None:
            run(settings, back_up(settings, voice, to))
            return
        recipient = make_key(new_key)
    voice.say(t("program.backup.key", file=plain(str(new_key)), recipient=plain(recipient)))
    voice.tell({"file": str(new_key), "recipient": recipient})


def restore(
    file: Annotated[Path, typer.Argument(help="A backup that `emdia backup` made.")],
    *,
    into: Annotated[
        str | None, typer.Option(help="Another database than the one of the settings.")
    ] = None,
    key: Annotated[
        Path | None, typer.Option(help="The file with the secret key; else this machine's own.")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Even if somebody's data is there: it goes.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Fill the database with what a backup holds: all of it, or nothing."""
    settings = Settings.load(**({} if into is None else {"database_url": into}))
    voice = Voice(settings, as_json=json)
    with voice.telling():
        run(settings, bring_back(settings, voice, file, key, over=yes))


async def back_up(settings: Settings, voice: Voice, to: Path | None) -> None:
    """Make one, and say where it is."""
    office = Office(settings, voice.words)
    try:
        await update(settings)
        safe = Safe(settings, office.engines, office.clock)
        if to is not None and not to.parent.is_dir():
            raise Refusal("program.file.unwritable", file=plain(str(to)))
        async with voice.working(t("program.backup.working")):
            made = await safe.make(to)
            file = str(to or safe.folder / made.name)
    finally:
        await office.close()
    voice.say(t("program.backup.done", file=plain(file), count=made.rows))
    told = {"file": file, "bytes": made.bytes, "rows": made.rows}
    voice.tell(told | {"sha256": made.sha256, "seconds": round(made.seconds, 3)})


async def bring_back(
    settings: Settings, voice: Voice, file: Path, key: Path | None, *, over: bool
) -> None:
    """Bring one back, and say of when it is."""
    office = Office(settings, voice.words)
    try:
        await update(settings)
        identities = Safe(settings, office.engines, office.clock).identities(key)
        async with voice.working(t("program.restore.working")):
            done = await restore_into(
                office.engines, file, identities, over=over, hold_at=office.clock.now()
            )
    finally:
        await office.close()
    voice.say(t("program.restore.done", count=done.rows, at=done.made_at))
    voice.say(t("program.restore.held"))
    told = {"file": str(file), "made_at": done.made_at.isoformat(), "rows": done.rows}
    voice.tell(told | {"sha256": done.sha256, "seconds": round(done.seconds, 3)})
