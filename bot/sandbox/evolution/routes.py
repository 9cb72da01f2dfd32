"""The server over HTTP, as far as a business needs it."""

import json
from collections.abc import Callable
from typing import Any

from aiohttp import web

from bot.sandbox.evolution.chats import Chats
from bot.sandbox.evolution.errors import EvolutionError, wrong
from bot.sandbox.evolution.instances import Instances
from bot.sandbox.evolution.sending import Sending
from bot.sandbox.evolution.world import Evolution
from bot.sandbox.faults import Fault
from bot.sandbox.trouble import answer

Json = dict[str, Any]
_BASE = "/evolution"
_CREATED, _OK = 201, 200


class EvolutionApi:
    """Every route the business may call; a key must come with each."""

    def __init__(self, world: Evolution) -> None:
        self._world = world
        self._instances = Instances(world)
        self._sending = Sending(world)
        self.chats = Chats(world)

    def add_to(self, app: web.Application) -> None:
        """Serve it."""
        made, sending, chats = self._instances, self._sending, self.chats
        self._add(app, "POST", "/instance/create", "instance", lambda _, b: made.create(b))
        self._add(app, "GET", "/instance/fetchInstances", "instance", self._listed)
        named: tuple[tuple[str, str, Callable[[str], Any]], ...] = (
            ("GET", "/instance/connectionState", made.state),
            ("POST", "/instance/restart", made.restart),
            ("DELETE", "/instance/logout", made.logout),
            ("DELETE", "/instance/delete", made.delete),
            ("GET", "/webhook/find", made.find_webhook),
        )
        for verb, path, deed in named:
            self._add(app, verb, f"{path}/{{name}}", "instance", _by_name(deed))
        self._add(app, "GET", "/instance/connect/{name}", "instance", self._connect)
        self._add(app, "POST", "/webhook/set/{name}", "instance", self._set_webhook)
        sends = {
            "Text": sending.text,
            "Media": sending.media,
            "Poll": sending.poll,
            "Buttons": sending.buttons,
            "List": sending.list,
            "Reaction": sending.reaction,
        }
        for name, send in sends.items():
            path = f"/message/send{name}/{{name}}"
            self._add(app, "POST", path, name.lower(), self._known(send))
        asked: dict[str, Callable[[Json], Any]] = {
            "whatsappNumbers": chats.numbers,
            "markMessageAsRead": chats.mark_read,
            "sendPresence": chats.presence,
            "getBase64FromMediaMessage": chats.bytes_of,
            "findStatusMessage": chats.statuses,
            "findMessages": chats.messages,
        }
        for path, ask in asked.items():
            self._add(app, "POST", f"/chat/{path}/{{name}}", "other", self._known(ask))

    def _add(
        self,
        app: web.Application,
        verb: str,
        path: str,
        fault_name: str,
        deed: Callable[[web.Request, Json], Any],
    ) -> None:
        status = _CREATED if verb == "POST" and not path.startswith("/instance/r") else _OK

        async def act(request: web.Request) -> web.StreamResponse:
            try:
                return _json(deed(request, await _body(request)), status)
            except EvolutionError as refused:
                return _json(refused.body(), refused.status)

        async def handle(request: web.Request) -> web.StreamResponse:
            self._world.server_url = str(request.url.origin() / "evolution")
            await self._tell(request)
            if not self._knows(request):
                refused = EvolutionError(401, "Unauthorized")
                return _json(refused.body(), refused.status)
            fault = self._world.faults.take(f"evolution.{fault_name}")
            done = lambda: act(request)  # noqa: E731 - what a fault may come before or after
            return await answer(request, fault, done, _own_words, self._world.news)

        app.router.add_route(verb, f"{_BASE}{path}", handle)

    async def _tell(self, request: web.Request) -> None:
        """Let whoever listens hear what is asked."""
        if self._world.on_asked is None:
            return
        try:
            body = await request.json() if request.body_exists else None
        except ValueError:
            body = None
        path = request.path.removeprefix(f"{_BASE}/")
        self._world.on_asked(request.method, path, request.query, body)

    def _knows(self, request: web.Request) -> bool:
        """The server's key, or the instance's own token."""
        shown = request.headers.get("apikey", "")
        instance = self._world.instance
        return shown == self._world.account.api_key or bool(instance and shown == instance.token)

    def _known(self, deed: Callable[[Json], Any]) -> Callable[[web.Request, Json], Any]:
        """The deed, of the instance in the path."""

        def run(request: web.Request, body: Json) -> Any:
            self._instances.get(request.match_info["name"])
            return deed(body)

        return run

    def _listed(self, request: web.Request, _body: Json) -> Any:
        return self._instances.listed(request.query.get("instanceName"))

    def _connect(self, request: web.Request, _body: Json) -> Json:
        name = request.match_info["name"]
        return self._instances.connect(name, request.query.get("number", ""))

    def _set_webhook(self, request: web.Request, body: Json) -> Json:
        return self._instances.set_webhook(request.match_info["name"], body)


def _by_name(deed: Callable[[str], Any]) -> Callable[[web.Request, Json], Any]:
    return lambda request, _body: deed(request.match_info["name"])


async def _body(request: web.Request) -> Json:
    if request.method != "POST" or not request.body_exists:
        return {}
    try:
        body = await request.json()
    except ValueError:
        raise wrong("the body is no JSON") from None
    if not isinstance(body, dict):
        raise wrong("the body must be an object")
    return body


def _own_words(fault: Fault) -> web.Response:
    """An error of the server's own: a text for what the library below it said."""
    usual = 429 if fault.kind == "throttle" else 400
    refused = EvolutionError(fault.status or usual, fault.text or "Error: Connection Closed")
    return _json(refused.body(), refused.status)


def _json(body: Any, status: int = 200) -> web.Response:
    text = json.dumps(body, ensure_ascii=False)
    return web.Response(text=text, status=status, content_type="application/json")
