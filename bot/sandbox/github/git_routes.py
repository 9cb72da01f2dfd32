"""The part of the REST API that reads and writes commits: refs, commits, trees, blobs, contents."""

import binascii
from base64 import b64decode
from collections.abc import Callable
from typing import Any

from aiohttp import web

from bot.sandbox.github.git import BRANCH, Git

Shown = Callable[[web.Request, Any], web.Response]
_SHA = 40  # letters


class GitRoutes:
    """``shown`` answers a GET, with an ETag."""

    def __init__(self, git: Git, shown: Shown) -> None:
        self._git = git
        self._shown = shown

    def routes(self, home: str) -> list[web.RouteDef]:
        """All of them."""
        return [
            web.get(home + "/git/ref/heads/{branch}", self._ref),
            web.patch(home + "/git/refs/heads/{branch}", self._move),
            web.get(home + "/git/commits/{sha}", self._commit),
            web.post(home + "/git/commits", self._new_commit),
            web.get(home + "/git/trees/{sha}", self._tree),
            web.post(home + "/git/trees", self._new_tree),
            web.get(home + "/git/blobs/{sha}", self._blob),
            web.put(home + "/contents/{path:.+}", self._put_contents),
        ]

    async def _ref(self, request: web.Request) -> web.Response:
        if self._git.head is None:
            return refused(409, "Git Repository is empty.")
        if request.match_info["branch"] != BRANCH:
            return refused(404, "Not Found")
        return self._shown(request, self._as_ref())

    async def _move(self, request: web.Request) -> web.Response:
        if request.match_info["branch"] != BRANCH:
            return refused(422, "Reference does not exist")
        asked = await request.json()
        if asked["sha"] not in self._git.commits:
            return refused(422, "Object does not exist")
        if not asked.get("force") and not self._git.is_after(asked["sha"], self._git.head):
            return refused(422, "Update is not a fast forward")
        self._git.head = asked["sha"]
        return web.json_response(self._as_ref())

    async def _commit(self, request: web.Request) -> web.Response:
        found = self._git.commits.get(request.match_info["sha"])
        return self._shown(request, found) if found else refused(404, "Not Found")

    async def _new_commit(self, request: web.Request) -> web.Response:
        asked = await request.json()
        if not isinstance(asked.get("message"), str) or asked.get("tree") not in self._git.trees:
            return refused(422, "Invalid request.")
        if any(parent not in self._git.commits for parent in asked["parents"]):
            return refused(422, "Parent SHA does not exist or is not a commit object")
        author = asked.get("author") or {"name": "owner of the token", "email": "x@example.com"}
        if not author.get("name") or not author.get("email"):
            return refused(422, "Invalid request. author needs a name and an email.")
        made = self._git.commit(asked["tree"], asked["parents"], asked["message"], author)
        return web.json_response(made, status=201)

    async def _tree(self, request: web.Request) -> web.Response:
        sha = request.match_info["sha"]
        if len(sha) != _SHA or sha not in self._git.trees:
            return refused(404, "Not Found")
        listed = self._git.listing(sha, deep="recursive" in request.query)
        return self._shown(request, {"sha": sha, "tree": listed, "truncated": False})

    async def _new_tree(self, request: web.Request) -> web.Response:
        """On top of ``base_tree``; an entry without a name and without contents goes."""
        if self._git.head is None:
            return refused(409, "Git Repository is empty.")
        asked = await request.json()
        base = asked.get("base_tree")
        if base is not None and base not in self._git.trees:
            return refused(422, "base_tree is not a valid tree oid")
        files = dict(self._git.trees[base]) if base else {}
        if not asked.get("tree"):
            return refused(422, "Invalid tree info")
        for entry in asked["tree"]:
            if entry.get("mode") != "100644" or entry.get("type") != "blob":
                return refused(422, "tree.mode is not one of those in the box")
            if "content" in entry:
                files[entry["path"]] = entry["content"].encode()
            elif entry.get("sha") is None and files.pop(entry["path"], None) is None:
                return refused(422, "GitRPC::BadObjectState")
        return web.json_response({"sha": self._git.keep(files)}, status=201)

    async def _blob(self, request: web.Request) -> web.Response:
        found = self._git.blobs.get(request.match_info["sha"])
        if found is None:
            return refused(404, "Not Found")
        # As GitHub does, in lines.
        content = binascii.b2a_base64(found, newline=True).decode()
        return self._shown(request, {"content": content, "encoding": "base64", "size": len(found)})

    async def _put_contents(self, request: web.Request) -> web.Response:
        asked = await request.json()
        path = request.match_info["path"]
        if path in self._git.files and not asked.get("sha"):
            return refused(422, 'Invalid request. "sha" wasn\'t supplied.')
        content = b64decode(asked["content"])
        head = self._git.edit(path, content, "owner of the token", asked["message"])
        told = {"content": {"path": path}, "commit": self._git.commits[head]}
        return web.json_response(told, status=201)

    def _as_ref(self) -> dict[str, Any]:
        return {
            "ref": f"refs/heads/{BRANCH}",
            "object": {"type": "commit", "sha": self._git.head},
        }


def refused(status: int, message: str, **more: Any) -> web.Response:
    """A refusal in GitHub's form."""
    return web.json_response({"message": message, **more}, status=status)
