"""What a process that takes nothing in still tells: that it is alive, ready, and its figures."""

from collections.abc import Awaitable, Callable

from aiohttp import web


def monitored(
    ready: Callable[[], Awaitable[bool]], metrics: Callable[[], Awaitable[bytes]]
) -> web.Application:
    """An application for monitors alone; for the network inside, not for the internet."""

    async def alive(_request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def is_ready(_request: web.Request) -> web.Response:
        fine = await ready()
        return web.json_response({"status": "ok" if fine else "down"}, status=200 if fine else 503)

    async def figures(_request: web.Request) -> web.Response:
        headers = {"Content-Type": "text/plain; version=0.0.4"}
        return web.Response(body=await metrics(), headers=headers)

    app = web.Application()
    app.router.add_get("/healthz", alive)
    app.router.add_get("/readyz", is_ready)
    app.router.add_get("/metrics", figures)
    return app
