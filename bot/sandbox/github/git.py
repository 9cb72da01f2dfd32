"""The commits of the repository in the box, named as Git itself names them."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Files: TypeAlias = dict[str, bytes]  # a path -> what stands in it

_FILE, _FOLDER = "100644", "40000"
BRANCH = "main"


@dataclass
class Git:
    """One branch. A tree is kept flat, by path; folders are named when they are asked for."""

    head: str | None = None
    blobs: dict[str, bytes] = field(default_factory=dict)
    trees: dict[str, Files] = field(default_factory=dict)
    commits: dict[str, dict[str, Any]] = field(default_factory=dict)

    def keep(self, files: Mapping[str, bytes]) -> str:
        """A tree, and those of its folders."""
        for content in files.values():
            self.blobs[_named(b"blob", content)] = content
        entries = []
        for name, inside in sorted(_folders(files).items()):
            if isinstance(inside, bytes):
                entries.append((_FILE, name, _named(b"blob", inside)))
            else:
                entries.append((_FOLDER, name, self.keep(inside)))
        listed = b"".join(
            f"{mode} {name}\0".encode() + bytes.fromhex(sha) for mode, name, sha in entries
        )
        tree = _named(b"tree", listed)
        self.trees[tree] = dict(files)
        return tree

    def listing(self, tree: str, *, deep: bool) -> list[dict[str, Any]]:
        """A tree as the API shows it; ``deep`` with all that is in its folders."""
        return list(self._entries(self.trees[tree], "", deep=deep))

    def commit(
        self, tree: str, parents: list[str], message: str, author: Mapping[str, Any]
    ) -> dict[str, Any]:
        """A commit, on no branch yet."""
        made = {
            "tree": {"sha": tree},
            "parents": [{"sha": parent} for parent in parents],
            "message": message,
            "author": dict(author),
        }
        sha = _named(b"commit", repr((made, len(self.commits))).encode())
        self.commits[sha] = {"sha": sha, **made}
        return self.commits[sha]

    def edit(self, path: str, content: bytes | None, by: str, message: str = "Edit") -> str:
        """Change a file as a person does on the site, or take it out; the new head."""
        files = dict(self.files)
        if content is None:
            del files[path]
        else:
            files[path] = content
        parents = [self.head] if self.head else []
        author = {"name": by, "email": "person@example.com"}
        self.head = str(self.commit(self.keep(files), parents, message, author)["sha"])
        return self.head

    def is_after(self, commit: str, other: str | None) -> bool:
        """Whether ``other`` is among the forebears of a commit: moving on is no loss then."""
        seen = [commit]
        for each in seen:
            if each == other:
                return True
            seen += [str(parent["sha"]) for parent in self.commits[each]["parents"]]
        return other is None

    @property
    def files(self) -> Files:
        """What stands on the branch."""
        return self.trees[self.commits[self.head]["tree"]["sha"]] if self.head else {}

    @property
    def history(self) -> list[dict[str, Any]]:
        """The branch's commits, the first one first."""
        found, here = [], self.head
        while here:
            found.append(self.commits[here])
            here = next((parent["sha"] for parent in self.commits[here]["parents"]), None)
        return found[::-1]

    def _entries(self, files: Files, under: str, *, deep: bool) -> Iterator[dict[str, Any]]:
        for name, inside in sorted(_folders(files).items()):
            path = f"{under}{name}"
            if isinstance(inside, bytes):
                sha = _named(b"blob", inside)
                yield {"path": path, "mode": _FILE, "type": "blob", "sha": sha, "size": len(inside)}
                continue
            yield {"path": path, "mode": "040000", "type": "tree", "sha": self.keep(inside)}
            if deep:
                yield from self._entries(inside, f"{path}/", deep=True)


def _folders(files: Mapping[str, bytes]) -> dict[str, "bytes | Files"]:
    """The top of a flat tree: files, and folders with what is in them."""
    top: dict[str, bytes | Files] = {}
    for path, content in files.items():
        name, below, rest = path.partition("/")
        inside = top.setdefault(name, {} if below else content)
        if below and isinstance(inside, dict):
            inside[rest] = content
    return top


def _named(kind: bytes, content: bytes) -> str:
    head = b"%s %d\0" % (kind, len(content))
    return hashlib.sha1(head + content, usedforsecurity=False).hexdigest()
