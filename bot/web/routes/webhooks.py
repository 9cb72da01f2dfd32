"""Take in what the gateways report, and answer 200 as soon as it is stored.

They repeat whatever is not answered within seconds, in any order and any number of times; nothing
here may be slow, and nothing may matter twice. What the bytes mean is found out later.
"""

from aiohttp import web

from bot.web.parts import PARTS, Hook, NotUnderstood

routes = web.RouteTableDef()


@routes.get("/webhooks/{name}")
async def verify(request: web.Request) -> web.Response:
    """Answer a provider that asks whether this address is ours: its challenge, or 403."""
    hook = _hook(request)
    if hook.challenge is None:
        raise web.HTTPMethodNotAllowed("GET", ["POST"])
    challenge = hook.challenge(request.query)
    if challenge is None:
        request.app[PARTS].counted(hook.channel, "refused")
        raise web.HTTPForbidden
    return web.Response(text=challenge)


@routes.post("/webhooks/{name}")
async def receive(request: web.Request) -> web.Response:
    """Keep the raw bytes if their proof is right; 401 if not; aiohttp answers 413 to too much."""
    hook = _hook(request)
    parts = request.app[PARTS]
    body = await request.read()
    if not hook.proven(body, request.headers):
        parts.counted(hook.channel, "refused")
        raise web.HTTPUnauthorized
    try:
        await (hook.keep(body) if hook.keep else parts.keep(hook.channel, body))
    except NotUnderstood:
        parts.counted(hook.channel, "refused")
        raise web.HTTPBadRequest from None
    parts.counted(hook.channel, "kept")
    return web.Response()


def _hook(request: web.Request) -> Hook:
    hook = request.app[PARTS].hooks.get(request.match_info["name"])
    if hook is None:
        raise web.HTTPNotFound
    return hook
