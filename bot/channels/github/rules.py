"""The rules as readable files on a branch: one commit a version, and whatever people do beside.

A commit is made on top of what was looked at, and the branch is moved to it only from there
(``force`` is off): whoever was faster is seen, and never written over.
"""

import asyncio
import hashlib
from base64 import b64decode
from typing import Any

from bot.channels.github.repository import Repository
from bot.channels.github.wire import Away, Wire
from bot.domain.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.rule_files import FOLDER, MOST_BYTES, PATHS, TOO_LONG, Files
from bot.resilience.breaker import Breaker
from bot.resilience.retry import retrying
from bot.services.ports.rule_pushes import Parcel, Seen

_TIMES = 3
_PLAIN_FILE = "100644"
# GitHub counts a commit for whoever has its address; this one can be nobody's.
_ADDRESS = "emdia@example.invalid"
_MOST_LETTERS = 80  # of a name


class GitHubRules:
    """Fills ``services.ports.rule_pushes.RuleShelf``."""

    def __init__(self, api_url: str, repository: str, token: str, clock: Clock) -> None:
        self._wire = Wire(api_url, token, Breaker("github", clock))
        self._repository = Repository(self._wire, repository)
        self._git = f"{self._repository.home}/git"
        self._branch = ""
        self._seen: Seen | None = None

    async def look(self) -> Seen:
        """What stands there; of a branch that has not moved nothing more is asked."""
        try:
            head = await self._head()
            if self._seen is None or self._seen.head != head:
                self._seen = await self._open(head)
        except Away as error:
            raise Refusal("errors.github.away") from error
        return self._seen

    def holds(self, seen: Seen, files: Files) -> bool:
        """Whether exactly these stand there."""
        return seen.files == {path: _known_as(text) for path, text in files.items()}

    async def read(self, seen: Seen) -> Files:
        """What was seen, in full; of what is too long nothing is asked."""

        async def one(path: str, name: str) -> tuple[str, str]:
            return path, TOO_LONG if path in seen.too_long else await self._blob(name)

        try:
            return dict(await asyncio.gather(*(one(*each) for each in seen.files.items())))
        except Away as error:
            raise Refusal("errors.github.away") from error

    async def put(self, seen: Seen, parcel: Parcel) -> str | None:
        """Put a version on top of what was seen; its name there, none if that changed meanwhile."""
        try:
            commit = await self._commit(seen, parcel)
            return commit if await self._move(seen.head, commit) else None
        except Away as error:
            # The branch may have moved although nobody said so: whoever looks next will see.
            raise Refusal("errors.github.away") from error

    async def close(self) -> None:
        """Let go of the connections."""
        await self._wire.close()

    @retrying(_TIMES, (Away,))
    async def _head(self) -> str:
        """The commit that the branch is at; an empty repository gets its first one."""
        self._branch = (await self._repository.checked())["default_branch"]
        try:
            return await self._ref()
        except Refusal as refusal:
            if refusal.key not in {"errors.github.refused", "errors.github.missing"}:
                raise
        await self._repository.begin()
        return await self._ref()

    async def _ref(self) -> str:
        found = await self._wire.ask("GET", f"{self._git}/ref/heads/{self._branch}")
        return str(found["object"]["sha"])

    @retrying(_TIMES, (Away,))
    async def _open(self, head: str) -> Seen:
        commit = await self._wire.ask("GET", f"{self._git}/commits/{head}")
        top = await self._tree(commit["tree"]["sha"])
        folder = next((one for one in top if f"{one['path']}/" == FOLDER), None)
        inside = await self._tree(folder["sha"]) if folder else []
        ours = {
            path: one
            for one in inside
            if one["type"] == "blob" and (path := f"{FOLDER}{one['path']}") in PATHS
        }
        too_long = frozenset(path for path, one in ours.items() if one["size"] > MOST_BYTES)
        author = commit.get("author") or {}
        by = str(author.get("name") or "")[:_MOST_LETTERS]
        return Seen(head, by, {path: str(one["sha"]) for path, one in ours.items()}, too_long)

    async def _tree(self, name: str) -> list[dict[str, Any]]:
        found = await self._wire.ask("GET", f"{self._git}/trees/{name}")
        entries: list[dict[str, Any]] = found["tree"]
        return entries

    @retrying(_TIMES, (Away,))
    async def _blob(self, name: str) -> str:
        found = await self._wire.ask("GET", f"{self._git}/blobs/{name}")
        return b64decode(found["content"]).decode(errors="replace")

    async def _commit(self, seen: Seen, parcel: Parcel) -> str:
        base = await self._wire.ask("GET", f"{self._git}/commits/{seen.head}")
        changed: list[dict[str, Any]] = [
            {"path": path, "mode": _PLAIN_FILE, "type": "blob", "content": text}
            for path, text in parcel.files.items()
            if seen.files.get(path) != _known_as(text)
        ]
        gone = seen.files.keys() - parcel.files.keys()
        changed += [
            {"path": path, "mode": _PLAIN_FILE, "type": "blob", "sha": None}
            for path in sorted(gone)
        ]
        tree = {"sha": base["tree"]["sha"]}
        if changed:
            new = {"base_tree": tree["sha"], "tree": changed}
            tree = await self._wire.ask("POST", f"{self._git}/trees", new)
        about = {
            "message": parcel.message,
            "tree": tree["sha"],
            "parents": [seen.head],
            "author": {"name": parcel.author, "email": _ADDRESS, "date": parcel.at.isoformat()},
        }
        made = await self._wire.ask("POST", f"{self._git}/commits", about)
        return str(made["sha"])

    async def _move(self, was: str, to: str) -> bool:
        where = f"{self._git}/refs/heads/{self._branch}"
        try:
            await self._wire.ask("PATCH", where, {"sha": to, "force": False})
        except Refusal as refusal:
            if refusal.key != "errors.github.refused" or await self._ref() == was:
                raise  # nobody moved it: it is not ours to move, then
            return False
        return True


def _known_as(text: str) -> str:
    """What Git calls these contents."""
    content = text.encode()
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
