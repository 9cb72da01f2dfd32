"""The database's schema, brought to what this program was written for."""

from pathlib import Path

from bot.config import Settings
from bot.storage.migrate import current, head, upgrade


async def update(settings: Settings) -> str:
    """Bring the database to the newest schema; which that is."""
    _make_room(settings)
    await upgrade(settings.database_url)
    return head()


async def newest(settings: Settings) -> bool:
    """Whether the database is at the newest schema."""
    _make_room(settings)
    return await current(settings.database_url) == head()


def _make_room(settings: Settings) -> None:
    # Only our own folder: who names a file of their own has a folder for it.
    Path(settings.data_dir).mkdir(mode=0o750, parents=True, exist_ok=True)
