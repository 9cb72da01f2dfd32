"""The HTTP side: webhooks in, health and metrics out."""

from aiohttp import web

from bot.web.api.desk import Api
from bot.web.api.table import add_routes
from bot.web.middleware import errors_as_json
from bot.web.parts import PARTS, Parts
from bot.web.routes import system, webhooks

# Meta's webhooks carry at most 3 MB; whatever is larger is nobody's we know.
MOST_BYTES = 3 * 1024 * 1024


def build(parts: Parts, api: Api | None = None) -> web.Application:
    """Assemble the application from its parts; programs are let in where there is an ``api``."""
    app = web.Application(middlewares=[errors_as_json], client_max_size=MOST_BYTES)
    app[PARTS] = parts
    app.add_routes(webhooks.routes)
    app.add_routes(system.routes)
    if api:
        add_routes(app, api)
    return app


class Server:
    """The application listening on one address, until it is told to stop."""

    def __init__(self, app: web.Application, host: str, port: int) -> None:
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=5)
        self._host = host
        self._port = port

    async def start(self) -> int:
        """Listen; the port actually taken, which matters when 0 was asked for."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        await site.start()
        port: int = self._runner.addresses[0][1]
        return port

    async def stop(self) -> None:
        """Finish what is being answered, then close."""
        await self._runner.cleanup()
