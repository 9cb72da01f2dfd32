"""Every route there is, and how they are put into the application."""

from aiohttp import web

from bot.web.api import clients, money, queue, stats, whatsapp
from bot.web.api.answering import answering
from bot.web.api.desk import Api
from bot.web.api.gate import let_look
from bot.web.api.openapi import described
from bot.web.api.routing import OTHERS, Route

ROUTES: tuple[Route, ...] = tuple(
    route for subject in (clients, money, stats, queue, whatsapp) for route in subject.routes.all
)


def add_routes(app: web.Application, api: Api) -> None:
    """Let programs ask."""
    for route in ROUTES:
        app.router.add_route(route.method, route.pattern, answering(api, route))

    told = described(ROUTES)

    async def description(request: web.Request) -> web.Response:
        """What may be asked, for programs that read it."""
        return await let_look(request, api, OTHERS) or web.json_response(told)

    app.router.add_route("GET", "/openapi.json", description)
