"""What monitors ask: alive, ready, how is everything, and the numbers."""

from aiohttp import web

from bot.web.parts import PARTS

routes = web.RouteTableDef()


@routes.get("/healthz")
async def alive(_request: web.Request) -> web.Response:
    """The process answers; says nothing about the rest."""
    return web.json_response({"status": "ok"})


@routes.get("/readyz")
async def ready(request: web.Request) -> web.Response:
    """Whether work can be taken in: the database answers."""
    fine = await request.app[PARTS].ready()
    return web.json_response({"status": "ok" if fine else "down"}, status=200 if fine else 503)


@routes.get("/system/health")
async def health(request: web.Request) -> web.Response:
    """Each part of the house and how it is; no names, no numbers of people."""
    report = await request.app[PARTS].health()
    return web.json_response(report, status=200 if report["status"] != "down" else 503)


@routes.get("/metrics")
async def metrics(request: web.Request) -> web.Response:
    """The figures in Prometheus's text form."""
    body = await request.app[PARTS].metrics()
    return web.Response(body=body, headers={"Content-Type": "text/plain; version=0.0.4"})
