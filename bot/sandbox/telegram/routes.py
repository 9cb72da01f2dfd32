"""The Bot API over HTTP."""

import json
from http import HTTPStatus
from typing import Any

from aiohttp import web

from bot.sandbox.faults import Fault
from bot.sandbox.telegram.errors import TelegramRefused, bad
from bot.sandbox.telegram.fields import Fields, read_fields
from bot.sandbox.telegram.manners import Manners
from bot.sandbox.telegram.revision import Revision
from bot.sandbox.telegram.speech import Method, Speech
from bot.sandbox.telegram.world import Telegram
from bot.sandbox.trouble import answer

_MOST_DOWNLOAD = 20 * 1024 * 1024
_SECRET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
_MOST_SECRET = 256


class BotApi:
    """Every method the bot may call, and the files it may fetch."""

    def __init__(self, world: Telegram) -> None:
        self._world = world
        speech = Speech(world)
        self._methods: dict[str, Method] = {
            "getupdates": self._get_updates,
            "setwebhook": self._set_webhook,
            "deletewebhook": self._delete_webhook,
            "getwebhookinfo": self._webhook_info,
            "getfile": self._get_file,
            **speech.methods,
            **Revision(world, speech).methods,
            **Manners(world).methods,
        }

    def add_to(self, app: web.Application) -> None:
        """Serve it."""
        app.router.add_route("*", "/telegram/bot{token:[^/]+}/{method}", self._call)
        app.router.add_get("/telegram/file/bot{token:[^/]+}/{path:.+}", self._download)

    async def _call(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"].lower()
        if request.match_info["token"] != self._world.token:
            return _refusal(TelegramRefused("Unauthorized", 401))

        async def act() -> web.StreamResponse:
            try:
                method = self._methods.get(name, _unknown)
                return _json({"ok": True, "result": await method(await read_fields(request))})
            except TelegramRefused as refused:
                return _refusal(refused)

        fault = self._world.faults.take(f"telegram.{name}")
        return await answer(request, fault, act, _own_words, self._world.news)

    async def _download(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != self._world.token:
            return _refusal(TelegramRefused("Unauthorized", 401))
        file = self._world.shelf.get(request.match_info["path"].rpartition("/")[2])
        if file is None:
            return _refusal(TelegramRefused("Not Found", 404))
        return web.Response(body=file.content, content_type="application/octet-stream")

    async def _get_updates(self, fields: Fields) -> Any:
        self._world.updates.allow(fields.parsed("allowed_updates"))
        return await self._world.updates.poll(
            fields.number("offset"), fields.number("limit", 100), fields.number("timeout")
        )

    async def _set_webhook(self, fields: Fields) -> Any:
        url, secret = fields.text("url"), fields.text("secret_token")
        if len(secret) > _MOST_SECRET or not _SECRET.issuperset(secret):
            raise bad("secret token contains unallowed characters")
        # The real server wants HTTPS; here everything is loopback.
        if url and not url.startswith(("http://", "https://")):
            raise bad("bad webhook: invalid webhook URL specified")
        self._world.updates.allow(fields.parsed("allowed_updates"))
        drop = fields.flag("drop_pending_updates")
        self._world.updates.set_webhook(url, secret, drop=drop)
        return True

    async def _delete_webhook(self, fields: Fields) -> Any:
        self._world.updates.set_webhook("", "", drop=fields.flag("drop_pending_updates"))
        return True

    async def _webhook_info(self, _fields: Fields) -> Any:
        return {
            "url": self._world.updates.webhook_url,
            "has_custom_certificate": False,
            "pending_update_count": self._world.updates.pending,
        }

    async def _get_file(self, fields: Fields) -> Any:
        file = self._world.shelf.get(fields.text("file_id"))
        if file is None:
            raise bad("invalid file_id")
        if file.size > _MOST_DOWNLOAD:
            raise bad("file is too big")
        ids = {"file_id": file.id, "file_unique_id": f"u{file.id}", "file_size": file.size}
        return ids | {"file_path": f"documents/{file.id}"}


async def _unknown(_fields: Fields) -> Any:
    raise TelegramRefused("Not Found: the sandbox has no such method", 404)


def _own_words(fault: Fault) -> web.Response:
    if fault.kind == "throttle":
        wait = fault.retry_after
        return _refusal(
            TelegramRefused(f"Too Many Requests: retry after {wait}", 429, retry_after=wait)
        )
    status = fault.status or fault.code or int(HTTPStatus.INTERNAL_SERVER_ERROR)
    return _refusal(TelegramRefused(fault.text or "Internal Server Error", status))


def _refusal(refused: TelegramRefused) -> web.Response:
    wait = refused.parameters.get("retry_after")
    headers = {"Retry-After": str(wait)} if wait else {}
    return _json(refused.body(), refused.status, headers)


def _json(
    body: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None
) -> web.Response:
    text = json.dumps(body)
    return web.Response(text=text, status=status, headers=headers, content_type="application/json")
