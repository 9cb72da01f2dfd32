"""JSON bodies of the box's own routes."""

import json
from typing import Any

from aiohttp import web


async def read_json(request: web.Request) -> dict[str, Any]:
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="JSON is wanted")
    try:
        body = await request.json()
    except ValueError:
        raise bad_request("the body is no JSON") from None
    if not isinstance(body, dict):
        raise bad_request("an object is wanted")
    return body


def bad_request(why: str) -> web.HTTPBadRequest:
    return web.HTTPBadRequest(text=json.dumps({"error": why}), content_type="application/json")
