"""The machine it runs on: its settings, its folder, its disk, its clock."""

import os
import shutil
import stat
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from pathlib import Path

import aiohttp

from bot.composition.checkup.findings import Finding, State
from bot.composition.office import Office
from bot.config import Settings, named_files
from bot.domain.text import plain, t
from bot.storage.soundness import its_clock

_OTHERS = 0o077
_LAID_THERE = Path("/run/secrets")
_GIGABYTE = 1_000_000_000
_LITTLE, _TOO_LITTLE = _GIGABYTE, _GIGABYTE // 10
_SLOW_S, _WRONG_S = 30, 300  # tokens and windows are judged by the minute
_TIMEOUT = aiohttp.ClientTimeout(total=5)


async def settings_file(file: Path = Path(".env")) -> list[Finding]:
    """Who may read what is secret. That the settings can be read is why we are here at all."""
    found = []
    if _open_to(_OTHERS, file):
        todo = t("doctor.settings.open_file.todo")
        found.append(Finding("settings", State.ATTENTION, t("doctor.settings.open_file"), todo))
    for name, secret in named_files(Settings).items():
        # What an orchestrator lays there is seen by nobody outside the container.
        if _open_to(stat.S_IROTH, secret) and not secret.is_relative_to(_LAID_THERE):
            said = t("doctor.settings.open_secret", name=name, file=plain(str(secret)))
            todo = t("doctor.settings.open_secret.todo", file=plain(str(secret)))
            found.append(Finding("settings", State.ATTENTION, said, todo))
    return found or [Finding("settings", State.OK, t("doctor.settings.ok"))]


def _open_to(whom: int, file: Path) -> bool:
    return file.exists() and os.name == "posix" and bool(file.stat().st_mode & whom)


async def folder(settings: Settings) -> list[Finding]:
    """Where everything lies, and how much room there is."""
    place = settings.data_dir.absolute()
    name = plain(str(place))
    if not place.exists():
        return [Finding("folder", State.OK, t("doctor.folder.missing", folder=name))]
    if not os.access(place, os.W_OK | os.X_OK):
        todo = t("doctor.folder.closed.todo", folder=name)
        return [Finding("folder", State.BROKEN, t("doctor.folder.closed", folder=name), todo)]
    free = shutil.disk_usage(place).free
    shown = Decimal(free * 10 // _GIGABYTE) / 10
    if free < _LITTLE:
        state = State.BROKEN if free < _TOO_LITTLE else State.ATTENTION
        full = t("doctor.folder.full", folder=name, free=shown)
        return [Finding("folder", state, full, t("doctor.folder.full.todo"))]
    return [Finding("folder", State.OK, t("doctor.folder.ok", folder=name, free=shown))]


async def clock(settings: Settings, office: Office | None) -> list[Finding]:
    """Our clock beside somebody else's, where there is one to compare it with."""
    theirs = await _providers_clock(settings) or (
        await its_clock(office.engines) if office else None
    )
    if theirs is None:
        return []
    apart = abs(int((datetime.now(UTC) - theirs).total_seconds()))
    if apart < _SLOW_S:
        return [Finding("clock", State.OK, t("doctor.clock.ok", count=apart))]
    state = State.BROKEN if apart >= _WRONG_S else State.ATTENTION
    return [Finding("clock", state, t("doctor.clock.wrong", count=apart), t("doctor.clock.todo"))]


async def _providers_clock(settings: Settings) -> datetime | None:
    url = ""
    if settings.telegram_on:
        url = settings.telegram_api_url
    elif settings.whatsapp_on:
        url = settings.whatsapp_api_url
    if not url:
        return None
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT) as session,
            session.get(url, allow_redirects=False) as answer,
        ):
            return parsedate_to_datetime(answer.headers["Date"])
    except (aiohttp.ClientError, TimeoutError, OSError, KeyError, ValueError):
        return None  # that nobody answers is another finding
