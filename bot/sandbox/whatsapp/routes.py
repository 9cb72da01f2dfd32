"""The Graph API over HTTP, as far as a business needs it to talk on WhatsApp."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.sandbox.faults import Fault
from bot.sandbox.trouble import answer
from bot.sandbox.whatsapp.errors import GraphError, bad_parameter
from bot.sandbox.whatsapp.management import Management
from bot.sandbox.whatsapp.sending import Sending
from bot.sandbox.whatsapp.world import WhatsApp

Handler = Callable[[web.Request], Awaitable[dict[str, Any]]]
_VERSION = r"{version:v[0-9]+\.[0-9]+}"
_OF_MESSAGING = frozenset({"messages", "media"})
_SLOW_DOWN = 130429
_UNKNOWN = 131000


class CloudApi:
    """Every route the business may call."""

    def __init__(self, world: WhatsApp) -> None:
        self._world = world
        self._sending = Sending(world)
        self._management = Management(world)

    def add_to(self, app: web.Application) -> None:
        """Serve it."""
        base, manage = f"/whatsapp/{_VERSION}/{{id}}", self._management
        add = app.router.add_route
        add("POST", f"{base}/messages", self._under("messages", self._messages))
        add("POST", f"{base}/media", self._under("media", self._upload))
        add("GET", f"{base}/message_history", self._under("other", manage.history))
        add("GET", f"{base}/message_templates", self._under("templates", manage.list_templates))
        add("POST", f"{base}/message_templates", self._under("templates", manage.create_template))
        add("DELETE", f"{base}/message_templates", self._under("templates", manage.delete_template))
        add("GET", f"{base}/subscribed_apps", self._under("other", manage.subscriptions))
        add("POST", f"{base}/subscribed_apps", self._under("other", manage.subscribe))
        add("GET", base, self._under("other", self._get))
        add("POST", base, self._under("templates", manage.edit_template))
        add("DELETE", base, self._under("media", self._delete_media))
        add("GET", "/whatsapp/files/{secret}", self._file)

    def _under(self, name: str, handler: Handler) -> Callable[..., Awaitable[web.StreamResponse]]:
        """The handler with its token checked, its faults and its errors."""

        async def handle(request: web.Request) -> web.StreamResponse:
            await self._tell(request)
            if not self._knows(request):
                return _refusal(GraphError(190, "the access token is missing or wrong"))

            async def act() -> web.StreamResponse:
                try:
                    if handler != self._get:  # which looks at what is wanted first
                        self._check_scope(name)
                    return _json(await handler(request))
                except GraphError as refused:
                    return _refusal(refused)

            fault = self._world.faults.take(f"whatsapp.{name}")
            return await answer(request, fault, act, _own_words, self._world.news)

        return handle

    async def _tell(self, request: web.Request) -> None:
        """Let whoever listens hear what is asked."""
        if self._world.on_asked is None:
            return
        body = None
        if request.content_type == "application/json" and request.can_read_body:
            try:
                body = await request.json()
            except ValueError:
                body = None
        _, _, path = request.path.removeprefix("/whatsapp/").partition("/")
        self._world.on_asked(request.method, path, request.query, body)

    def _check_scope(self, name: str) -> None:
        """Whether the token may do this at all."""
        needed = f"whatsapp_business_{'messaging' if name in _OF_MESSAGING else 'management'}"
        if needed not in self._world.scopes:
            raise GraphError(10, f"the token lacks {needed}")

    def _knows(self, request: web.Request) -> bool:
        return request.headers.get("Authorization") == f"Bearer {self._world.account.token}"

    async def _messages(self, request: web.Request) -> dict[str, Any]:
        self._check_number(request)
        try:
            payload = await request.json()
        except ValueError:
            raise bad_parameter("the body is no JSON") from None
        if not isinstance(payload, dict):
            raise bad_parameter("the body must be an object")
        return await self._sending.take(payload)

    async def _upload(self, request: web.Request) -> dict[str, Any]:
        self._check_number(request)
        form = await request.post()
        file = form.get("file")
        if form.get("messaging_product") != "whatsapp":
            raise bad_parameter("messaging_product is required")
        if not isinstance(file, web.FileField):
            raise bad_parameter("file is required")
        kept = self._world.media.upload(file.file.read(), file.filename, file.content_type)
        return {"id": kept.id}

    async def _get(self, request: web.Request) -> dict[str, Any]:
        """A number, a template or a file: the id says which."""
        wanted = request.match_info["id"]
        if wanted == "debug_token":
            return self._management.token()
        self._check_scope("other")
        if wanted == self._world.account.phone_number_id:
            return self._management.number()
        template = self._world.templates.by_id(wanted)
        if template:
            return template.wire()
        file = self._world.media.get(wanted)
        if file is None:
            raise _no_object(wanted)
        secret = self._world.media.link(file)
        return {
            "messaging_product": "whatsapp",
            "url": str(request.url.origin() / "whatsapp" / "files" / secret),
            "mime_type": file.mime,
            "sha256": file.sha256,
            "file_size": file.size,
            "id": file.id,
        }

    async def _delete_media(self, request: web.Request) -> dict[str, Any]:
        if not self._world.media.delete(request.match_info["id"]):
            raise _no_object(request.match_info["id"])
        return {"success": True}

    async def _file(self, request: web.Request) -> web.StreamResponse:
        """The bytes: with the token, and while the link lives."""
        if not self._knows(request):
            return _refusal(GraphError(190, "the access token is missing or wrong"))
        file = self._world.media.behind(request.match_info["secret"])

        async def act() -> web.StreamResponse:
            if file is None:
                return web.Response(status=404)
            return web.Response(body=file.content, content_type=file.mime)

        fault = self._world.faults.take("whatsapp.media")
        return await answer(request, fault, act, _own_words, self._world.news)

    def _check_number(self, request: web.Request) -> None:
        if request.match_info["id"] != self._world.account.phone_number_id:
            raise _no_object(request.match_info["id"])


def _no_object(wanted: str) -> GraphError:
    return bad_parameter(f"Object with ID '{wanted}' does not exist or cannot be loaded", 33)


def _own_words(fault: Fault) -> web.Response:
    usual = _SLOW_DOWN if fault.kind == "throttle" else _UNKNOWN
    code = usual if fault.code is None else fault.code
    status = fault.status or (429 if fault.kind == "throttle" else None)
    headers = {"Retry-After": str(fault.retry_after)} if fault.kind == "throttle" else {}
    return _refusal(GraphError(code, fault.text, status=status), headers)


def _refusal(error: GraphError, headers: dict[str, str] | None = None) -> web.Response:
    return _json(error.body(), error.status, headers)


def _json(
    body: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None
) -> web.Response:
    text = json.dumps(body)
    return web.Response(text=text, status=status, headers=headers, content_type="application/json")
