"""The database's schema, brought to what this program was written for."""

from pathlib import Path

from bot.config import Settings
from bot.domain.errors import Refusal
from bot.storage.migrate import current, head, upgrade
from bot.storage.soundness import AWAY


async def update(settings: Settings) -> str:
    """Bring the database to the newest schema; which that is. A refusal if it is away."""
    _make_room(settings)
    try:
        await upgrade(settings.database_url)
    except AWAY as error:
        raise no_database(error) from error
    return head()


async def newest(settings: Settings) -> bool:
    """Whether the database is at the newest schema. A refusal if it is away."""
    _make_room(settings)
    try:
        return await current(settings.database_url) == head()
    except AWAY as error:
        raise no_database(error) from error


def no_database(error: Exception) -> Refusal:
    """What the operator is told. The error's own words may hold the address and its password."""
    return Refusal("program.no_database", why=type(error).__name__)


def _make_room(settings: Settings) -> None:
    # Only our own folder: who names a file of their own has a folder for it.
    try:
        Path(settings.data_dir).mkdir(mode=0o750, parents=True, exist_ok=True)
    except OSError as error:
        why = type(error).__name__
        raise Refusal("program.no_folder", folder=str(settings.data_dir), why=why) from error
