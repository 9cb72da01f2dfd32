"""Backups as files of one release in a private repository.

A release's files may be 2 GiB each and are gone when they are deleted; what is committed stays in
the history for ever, and has to be below 100 MB.
"""

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from bot.channels.github.repository import Repository
from bot.channels.github.wire import Away, Parcel, Wire
from bot.domain.clock import Clock
from bot.domain.errors import Refusal
from bot.resilience.breaker import Breaker
from bot.resilience.retry import retrying

TAG = "emdia-backups"
_MOST_BYTES = 2 * 1024**3  # each file has to be under it
_TIMES = 3
_ABOUT = "Backups of EmDia, encrypted with age. The newest of each day, week and month are kept."
_READY = "uploaded"


class GitHubDepot:
    """Fills ``services.ports.backups.Depot``."""

    def __init__(self, api_url: str, repository: str, token: str, clock: Clock) -> None:
        self._wire = Wire(api_url, token, Breaker("github", clock))
        self._repository = Repository(self._wire, repository)
        self._home = self._repository.home

    async def put(self, path: Path, stay: Callable[[Collection[str]], Collection[str]]) -> None:
        """Keep one there, and of the others those that ``stay``; a refusal says why not."""
        parcel = Parcel(path)
        if len(parcel) >= _MOST_BYTES:
            raise Refusal("errors.github.too_large")
        try:
            await self._look()
            release = await self._release()
            await self._send(release, parcel)
            await self._tidy(release, stay)
        except Away as error:
            raise Refusal("errors.github.away") from error
        finally:
            await self._wire.close()  # until tomorrow

    @retrying(_TIMES, (Away,))
    async def _look(self) -> None:
        """Clients' data goes nowhere that strangers may read, encrypted or not."""
        await self._repository.checked()

    @retrying(_TIMES, (Away,))
    async def _release(self) -> dict[str, Any]:
        try:
            return await self._found()
        except Refusal as refusal:
            if refusal.key != "errors.github.missing":
                raise
        new = {"tag_name": TAG, "name": "EmDia", "body": _ABOUT, "prerelease": True}
        try:
            made: dict[str, Any] = await self._wire.ask("POST", f"{self._home}/releases", new)
        except Refusal as refusal:
            if refusal.key != "errors.github.refused":
                raise
            # A repository without a single commit cannot hold a release.
            await self._repository.begin()
            made = await self._wire.ask("POST", f"{self._home}/releases", new)
        return made

    async def _found(self) -> dict[str, Any]:
        found: dict[str, Any] = await self._wire.ask("GET", f"{self._home}/releases/tags/{TAG}")
        return found

    @retrying(_TIMES, (Away,))
    async def _send(self, release: dict[str, Any], parcel: Parcel) -> None:
        """Looked for first each time: a file may have arrived although nobody said so."""
        wanted = parcel.path.name
        for file in await self._files(release):
            if file["name"] != wanted:
                continue
            if file["state"] == _READY and file["size"] == len(parcel):
                return
            await self._delete(file)  # what is left of an attempt takes the name up
        kept = await self._wire.ask("POST", release["upload_url"], parcel, name=wanted)
        if kept["state"] != _READY or kept["size"] != len(parcel):
            raise Away

    @retrying(_TIMES, (Away,))
    async def _tidy(
        self, release: dict[str, Any], stay: Callable[[Collection[str]], Collection[str]]
    ) -> None:
        files = {file["name"]: file for file in await self._files(release)}
        kept = stay(files.keys())
        for name, file in files.items():
            if name not in kept:
                await self._delete(file)

    async def _files(self, release: dict[str, Any]) -> list[dict[str, Any]]:
        """All on one page: of far fewer than a hundred that stay, the rest was deleted."""
        url = f"{self._home}/releases/{release['id']}/assets?per_page=100"
        found: list[dict[str, Any]] = await self._wire.ask("GET", url)
        return found

    async def _delete(self, file: dict[str, Any]) -> None:
        try:
            await self._wire.ask("DELETE", f"{self._home}/releases/assets/{file['id']}")
        except Refusal as refusal:
            if refusal.key != "errors.github.missing":  # an answer that got lost: it is gone
                raise
