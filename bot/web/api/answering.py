"""One question from the wire to its answer: let in, read, done in one transaction, told."""

import re
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from aiohttp import web

from bot.domain.errors import Refusal, Unreadable
from bot.services.ports.access import TokenView
from bot.web.api.desk import Api, ApiDesk
from bot.web.api.gate import let_in
from bot.web.api.reading import shaped
from bot.web.api.routing import Route
from bot.web.api.shapes import USUAL_ROWS
from bot.web.errors import refused

MOST_BYTES = 64 * 1024  # of a body; the largest that means anything has two
KEY = "Idempotency-Key"
_KEY_SHAPE = re.compile(r"[\x21-\x7e]{1,200}")


def answering(api: Api, route: Route) -> Callable[[web.Request], Awaitable[web.Response]]:
    """The handler of a route."""

    async def answer(request: web.Request) -> web.Response:
        caller = await let_in(request, api, route)
        if isinstance(caller, web.Response):
            return caller
        try:
            raw = await _body(request) if "body" in route.shapes else b""
            given = _given(request, route, raw)
            if "desk" not in route.shapes:
                told = await route.run(api=api, **given)
                return _told(route.status, told.model_dump_json())
            if not route.writes:
                rows = getattr(given.get("query"), "limit", USUAL_ROWS)
                async with api.look(caller, "", rows) as desk:
                    told = await route.run(desk=desk, **given)
                return _told(route.status, told.model_dump_json())
            response = await _deed(api, route, caller, request, raw, given)
        except Refusal as refusal:
            return refused(request, refusal)
        api.done()
        return response

    return answer


async def _deed(
    api: Api,
    route: Route,
    caller: TokenView,
    request: web.Request,
    raw: bytes,
    given: dict[str, Any],
) -> web.Response:
    """Do it once for its key, and keep the answer in the very transaction of the deed."""
    key = _key(request)
    once = f"api:{caller.id}:{key or secrets.token_hex(16)}"
    async with api.deal(caller, once, USUAL_ROWS) as desk:
        if not key:
            return _told(route.status, await _run(route, desk, given))
        asked = f"{request.method} {request.raw_path}\n".encode() + raw
        if done := await desk.access.begin(caller.id, key, asked):
            return _told(done.status, done.answer, {"Idempotency-Replayed": "true"})
        told = await _run(route, desk, given)
        await desk.access.done(caller.id, key, route.status, told)
    return _told(route.status, told)


async def _run(route: Route, desk: ApiDesk, given: dict[str, Any]) -> str:
    return (await route.run(desk=desk, **given)).model_dump_json()


def _given(request: web.Request, route: Route, raw: bytes) -> dict[str, Any]:
    given: dict[str, Any] = {}
    if "number" in route.shapes:
        given["number"] = int(request.match_info["number"])
    if query := route.shapes.get("query"):
        given["query"] = shaped(query, _query(request), strict=False)
    if body := route.shapes.get("body"):
        _is_json(raw)
        given["body"] = shaped(body, raw, strict=True)
    return given


def _is_json(raw: bytes) -> None:
    try:
        orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise web.HTTPBadRequest from None


def _query(request: web.Request) -> dict[str, str]:
    for name in request.query:
        if len(request.query.getall(name)) > 1:
            raise Unreadable("errors.api.twice", name)
    return dict(request.query)


def _key(request: web.Request) -> str:
    keys = request.headers.getall(KEY, [])
    if not keys:
        return ""
    if len(keys) > 1 or not _KEY_SHAPE.fullmatch(keys[0]):
        raise Unreadable("errors.api.key", KEY)
    return keys[0]


async def _body(request: web.Request) -> bytes:
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    if (request.content_length or 0) > MOST_BYTES:
        raise web.HTTPRequestEntityTooLarge(MOST_BYTES, request.content_length or 0)
    raw = bytearray()
    while some := await request.content.readany():
        raw += some
        if len(raw) > MOST_BYTES:
            raise web.HTTPRequestEntityTooLarge(MOST_BYTES, len(raw))
    return bytes(raw)


def _told(status: int, body: str, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(text=body, status=status, content_type="application/json", headers=headers)
