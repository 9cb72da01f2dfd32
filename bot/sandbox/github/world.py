"""One repository as GitHub holds it: private or not, empty or not, with one list of files."""

import itertools
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.faults import Faults
from bot.sandbox.github.git import Git


def _with_a_readme() -> Git:
    git = Git()
    git.edit("README.md", b"# Backups\n", "owner", "Initial commit")
    return git


@dataclass
class GitHub:
    """What the routes show and change; tests read it and set it."""

    token: str
    repository: str
    private: bool = True
    archived: bool = False
    release: dict[str, Any] | None = None
    files: dict[int, dict[str, Any]] = field(default_factory=dict)
    contents: dict[int, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    unchanged: int = 0
    """How many answers were 304: nothing of the allowance was used."""
    faults: Faults = field(default_factory=Faults)
    git: Git = field(default_factory=_with_a_readme)
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def begin_release(self, tag: str, url: str) -> dict[str, Any]:
        """The release, made once."""
        number = next(self._ids)
        upload = f"{url}/uploads/repos/{self.repository}/releases/{number}/assets{{?name,label}}"
        self.release = {"id": number, "tag_name": tag, "upload_url": upload}
        return self.release

    def keep(self, name: str, content: bytes, *, whole: bool = True) -> dict[str, Any]:
        """A file of the release; one that broke off stays as a ``starter``."""
        number = next(self._ids)
        size = len(content) if whole else 0
        state = "uploaded" if whole else "starter"
        self.files[number] = {"id": number, "name": name, "size": size, "state": state}
        self.contents[number] = content
        return self.files[number]

    def has(self, name: str) -> bool:
        """Whether a file takes this name up."""
        return any(file["name"] == name for file in self.files.values())

    @property
    def names(self) -> list[str]:
        """The files that are whole."""
        return sorted(f["name"] for f in self.files.values() if f["state"] == "uploaded")
