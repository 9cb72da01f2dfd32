"""The REST API of the repository in the box, on a loopback port of its own."""

import hashlib
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.sandbox.faults import Fault
from bot.sandbox.github.git import BRANCH
from bot.sandbox.github.git_routes import GitRoutes, refused
from bot.sandbox.github.world import GitHub
from bot.sandbox.news import News
from bot.sandbox.trouble import answer

_MOST_BYTES = 64 * 1024 * 1024
_SHUTDOWN_S = 0.5
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class GitHubBox:
    """Listens while it is open; ``url`` is the API's."""

    def __init__(self, world: GitHub) -> None:
        self.world = world
        self.url = ""
        self._news = News()
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen."""
        app = web.Application(client_max_size=_MOST_BYTES, middlewares=[self._guard])
        home = "/repos/{owner}/{name}"
        app.add_routes(
            [
                web.get(home, self._repository),
                web.get(home + "/releases/tags/{tag}", self._release),
                web.post(home + "/releases", self._new_release),
                web.get(home + "/releases/{release}/assets", self._files),
                web.delete(home + "/releases/assets/{file}", self._delete),
                web.post("/uploads" + home + "/releases/{release}/assets", self._upload),
                *GitRoutes(self.world.git, self._shown).routes(home),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_S)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Stop listening."""
        self._news.stop()
        if self._runner:
            await self._runner.cleanup()

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.world.asked.append(f"{request.method} {request.path}")
        word = request.headers.get("authorization", "").partition(" ")[2]
        if word != self.world.token:
            return refused(401, "Bad credentials")
        if not request.path.removeprefix("/uploads").startswith(f"/repos/{self.world.repository}"):
            return refused(404, "Not Found")
        part = "upload" if request.path.startswith("/uploads") else request.method
        fault = self.world.faults.take(f"github.{part}")
        return await answer(request, fault, lambda: handler(request), _own_words, self._news)

    async def _repository(self, request: web.Request) -> web.Response:
        told = {"private": self.world.private, "archived": self.world.archived}
        return self._shown(request, {**told, "default_branch": BRANCH})

    async def _release(self, request: web.Request) -> web.Response:
        release = self.world.release
        if release is None or release["tag_name"] != request.match_info["tag"]:
            return refused(404, "Not Found")
        return self._shown(request, release)

    async def _new_release(self, request: web.Request) -> web.Response:
        if not self.world.git.head:
            return refused(422, "Repository is empty.")
        tag = str((await request.json())["tag_name"])
        return web.json_response(self.world.begin_release(tag, self.url), status=201)

    async def _files(self, request: web.Request) -> web.Response:
        return self._shown(request, list(self.world.files.values()))

    async def _delete(self, request: web.Request) -> web.Response:
        number = int(request.match_info["file"])
        if self.world.files.pop(number, None) is None:
            return refused(404, "Not Found")
        return web.Response(status=204)

    async def _upload(self, request: web.Request) -> web.Response:
        name = request.query["name"]
        content = await request.read()
        if self.world.has(name):
            code = {"resource": "ReleaseAsset", "code": "already_exists", "field": "name"}
            return refused(422, "Validation Failed", errors=[code])
        return web.json_response(self.world.keep(name, content), status=201)

    def _shown(self, request: web.Request, told: Any) -> web.Response:
        body = json.dumps(told).encode()
        etag = f'"{hashlib.sha256(body).hexdigest()}"'
        if request.headers.get("if-none-match") == etag:
            self.world.unchanged += 1
            return web.Response(status=304, headers={"etag": etag})
        return web.Response(body=body, content_type="application/json", headers={"etag": etag})


def _own_words(fault: Fault) -> web.Response:
    if fault.kind == "throttle" and fault.status:  # the hour's allowance is used up
        reset = str(int(time.time()) + fault.retry_after)
        headers = {"x-ratelimit-limit": "5000", "x-ratelimit-remaining": "0"}
        headers |= {"x-ratelimit-reset": reset}
        told = {"message": "API rate limit exceeded for user ID 1."}
        return web.json_response(told, status=fault.status, headers=headers)
    if fault.kind == "throttle":
        headers = {"retry-after": str(fault.retry_after)}
        message = "You have exceeded a secondary rate limit."
        return web.json_response({"message": message}, status=403, headers=headers)
    return refused(fault.status or 500, fault.text or "Server Error")
