"""A Bot API on loopback that answers as it is told, fault by fault. It keeps every call."""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

TOKEN = "123456:a-token-of-no-use"  # noqa: S105 - nobody's


@dataclass(frozen=True, slots=True)
class Call:
    """One request: the method, its fields as text, its files by field."""

    method: str
    fields: dict[str, str]
    files: dict[str, tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What to answer once: a status and a body, or silence, or a closed connection."""

    status: int = 200
    body: str = ""
    hangs: bool = False
    drops: bool = False


def error(status: int, description: str, **parameters: int) -> Answer:
    """An error in Telegram's own words."""
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    if parameters:
        body["parameters"] = parameters
    return Answer(status, json.dumps(body))


def result(value: Any) -> Answer:
    """A success."""
    return Answer(200, json.dumps({"ok": True, "result": value}))


@dataclass
class ScriptedBotApi:
    """Answers successes, unless something else was scripted for the method."""

    url: str = ""
    calls: list[Call] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    script: dict[str, deque[Answer]] = field(default_factory=lambda: defaultdict(deque))
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    _released: asyncio.Event = field(default_factory=asyncio.Event)

    def will(self, method: str, *answers: Answer) -> None:
        """Answer so, in this order, before answering as usual again."""
        self.script[method].extend(answers)

    def called(self, method: str) -> list[Call]:
        """Every call of the method so far."""
        return [call for call in self.calls if call.method == method]

    async def until(self, condition: Callable[[], bool], deadline_s: float = 5) -> None:
        """Wait until it is so, looking again after each call."""
        async with asyncio.timeout(deadline_s):
            while not condition():
                self.changed.clear()
                await self.changed.wait()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One call of a method."""
        method = request.match_info["method"]
        fields: dict[str, str] = {}
        files: dict[str, tuple[str, bytes]] = {}
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files[name] = (value.filename, value.file.read())
            else:
                fields[name] = str(value)
        self.calls.append(Call(method, fields, files))
        self.changed.set()
        waiting = self.script[method]
        told = waiting.popleft() if waiting else self._usual(method, fields)
        if told.hangs:
            await self._released.wait()
        if told.drops and request.transport:
            request.transport.abort()
        return web.Response(status=told.status, text=told.body, content_type="application/json")

    async def download(self, request: web.Request) -> web.Response:
        """One file."""
        return web.Response(body=self.files[request.match_info["path"]])

    def release(self) -> None:
        """Let everything that hangs go."""
        self._released.set()

    def _usual(self, method: str, fields: dict[str, str]) -> Answer:
        if method == "getUpdates":
            return Answer(hangs=True, body='{"ok":true,"result":[]}')
        if method == "getFile":
            path = fields["file_id"]
            size = len(self.files[path])
            return result(
                {"file_id": path, "file_unique_id": "u", "file_path": path, "file_size": size}
            )
        if method.startswith("send") or method == "editMessageText":
            chat = {"id": int(fields["chat_id"]), "type": "private"}
            return result({"message_id": 100 + len(self.calls), "date": 0, "chat": chat})
        return result(value=True)


@asynccontextmanager
async def scripted_bot_api() -> AsyncIterator[ScriptedBotApi]:
    """The server, up while inside."""
    api = ScriptedBotApi()
    app = web.Application()
    app.router.add_post("/bot{token}/{method}", api.answer)
    app.router.add_get("/file/bot{token}/{path}", api.download)
    runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    api.url = f"http://{host}:{port}"
    try:
        yield api
    finally:
        api.release()
        await runner.cleanup()
